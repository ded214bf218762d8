namespace FinCode.AppHost;

/// <summary>A service in the drawing: its process, and the step that migrates its database before it starts.</summary>
internal sealed record Service(
    string Noun,
    PlatformKeys Keys,
    IResourceBuilder<ProjectResource> Process,
    Func<IResourceBuilder<ProjectResource>> AddMigrations);

/// <summary>What a service can be given; each method is one arrow of the drawing.</summary>
internal static class ServiceResources
{
    private const int GatewayPort = 5080;
    private const string GatewayUrl = "http://localhost:5080";
    private const string Gateway = "gateway";
    private const string Http = "http";

    public static Service AddService<TProject>(
        this IDistributedApplicationBuilder builder, string noun, PlatformKeys keys)
        where TProject : IProjectMetadata, new()
    {
        int? port = noun == Gateway ? GatewayPort : null;
        var process = builder.AddProject<TProject>(noun)
            .WithHttpEndpoint(port, name: Http)
            .WithHttpHealthCheck("/health", endpointName: Http)
            .WithEnvironment("Auth__Issuer", GatewayUrl + "/");
        return new Service(
            noun, keys, process, () => builder.AddProject<TProject>($"{noun}-migrations").WithArgs("migrate"));
    }

    /// <summary>The service's own database; the service starts when it is up to date.</summary>
    public static Service WithDatabase(this Service service, IResourceBuilder<PostgresServerResource> postgres)
    {
        var migrations = service.AddMigrations()
            .WithEnvironment(
                $"ConnectionStrings__{service.Noun}-owner",
                postgres.ConnectionString(service.Noun, $"{service.Noun}_owner"))
            .WaitFor(postgres)
            .WithParentRelationship(service.Process.Resource);
        service.Process
            .WithEnvironment(
                $"ConnectionStrings__{service.Noun}", postgres.ConnectionString(service.Noun, service.Noun))
            .WaitForCompletion(migrations);
        return service;
    }

    public static Service WithKafka(this Service service, IResourceBuilder<KafkaServerResource> kafka)
    {
        service.Process.WithReference(kafka).WaitFor(kafka);
        return service;
    }

    public static Service WithRedis(this Service service, IResourceBuilder<RedisResource> redis)
    {
        service.Process.WithReference(redis).WaitFor(redis);
        return service;
    }

    /// <summary>The addresses of other services, by service discovery.</summary>
    public static Service Calls(this Service service, params ReadOnlySpan<Service> others)
    {
        foreach (var other in others)
            service.Process.WithReference(other.Process);
        return service;
    }

    public static Service WithMasterKey(this Service service, string setting)
    {
        service.Process.WithEnvironment(setting, service.Keys.Builder.AddMasterKey($"{service.Noun}-master-key"));
        return service;
    }

    public static Service WithSigningKey(this Service service, string setting)
    {
        service.Process.WithEnvironment(setting, service.Keys.Builder.AddSigningKey($"{service.Noun}-signing-key"));
        return service;
    }

    /// <summary>The client of the platform itself, which creates principals.</summary>
    public static Service WithPlatformClient(this Service service)
    {
        service.Process
            .WithEnvironment("Auth__Platform__ClientId", PlatformResources.PlatformClientId)
            .WithEnvironment("Auth__Platform__ClientSecret", service.Keys.PlatformClientSecret);
        return service;
    }

    /// <summary>How services prove to each other that they are ours.</summary>
    public static Service WithServiceClient(this Service service)
    {
        service.Process
            .WithEnvironment("Auth__ServiceClientId", PlatformResources.ServiceClientId)
            .WithEnvironment("Auth__ServiceClientSecret", service.Keys.ServiceClientSecret);
        return service;
    }

