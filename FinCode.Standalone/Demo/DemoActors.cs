using FinCode.Standalone.Client;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Demo;

/// <summary>
/// The people and machines of the demo, each with an access token of their own and nothing but the public API.
/// </summary>
internal sealed class DemoActors : IDisposable
{
    private readonly ApiClient _partner;

    public DemoActors(Uri gateway, Uri sandbox, string sandboxApiKey, SeededTenant tenant)
    {
        _partner = tenant.AsPartner(gateway);
        Partner = new PartnerApi(_partner);
        Officers = [.. tenant.Officers.Select(officer => new OfficerApi(tenant.As(gateway, officer)))];
        Finance = new FinanceApi(tenant.As(gateway, tenant.Finance), tenant.As(gateway, tenant.Manager));
        Sandbox = new SandboxApi(sandbox, sandboxApiKey);
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
