using FinCode.Compliance.Identity;
using FinCode.Compliance.Operations.Customers;
using FinCode.Compliance.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Customers;

/// <summary>What knows customers, and its routes.</summary>
internal static class CustomerSetup
{
    public static void AddCustomers(this WebApplicationBuilder builder)
    {
        var identity = IdentitySettings.Read(builder.Configuration);
        builder.Services
            .AddSingleton<MasterKey>()
            .AddSingleton(new IdentitySetup(identity))
            .AddScoped<CustomerVault>()
            .AddScoped<CustomerIdentity>()
            .AddScoped<CustomerRisk>()
            .AddScoped<CustomerAsks>()
            .AddScoped<CustomerDesk>()
            .AddScoped<PepMatches>()
            .AddScoped<CustomerRequests>()
            .AddScoped<SubmitAnswers.Handler>()
            .AddScoped<IdentityDesk>()
            .AddJob<RefreshCustomers>(RefreshCustomers.Interval);
        if (identity is null)
            return;
        builder.Services.AddHttpClient(HostedIdentityProvider.Client, client =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.MaxResponseContentBufferSize = HostedIdentityProvider.MaxBodyBytes;
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.Services
            .AddSingleton(identity)
            .AddSingleton<IIdentityProvider, HostedIdentityProvider>()
            .AddJob<EnquireVerifications>(EnquireVerifications.Interval);
    }

    public static void MapCustomers(this WebApplication app)
    {
        GetCustomerKyc.Map(app);
        UploadDocument.Map(app);
        ReviewDocument.Map(app);
        ReadDocument.Map(app);
        RequestVerification.Map(app);
        ReviewVerification.Map(app);
        ReceiveIdentityCallback.Map(app);
        GetForm.Map(app);
        SubmitAnswers.Map(app);
        ReadAnswers.Map(app);
        AskCustomer.Map(app);
        GetCustomerRisk.Map(app);
        ProposeCustomerDecision.Map(app);
        CloseCustomerDecision.Map(app);
        MarkPep.Map(app);
        CompleteReview.Map(app);
        GetKycWorklist.Map(app);
        GetCustomerHistory.Map(app);
        GetCustomerKycRecord.Map(app);
        GetDefinition.Map(app);
        ProposeDefinition.Map(app);
        ApproveDefinition.Map(app);
    }
}