    public static Service WithSandboxKeys(this Service service)
    {
        service.Process
            .WithEnvironment("Sandbox__ApiKey", service.Keys.SandboxApiKey)
            .WithEnvironment("Sandbox__CallbackSecret", service.Keys.SandboxCallbackSecret)
            .WithEnvironment("Sandbox__MerchantSecret", service.Keys.SandboxMerchantSecret);
        return service;
    }

    /// <summary>The sandbox as bank, mobile-money operator, cash network and pay-in provider.</summary>
    public static Service WithSandboxProviders(this Service service, Service sandbox)
    {
        var address = sandbox.Process.GetEndpoint(Http);
        foreach (var (name, kind) in new[]
                 {
                     ("sandbox-bank", "BANK"), ("sandbox-momo", "MOBILE_MONEY"), ("sandbox-cash", "CASH_PICKUP"),
                     ("sandbox", "PAY_IN"),
                 })
            service.Process
                .WithEnvironment($"Providers__{name}__Kind", kind)
                .WithEnvironment($"Providers__{name}__BaseUrl", address)
                .WithEnvironment($"Providers__{name}__ApiKey", service.Keys.SandboxApiKey)
                .WithEnvironment($"Providers__{name}__CallbackSecret", service.Keys.SandboxCallbackSecret);
        service.Process
            .WithEnvironment("Providers__sandbox__PublicUrl", address)
            .WithEnvironment("Providers__sandbox__MerchantSecret", service.Keys.SandboxMerchantSecret)
            .WithEnvironment("Transactions__PublicUrl", GatewayUrl);
        return service;
    }

    /// <summary>The sandbox as the provider of identity verifications.</summary>
    public static Service WithSandboxIdentities(this Service service, Service sandbox)
    {
        service.Process
            .WithEnvironment("Identity__Provider", "sandbox")
            .WithEnvironment("Identity__BaseUrl", sandbox.Process.GetEndpoint(Http))
            .WithEnvironment("Identity__PublicUrl", GatewayUrl)
            .WithEnvironment("Identity__ApiKey", service.Keys.SandboxApiKey)
            .WithEnvironment("Identity__CallbackSecret", service.Keys.SandboxCallbackSecret);
        return service;
    }

    public static Service WithListsFolder(this Service service, string folder)
    {
        service.Process.WithEnvironment("Compliance__ListsFolder", service.PathOf(folder));
        return service;
    }

    /// <summary>
    /// A folder of this machine where the service puts what proves its records outside of its database.
    /// </summary>
    public static Service WithProofsInFolder(this Service service, string setting, string folder)
    {
        service.Process.WithEnvironment(setting, service.PathOf(folder));
        return service;
    }

    /// <summary>Development only: webhooks may go to loopback, where the sandbox's receiver listens.</summary>
    public static Service WithWebhooksToThisMachine(this Service service)
    {
        service.Process.WithEnvironment("Webhooks__AllowPrivateAddresses", "true");
        return service;
    }

    /// <summary>Development only: e-mails to customers become files that mail programs open.</summary>
    public static Service WithEmailsInFolder(this Service service, string folder)
    {
        service.Process
            .WithEnvironment("Email__From", "FinCode <no-reply@fincode.example>")
            .WithEnvironment("Email__PickupFolder", service.PathOf(folder));
        return service;
    }

    /// <summary>Reachable from outside, with its pages one click away in the dashboard.</summary>
    public static Service AsTheOnlyDoor(this Service service)
    {
        service.Process
            .WithExternalHttpEndpoints()
            .WithUrlForEndpoint(Http, _ => new ResourceUrlAnnotation
            {
                Url = "/docs",
                DisplayText = "API for partners",
            })
            .WithUrlForEndpoint(Http, _ => new ResourceUrlAnnotation { Url = "/health", DisplayText = "Health" });
        return service;
    }

    /// <param name="folder">From where this project is.</param>
    private static string PathOf(this Service service, string folder) =>
        Path.GetFullPath(Path.Combine(service.Keys.Builder.AppHostDirectory, folder));
}
