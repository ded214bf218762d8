using FinCode.Ledger.Jobs;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.ServiceDefaults;

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
        services.AddScoped<ProposeResolution.Lookup>();
        services.AddScoped<IProposalKind, ProposeResolution.Approved>();
        services.AddScoped<IProposalKind, CreateMatch.Approved>();
        services.AddScoped<IProposalKind, TopUpSafeguarding.Approved>();
        services.AddScoped<SettlementStore>();
        services.AddScoped<SafeguardingStore>();
        services.AddSingleton<ReconciliationMetrics>();
        services.AddScoped<DailyReports>();
        services.AddJob<ReportReconciliation>(ReportReconciliation.Interval);
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
        ProposeResolution.Map(routes);
        GetSettlement.Map(routes);
        GetSafeguarding.Map(routes);
        TopUpSafeguarding.Map(routes);
    }
}
