using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Reactions;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger;

public static class LedgerApp
{
    public const string Noun = "ledger";

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
            .On<TransactionFrozen, OnTransactionFrozen>());
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
        services.AddScoped<TopUpPrefunding.Handler>();
        services.AddReconciliation();
        services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
    }

    private static void Map(WebApplication app)
    {
        app.MapMessaging();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        TopUpPrefunding.Map(app);
        GetTrialBalance.Map(app);
        ListAccounts.Map(app);
        GetAccount.Map(app);
        ListAccountEntries.Map(app);
        ListTransactionEntries.Map(app);
        app.MapReconciliation();
    }
}
