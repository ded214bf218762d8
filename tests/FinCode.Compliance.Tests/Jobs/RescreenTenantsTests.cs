using System.Net.Http.Headers;
using System.Text;
using FinCode.Compliance.Storage;
using FinCode.Compliance.Tests.Operations;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>One tenant that cannot be screened, and those who come after it.</summary>
public sealed class RescreenTenantsTests : RescreeningTests
{
    private const string Policy = "its policy cannot be read";
    private const string ListAge = "its policy wants younger lists";
    private const string OwnList = "its own list cannot be read";

    [Theory]
    [InlineData(Policy)]
    [InlineData(ListAge)]
    [InlineData(OwnList)]
    public async Task A_tenant_that_cannot_be_screened_is_skipped_and_tried_again_while_others_go_on(string trouble)
    {
        await KnownAsync(Tenant, Newcomer);
        var later = TestTenant.New();
        string.CompareOrdinal(later.ToString(), Tenant.ToString()).ShouldBePositive();
        await KnownAsync(later, Newcomer);
        await BringAsync(trouble);
        var version = trouble == OwnList ? 3 : 2;
        Change("sdn.csv", text => NewEntry + text);
        await VersionAsync(version);
        if (trouble == ListAge)
        {
            MoveLists(".csv", ".away");
            Compliance.Clock!.Advance(TimeSpan.FromHours(3));
        }

        await FinishedAsync(version);

        (await AlertsAsync(later)).ShouldHaveSingleItem();
        (await AlertsAsync(Tenant)).ShouldBeEmpty();
        (await SkippedAsync()).ShouldHaveSingleItem();
        Compliance.Logged.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains($"1 customers of {Tenant}", StringComparison.Ordinal));

        await EndAsync(trouble);
        await Eventually.TrueAsync(async () =>
        {
            Compliance.Clock!.Advance(TimeSpan.FromMinutes(30));
            Compliance.LookForLists();
            Pass();
            return (await AlertsAsync(Tenant)).Count == 1;
        }, "the tenant to be screened");
        (await SkippedAsync()).ShouldBeEmpty();
    }

    private async Task BringAsync(string trouble)
    {
        switch (trouble)
        {
            case Policy:
                await Compliance.LivePolicyAsync(Tenant, new { countries = Array.Empty<object>() });
                await RewritePolicyAsync("""[{"threshold": "high"}]""");
                break;
            case ListAge:
                await Compliance.LivePolicyAsync(
                    Tenant, new { listAges = new[] { new { list = "OFAC_SDN", maxAgeHours = 2 } } });
                break;
            default:
                await LiveListAsync(edition: 1);
                await FinishedAsync(2);
                await RewriteAsync("own_lists", "content = $2",
                    ListEditionStore.Compress(Encoding.UTF8.GetBytes("no list\n")));
                break;
        }
    }

    private async Task EndAsync(string trouble)
    {
        if (trouble == Policy)
            await RewritePolicyAsync("[]");
        else if (trouble == ListAge)
            MoveLists(".away", ".csv");
        else
            await LiveListAsync(edition: 2);
    }

    private Task RewritePolicyAsync(string thresholds) => RewriteAsync("policy_versions",
        "content = content || jsonb_build_object('thresholds', $2::jsonb)", thresholds);

    private async Task LiveListAsync(int edition)
    {
        (await Compliance.Officer(Tenant, "ada").PutAsync("/v1/screening-lists/own", new StringContent(
            "id,kind,name\nown-1,PERSON,Quillon Brastoe\n", new MediaTypeHeaderValue("text/csv", "utf-8"))))
            .EnsureSuccessStatusCode();
        (await Compliance.Officer(Tenant, "ben").PostAsync($"/v1/screening-lists/own/{edition}/approve", null))
            .EnsureSuccessStatusCode();
    }

    /// <summary>As nobody but the database's owner can.</summary>
    private async Task RewriteAsync(string table, string change, object value) =>
        (await Compliance.Service.ByHandAsync(
            [table], $"update {table} set {change} where tenant_id = $1", Tenant.Value, value)).ShouldBe(1);

    private void MoveLists(string from, string to)
    {
        foreach (var file in Directory.GetFiles(Compliance.ListsFolder, "*" + from))
            File.Move(file, file[..^from.Length] + to);
    }
}
