using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Ledger.Jobs;
using FinCode.Ledger.Proofs;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A running ledger that signs checkpoints when a test says so, into a folder of its own.</summary>
public sealed class ProofsFixture : IAsyncLifetime
{
    private ServiceUnderTest? _service;

    public ServiceUnderTest Service => _service!;

    public string Folder { get; } = TestServers.NewFolder("checkpoints");

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string KeysFile { get; private set; } = "";

    private static Dictionary<string, string?> Settings(string folder, ECDsa key) =>
        new()
        {
            ["Ledger:SigningKey"] = key.ExportPkcs8PrivateKeyPem(),
            ["Ledger:CheckpointFolder"] = folder,
            ["Ledger:CheckpointSeconds"] = "86400",
        };

    public async Task InitializeAsync()
    {
        _service = await ServiceUnderTest.StartAsync(LedgerApp.Service, Settings(Folder, Key), WithoutReports);
        KeysFile = Path.Combine(TestServers.NewFolder("keys"), "keys.json");
        using var anybody = Service.AnonymousClient();
        await File.WriteAllTextAsync(KeysFile, await anybody.GetStringAsync("/v1/ledger/signing-keys"));
    }

    /// <summary>Another replica on the same database, with a key and a folder of its own.</summary>
    public Task<ServiceUnderTest> StartReplicaAsync(string folder, ECDsa key) =>
        Service.StartReplicaAsync(LedgerApp.Service, Settings(folder, key), WithoutReports);

    private static void WithoutReports(WebApplicationBuilder builder) =>
        builder.Host.UseServiceProviderFactory(new ProviderWithoutReports());

    public async Task DisposeAsync() => await Service.DisposeAsync();

    public HttpClient Finance(TenantId tenant) => Service.Client(tenant, Roles.Finance);

    public Task SignAsync() => SignAsync(Service);

    internal static async Task SignAsync(ServiceUnderTest service)
    {
        bool more;
        do
        {
            await using var scope = service.Services.CreateAsyncScope();
            more = await scope.ServiceProvider.GetRequiredService<SignCheckpoints>().RunOnceAsync(default);
        }
        while (more);
    }

    /// <summary>A book in the database, signed in its middle and at its end.</summary>
    internal async Task<SampleBook> SampleAsync()
    {
        var book = new SampleBook(TestTenant.New());
        await book.WriteAsync(Service.Owner);
        await SignAsync();
        var more = book.Generator;
        more.Post(BookGenerator.Today, SampleBook.Debit(book.Psp, 5), SampleBook.Credit(book.Transit, 5));
        await more.WriteAsync(Service.Owner);
        await SignAsync();
        return book;
    }

    /// <summary>Exit code and everything that was said.</summary>
    internal (int Code, string Said) Verify(
        string? checkpoints = null, bool withKeys = true, string? export = null, string? keys = null)
    {
        using var output = new StringWriter();
        var code = LedgerVerification.Run(
            new LedgerVerificationRequest
            {
                Connection = export is null ? Service.AppConnectionString : null,
                Export = export,
                Checkpoints = checkpoints,
                Keys = withKeys ? keys ?? KeysFile : null,
            },
            output, TextWriter.Null, CancellationToken.None);
        return (code, output.ToString());
    }

    /// <summary>As somebody does it who may do anything and does not want to be seen.</summary>
    internal Task TamperAsync(string sql) => Service.ByHandAsync(
        [
            "books", "accounts", "account_days", "account_holds", "entries", "legs", "book_events", "merkle_tiles",
            "checkpoints",
        ],
        sql);

    /// <summary>
    /// Reports that are made when the service starts would be sealed in the books: these hold what a test writes.
    /// </summary>
    private sealed class ProviderWithoutReports : IServiceProviderFactory<IServiceCollection>
    {
        private readonly DefaultServiceProviderFactory _factory = new();

        public IServiceCollection CreateBuilder(IServiceCollection services)
        {
            services.Remove(services.Single(one => one.ServiceType == typeof(IHostedService)
                && one.ImplementationFactory?.GetType().GenericTypeArguments[^1].GenericTypeArguments
                    .Contains(typeof(ReportReconciliation)) == true));
            return _factory.CreateBuilder(services);
        }

        public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) =>
            _factory.CreateServiceProvider(containerBuilder);
    }
}
