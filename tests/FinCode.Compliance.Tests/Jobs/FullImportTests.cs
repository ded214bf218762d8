using FinCode.Contracts;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>The service with the publishers' full files in its folder.</summary>
public sealed class FullImportTests(ITestOutputHelper output)
{
    [FullListsFact]
    public async Task All_full_lists_come_into_force_together_and_a_second_replica_loads_them()
    {
        var compliance = new ComplianceUnderTest
        {
            Settings = { ["Compliance:ListsFolder"] = Path.Combine(FullListsFactAttribute.Folder, "..") },
        };
        var before = Environment.CpuUsage.TotalTime;
        await compliance.InitializeAsync();
        try
        {
            var tenant = TestTenant.New();
            var (id, _) = await compliance.FundAsync(
                tenant, new StandInParty("Geraldine Winterbourne", "1979-11-30"), People.Innocent);
            (await compliance.ScreenedAsync(id)).ListVersion.ShouldBe(1);
            output.WriteLine($"In force after {Environment.CpuUsage.TotalTime - before} of processor time.");

            var platform = compliance.Service.ClientAs("operator", null, Roles.Platform);
            var lists = await (await platform.GetAsync("/v1/screening-lists")).JsonAsync();
            lists.GetProperty("versions")[0].GetProperty("editions").EnumerateObject().Select(list => list.Name)
                .ShouldBe(["OFAC_CONSOLIDATED", "OFAC_SDN", "UK_SANCTIONS", "UN_CONSOLIDATED"], ignoreOrder: true);
            lists.GetProperty("lists").EnumerateArray().Sum(list => list.GetProperty("names").GetInt32())
                .ShouldBeGreaterThan(50_000);
            (await compliance.CountAsync("select count(*) from list_entry_changes where change = 'ADDED'"))
                .ShouldBe(lists.GetProperty("lists").EnumerateArray()
                    .Sum(list => list.GetProperty("added").GetInt32()));
            await using var replica = await compliance.Service.StartReplicaAsync(
                ComplianceApp.Service, new Dictionary<string, string?>(compliance.Settings));
            await Eventually.TrueAsync(
                async () => await compliance.CountAsync("select count(*) from list_versions") == 1, "one version");
        }
        finally
        {
            await compliance.DisposeAsync();
        }
    }
}
