using FinCode.Contracts;
using FinCode.Ledger.Jobs;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Accounts;
using FinCode.Ledger.Operations.Entries;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Operations.Periods;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Operations.Reports;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Proofs;
using FinCode.Ledger.Reactions;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger;

public static class LedgerApp
{
    public const string Noun = "ledger";

    /// <summary>Setting: how often what has expired is let go.</summary>
    internal const string ExpiryInterval = "Ledger:ExpiryInterval";

    private static readonly TimeSpan s_expiryInterval = TimeSpan.FromSeconds(1);

    public static ServiceDefinition Service { get; } = new(Noun, typeof(LedgerApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(LedgerApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder)
    {
        builder.AddMessaging(Noun, reactions => reactions
            .On<TransactionFunded, OnTransactionFunded>()
            .On<TransactionCleared, OnTransactionCleared>()
            .On<ReservationRequested, OnReservationRequested>()
            .On<PayoutCompleted, OnPayoutCompleted>()
            .On<RefundRequested, OnRefundRequested>()
            .On<RefundCompleted, OnRefundCompleted>()
            .On<TransactionFrozen, OnTransactionFrozen>()
            .On<TransactionUnfrozen, OnTransactionUnfrozen>());
        var services = builder.Services;
        services.AddScoped<LedgerPosting>();
        services.AddScoped<BookLog>();
        services.AddScoped<MonitorWatch>();
        services.AddScoped<MonitorStore>();
        services.AddSingleton<BookWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<BookWriter>());
        services.AddScoped<AccountStore>();
        services.AddScoped<EntryStore>();
        services.AddScoped<AccountHistory>();
        services.AddScoped<RefusedReservationStore>();
        services.AddScoped<TransferDesk>();
        services.AddScoped<ReservationDesk>();
        services.AddScoped<ProposalStore>();
        services.AddScoped<PeriodStore>();
        services.AddScoped<StatementStore>();
        services.AddScoped<ReportStore>();
        services.AddScoped<ProposalDesk>();
        services.AddScoped<DecideProposal.Handler>();
        services.AddScoped<OpenAccount.Handler>();
        services.AddScoped<ManageMonitors.Handler>();
        services.AddSingleton(PrefundSettings.From(builder.Configuration));
        services.AddScoped<LowPrefunding>();
        services.AddScoped<IProposalKind, ProposeEntries.Approved>();
        services.AddScoped<IProposalKind, TopUpPrefunding.Approved>();
        services.AddScoped<IProposalKind, ChangeAccount.Approved>();
        services.AddScoped<IProposalKind, ClosePeriod.Approved>();
        services.AddSingleton<RefusedReleases>();
        services.AddJob<ExpirePendingEntries>(builder.Configuration.GetValue(ExpiryInterval, s_expiryInterval));
        builder.AddProofs();
        services.AddReconciliation();
        services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
    }

    private static void Map(WebApplication app)
    {
        app.MapMessaging();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        OpenAccount.Map(app);
        ChangeAccount.Map(app);
        ProposeEntries.Map(app);
        TopUpPrefunding.Map(app);
        ClosePeriod.Map(app);
        DecideProposal.Map(app);
        ListProposals.Map(app);
        PostEntries.Map(app);
        GetEntry.Map(app);
        ManageMonitors.Map(app);
        GetBalance.Map(app);
        GetStatement.Map(app);
        GetIncome.Map(app);
        GetFxPosition.Map(app);
        GetTrialBalance.Map(app);
        ListAccounts.Map(app);
        GetAccount.Map(app);
        ListAccountEntries.Map(app);
        ListTransactionEntries.Map(app);
        app.MapProofs();
        app.MapReconciliation();
    }
}
