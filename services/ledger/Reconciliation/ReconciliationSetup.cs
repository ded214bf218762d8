using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Reconciliation.Storage;

namespace FinCode.Ledger.Reconciliation;

internal static class ReconciliationSetup
{
    public static void AddReconciliation(this IServiceCollection services)
    {
        services.AddScoped<ReconciledAccounts>();
        services.AddScoped<StatementArchive>();
        services.AddScoped<OpenItemStore>();
        services.AddScoped<RuleStore>();
        services.AddScoped<MatchStore>();
        services.AddScoped<BreakStore>();
        services.AddScoped<ReconciliationDesk>();
        services.AddScoped<ImportBankStatement.Handler>();
        services.AddScoped<CreateMatchRule.Handler>();
        services.AddScoped<CreateMatch.Handler>();
        services.AddScoped<EndMatch.Handler>();
        services.AddScoped<ResolveBreak.Handler>();
    }

    public static void MapReconciliation(this IEndpointRouteBuilder routes)
    {
        ConfigureReconciliation.Map(routes);
        ListReconciledAccounts.Map(routes);
        ImportBankStatement.Map(routes);
        ListBankStatements.Map(routes);
        GetBankStatement.Map(routes);
        RunMatching.Map(routes);
        CreateMatchRule.Map(routes);
        ChangeMatchRule.Map(routes);
        ListMatchRules.Map(routes);
        ListBreaks.Map(routes);
        GetBreak.Map(routes);
        AnnotateBreak.Map(routes);
        ResolveBreak.Map(routes);
        CreateMatch.Map(routes);
        EndMatch.Map(routes);
    }
}
