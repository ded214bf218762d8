using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Operations;
using FinCode.Transactions.Operations.Customers;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Reactions;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions;

public static class TransactionsApp
{
    public const string Noun = "transactions";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(TransactionsApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(TransactionsApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder)
    {
        var settings = TransactionsSettings.Read(builder.Configuration);
        var services = builder.Services;
        builder.AddMessaging(Noun, reactions => reactions
            .On<EntryPosted, OnEntryPosted>()
            .On<FundsReserved, OnFundsReserved>()
            .On<ReservationRejected, OnReservationRejected>()
            .On<BalanceCrossed, OnBalanceCrossed>()
            .On<SafeguardingShortfall, OnSafeguardingShortfall>()
            .On<SafeguardingRestored, OnSafeguardingRestored>()
            .On<RefundReserved, OnRefundReserved>()
            .On<ScreeningCompleted, OnScreeningCompleted>()
            .On<CaseDecided, OnCaseDecided>()
            .On<CustomerFrozen, OnCustomerFrozen>()
            .On<FreezeEnded, OnFreezeEnded>()
            .On<ScreeningBasisChanged, OnScreeningBasisChanged>());
        services.AddSingleton(settings);
        services.AddSingleton(Providers.Read(builder.Configuration));
        AddStorage(services);
        ComplianceHolds.Add(builder);
        AddMoneyInAndOut(services);
        services.AddScoped<CreateTransaction>().AddScoped<CancelTransaction>().AddScoped<CorrectBeneficiary>();
        services.AddScoped<CreateCustomer>().AddScoped<ChangeCustomer>();
        services.AddScoped<CreateBeneficiary>().AddScoped<ChangeBeneficiary>();
        services.AddScoped<TransferParties>().AddScoped<TransactionResponses>().AddSingleton<SignedCallback>();
        services.AddJob<ExpireUnpaidTransactions>(settings.JobInterval)
            .AddJob<RetryReservations>(settings.JobInterval)
            .AddJob<CheckPayoutNames>(settings.JobInterval)
            .AddJob<ResumeWhenDetailsAreGiven>(settings.JobInterval)
            .AddJob<ReportOverdueDetails>(settings.JobInterval)
            .AddJob<EraseCustomers>(settings.JobInterval)
            .AddJob<SubmitPayouts>(settings.JobInterval)
            .AddJob<EnquirePayouts>(settings.JobInterval)
            .AddJob<SubmitRefunds>(settings.JobInterval)
            .AddJob<EnquireRefunds>(settings.JobInterval);
        OpenApiDocuments.Add(services);
    }

    private static void AddStorage(IServiceCollection services)
    {
        services.AddSessionDbContext<TransactionsDb>();
        // Handlers are made before their session begins; the context lives inside it.
        services.AddScoped(provider => new Lazy<TransactionsDb>(provider.GetRequiredService<TransactionsDb>));
        services.AddScoped<Transfers>().AddScoped<Parties>().AddScoped<Resumption>();
        services.AddScoped<CustomerRetention>().AddScoped<Erasure>();
        services.AddScoped<TravelRules>().AddSingleton<TravelRulesInForce>();
        services.AddSingleton<BlindIndex>().AddSingleton<PartyKeys>();
        services.AddSingleton<PartyVault>().AddSingleton<TenantLookup>().AddSingleton<UnitsOfWork>();
    }

    private static void AddMoneyInAndOut(IServiceCollection services)
    {
        // A redirect would send an instruction, and our key, somewhere else: it is an answer that says nothing.
        services.AddHttpClient(ProviderHttp.Client, ProviderHttp.ConfigureClient)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<ProviderHttp>().AddSingleton<HostedPayIn>();
        services.AddSingleton<IPayoutConnector, HttpPayoutConnector>().AddSingleton<IPayoutConnector,
        WalletConnector>();
        services.AddSingleton<ProviderCalls>();
        services.AddHostedService(provider => provider.GetRequiredService<ProviderCalls>());
        services.AddScoped<PayoutAttempts>().AddScoped<Gates>().AddScoped<PayoutDesk>().AddScoped<PayoutOutcomes>()
            .AddScoped<Freezes>();
        services.AddScoped<MissingDetails>().AddScoped<NameChecks>();
        services.AddScoped<PayInReceipts>().AddScoped<Refunds>().AddScoped<RefundDesk>()
            .AddScoped<RefundOutcomes>();
    }

    private static void Map(WebApplication app)
    {
        app.MapMessaging();
        app.MapOpenApi().AllowAnonymous();
        Operations.Corridors.Map(app);
        GetCorridorRequirements.Map(app);
        GetTravelRules.Map(app);
        ProposeTravelRules.Map(app);
        ApproveTravelRules.Map(app);
        CreateQuote.Map(app);
        CreateTransaction.Map(app);
        GetTransactions.Map(app);
        GetTimeline.Map(app);
        GetReceipt.Map(app);
        CancelTransaction.Map(app);
        CorrectBeneficiary.Map(app);
        ListAnomalies.Map(app);
        MapCustomers(app);
        GetParty.Map(app);
        GetParties.Map(app);
        GetTransferTexts.Map(app);
        GetSenderAddress.Map(app);
        ReceivePayInCallback.Map(app);
        ReceiveAttemptCallbacks.Map(app);
    }

    private static void MapCustomers(WebApplication app)
    {
        CreateCustomer.Map(app);
        GetCustomers.Map(app);
        ChangeCustomer.Map(app);
        CreateBeneficiary.Map(app);
        GetBeneficiaries.Map(app);
        ChangeBeneficiary.Map(app);
        GetCustomerRecord.Map(app);
        DeleteCustomer.Map(app);
        ChangeRetention.Map(app);
    }
}
