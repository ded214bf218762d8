using System.Text;
using System.Text.Json;
using FinCode.Compliance.Jobs;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Customers who were clear, and lists that change after them.</summary>
public abstract class RescreeningTests : IAsyncLifetime
{
    protected const string NewEntry =
        "9000030,\"NEWLYLISTED, Barnabas\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";

    private protected static StandInParty Newcomer { get; } = new("Barnabas Newlylisted");

    protected TenantId Tenant { get; } = TestTenant.New();
    protected ComplianceUnderTest Compliance { get; } =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public async Task InitializeAsync()
    {
        await Compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await Compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 1, "the lists");
    }

    public Task DisposeAsync() => Compliance.DisposeAsync();

    /// <summary>A customer who has been screened; forgotten ones the transactions service knows no more.</summary>
    private protected async Task<PartyId> KnownAsync(TenantId tenant, StandInParty party, bool isForgotten = false)
    {
        var id = Compliance.Transactions.Add(tenant, party);
        await Compliance.Service.PublishAsync(tenant, new PartyRecorded(id, PartyRole.Sender, 1));
        await Eventually.TrueAsync(async () => await Compliance.CountAsync(
            "select count(*) from screenings where party_id = $1", id.Value) == 1, "the screening of the customer");
        if (isForgotten)
            Compliance.Transactions.Forget(tenant, id);
        return id;
    }

    protected void Change(string file, Func<string, string> change)
    {
        var path = Path.Combine(Compliance.ListsFolder, file);
        var text = Encoding.ASCII.GetString(File.ReadAllBytes(path)).TrimEnd('\u001a');
        File.WriteAllText(path + ".next", change(text));
        File.Move(path + ".next", path, overwrite: true);
        Compliance.LookForLists();
    }

    protected void Pass()
    {
        Compliance.Clock!.Advance(TimeSpan.FromSeconds(61));
        Compliance.Service.Services.GetRequiredService<JobSignal<RescreenCustomers>>().Wake();
    }

    protected Task VersionAsync(long version) => Eventually.TrueAsync(async () => await Compliance.CountAsync(
        "select coalesce(max(active_version), 0) from list_state") == version, $"list version {version}");

    protected async Task<List<JsonElement>> SkippedAsync()
    {
        using var officer = Compliance.Officer(Tenant, "ada");
        return [.. (await (await officer.GetAsync("/v1/customer-alerts/skipped")).JsonAsync()).EnumerateArray()];
    }

    protected async Task<List<Guid>> IdsAsync(string sql)
    {
        await using var command = Compliance.Service.Owner.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await rows.ReadAsync())
            ids.Add(rows.GetGuid(0));
        return ids;
    }

    protected Task FinishedAsync(long version) => Eventually.TrueAsync(async () =>
    {
        Pass();
        return await Compliance.CountAsync(
            "select count(*) from rescreenings where list_version = $1 and finished_at is not null", version) == 1;
    }, $"the customers to meet list version {version}");

    protected async Task<List<JsonElement>> AlertsAsync(TenantId tenant)
    {
        using var officer = Compliance.Officer(tenant, "ada");
        return [.. (await (await officer.GetAsync("/v1/customer-alerts")).JsonAsync()).EnumerateArray()];
    }
}
