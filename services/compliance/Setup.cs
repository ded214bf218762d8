using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Operations;
using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Operations.Freezes;
using FinCode.Compliance.Operations.Policies;
using FinCode.Compliance.Operations.Reports;
using FinCode.Compliance.Operations.Suppressions;
using FinCode.Compliance.Reactions;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance;

public static class ComplianceApp
{
    public const string Noun = "compliance";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(ComplianceApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(ComplianceApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder)
    {
        var options = ComplianceOptions.Read(builder.Configuration);
        builder.AddMessaging(Noun, reactions => reactions
            .On<PartyRecorded, OnPartyRecorded>()
            .On<PartyErased, OnPartyErased>()
            .On<TransactionFunded, OnTransactionFunded>()
            .On<ScreeningRequested, OnScreeningRequested>()
            .On<PayoutFailed, OnPayoutFailed>());
        PartyDirectory.Add(builder, options);
        ListDownloads.Add(builder.Services);
        builder.AddCustomers();
        builder.Services.AddHealthChecks().AddCheck<ListWatch>("lists");
        builder.Services
            .AddSingleton(options)
            .AddSingleton<ListEditions>()
            .AddSingleton<ListConfigurationGuard>()
            .AddHostedService(provider => provider.GetRequiredService<ListConfigurationGuard>())
            .AddSingleton<ListSnapshots>()
            .AddSingleton<ListDownloads>()
            .AddSingleton<ListWatch>()
            .AddSingleton<FindLists>()
            .AddSingleton<ScreeningRequests>()
            .AddSingleton<TransferTextDirectory>()
            .AddSessionDbContext<ComplianceDb>()
            .AddScoped<ComplianceWork>()
            .AddScoped<CaseVault>()
            .AddScoped<CaseDesk>()
            .AddScoped<FalsePositives>()
            .AddScoped<StandingReleases>()
            .AddScoped<ReleaseTermsDesk>()
            .AddScoped<ReleaseEffects>()
            .AddScoped<WaitingTransfers>()
            .AddScoped<JointFreezes>()
            .AddScoped<SuspicionReports>()
            .AddScoped<ReportDrafts>()
            .AddSingleton<RuleCache>()
            .AddScoped<RuleBook>()
            .AddScoped<Backtest>()
            .AddScoped<PolicyTrial>()
            .AddScoped<RuleReplay>()
            .AddScoped<ScreenTransfer>()
            .AddScoped<RescreenParties>()
            .AddJob<RescreenCustomers>(TimeSpan.FromSeconds(options.ListsIntervalSeconds))
            .AddJob<DestroyKeys>(DestroyKeys.Interval)
            .AddJob<PublishCaseHeads>(TimeSpan.FromSeconds(options.CaseHeadsSeconds))
            .AddJob<ImportLists>(TimeSpan.FromSeconds(options.ListsIntervalSeconds))
            .AddOpenApi("v1", openApi => openApi.ShouldInclude = _ => true)
            .AddOpenApi("partners", openApi => openApi.ShouldInclude = endpoint => endpoint.GroupName == "partners");
    }

    private static void Map(WebApplication app)
    {
        app.MapMessaging();
        app.MapOpenApi().AllowAnonymous();
        ListCases.Map(app);
        GetCase.Map(app);
        GetWorklist.Map(app);
        AssignCase.Map(app);
        InvestigateCase.Map(app);
        AddNote.Map(app);
        AddAttachment.Map(app);
        GetAttachments.Map(app);
        EscalateCase.Map(app);
        SnoozeCase.Map(app);
        ChangeDueTime.Map(app);
        ProposeDecision.Map(app);
        ApproveDecision.Map(app);
        ReturnProposal.Map(app);
        ListFreezes.Map(app);
        GetFreezeReport.Map(app);
        ReportFreeze.Map(app);
        ProposeFreezeEnd.Map(app);
        ApproveFreezeEnd.Map(app);
        ReturnFreezeEnd.Map(app);
        DraftReport.Map(app);
        EditReport.Map(app);
        ApproveReport.Map(app);
        GetReports.Map(app);
        ExportReport.Map(app);
        FileReport.Map(app);
        ListSuppressions.Map(app);
        RevokeSuppression.Map(app);
        ListPayoutNotices.Map(app);
        CreateRule.Map(app);
        ListRules.Map(app);
        GetRule.Map(app);
        AddRuleVersion.Map(app);
        ShadowRule.Map(app);
        ActivateRule.Map(app);
        DeactivateRule.Map(app);
        BacktestRule.Map(app);
        ReplayRules.Map(app);
        GetRuleLibrary.Map(app);
        GetPolicy.Map(app);
        ProposePolicy.Map(app);
        TryPolicy.Map(app);
        ApprovePolicy.Map(app);
        GetLists.Map(app);
        ScreenNames.Map(app);
        CompareNames.Map(app);
        GetOwnList.Map(app);
        ListCustomerAlerts.Map(app);
        FindHolds.Map(app);
        ListSkippedCustomers.Map(app);
        GetListChanges.Map(app);
        UploadOwnList.Map(app);
        ApproveOwnList.Map(app);
        app.MapCustomers();
    }
}
