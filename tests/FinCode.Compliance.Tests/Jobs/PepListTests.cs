using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>A list that the configuration says to be of politically exposed persons.</summary>
public sealed class PepListTests : IAsyncLifetime
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance = new();

    public async Task InitializeAsync()
    {
        _compliance.Settings["Compliance:PepLists:0"] = "PLAIN";
        await File.WriteAllTextAsync(Path.Combine(_compliance.ListsFolder, "list.csv"),
            "id,kind,name\npep-1,PERSON,Quillon Brastoe\npep-2,PERSON,Temirbek Zarkhovan\n");
        await _compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from list_standings where list = 'PLAIN' and edition is not null") == 1, "the list");
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task A_hit_is_a_case_of_due_diligence_and_beside_a_sanction_both_are_said()
    {
        var (exposed, _) = await _compliance.FundAsync(_tenant, new("Quillon Brastoe"), People.Innocent);
        var (both, _) = await _compliance.FundAsync(_tenant, People.Listed, People.Innocent);

        (await ReasonsAsync(exposed)).ShouldBe(["DUE_DILIGENCE"]);
        (await ReasonsAsync(both)).ShouldBe(["SANCTIONS", "DUE_DILIGENCE"]);
    }

    [Fact]
    public async Task A_threshold_of_its_own_leaves_the_sanctions_as_they_are()
    {
        await _compliance.LivePolicyAsync(_tenant, new
        {
            thresholds = new[] { new { list = "PLAIN", direction = "SENDER", threshold = 100 } },
        });

        var (nearly, _) = await _compliance.FundAsync(_tenant, new("Quillon Brastoh"), People.Innocent);
        var (sanctioned, _) = await _compliance.FundAsync(
            _tenant, new("Temirbek Zarkhavan", "1964-10-07", "RU"), People.Innocent);

        (await _compliance.ScreenedAsync(nearly)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await ReasonsAsync(sanctioned)).ShouldBe(["SANCTIONS"]);
    }

    [Fact]
    public void A_name_that_is_no_list_stops_the_service()
    {
        var settings = new Dictionary<string, string?>(_compliance.Settings) { ["Compliance:PepLists:1"] = "PLIAN" };
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationBuilder();
        Microsoft.Extensions.Configuration.MemoryConfigurationBuilderExtensions.AddInMemoryCollection(
            configuration, settings);

        Should.Throw<InvalidOperationException>(() => ComplianceOptions.Read(configuration.Build()))
            .Message.ShouldContain("PLIAN");
    }

    private async Task<string[]> ReasonsAsync(TransactionId id)
    {
        var screened = await _compliance.ScreenedAsync(id);
        screened.Outcome.ShouldBe(ScreeningOutcome.Review);
        var detail = await (await _compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{screened.CaseId}"))
            .JsonAsync();
        detail.TryGetProperty("suggestion", out _).ShouldBeFalse();
        return [.. detail.GetProperty("evidence").GetProperty("reasons").EnumerateArray()
            .Select(one => one.GetString()!)];
    }
}
