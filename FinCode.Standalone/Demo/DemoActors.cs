using FinCode.Standalone.Client;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Demo;

/// <summary>The people and machines of the demo, each with an access token of their own and nothing but the public API.</summary>
internal sealed class DemoActors : IDisposable
{
    private readonly ApiClient _partner;

    public DemoActors(Platform platform, SeededTenant tenant)
    {
        _partner = tenant.AsPartner(platform.Gateway);
        Partner = new PartnerApi(_partner);
        Officers = [.. tenant.Officers.Select(officer => new OfficerApi(tenant.As(platform.Gateway, officer)))];
        Finance = new FinanceApi(tenant.As(platform.Gateway, tenant.Finance));
        Sandbox = new SandboxApi(platform.Sandbox, platform.Secrets.SandboxApiKey);
        Inbox = tenant.Inbox;
    }

    public PartnerApi Partner { get; }

    public IReadOnlyList<OfficerApi> Officers { get; }

    public FinanceApi Finance { get; }

    public SandboxApi Sandbox { get; }

    public string Inbox { get; }

    public void Dispose()
    {
        _partner.Dispose();
        foreach (var officer in Officers)
            officer.Dispose();
        Finance.Dispose();
        Sandbox.Dispose();
    }
}
