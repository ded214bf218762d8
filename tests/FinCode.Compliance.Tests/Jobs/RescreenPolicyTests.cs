using FinCode.Compliance.Tests.Operations;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Customers who were clear, and a policy that sees more after them.</summary>
public sealed class RescreenPolicyTests : RescreeningTests
{
    [Fact]
    public async Task A_lower_threshold_raises_alerts_about_those_whom_the_policy_before_let_pass()
    {
        await Compliance.LivePolicyAsync(Tenant, new { reviewThreshold = 90 });
        await FinishedAsync(2);
        // The namesake scores 85; the other one was a hit before, too.
        var namesake = await KnownAsync(Tenant, People.Namesake);
        await KnownAsync(Tenant, People.Listed);
        await KnownAsync(Tenant, People.Innocent);
        var stranger = TestTenant.New();
        await KnownAsync(stranger, People.Namesake);

        await Compliance.LivePolicyAsync(Tenant, new { reviewThreshold = 85 });
        await FinishedAsync(3);

        var alert = (await AlertsAsync(Tenant)).ShouldHaveSingleItem();
        alert.GetProperty("partyId").GetString().ShouldBe(namesake.ToString());
        alert.GetProperty("policyVersion").GetInt64().ShouldBe(3);
        (await AlertsAsync(stranger)).ShouldBeEmpty();
        (await Compliance.CountAsync("select parties from rescreenings where list_version = 3")).ShouldBe(3);

        // A raised one lets go only, and countries count where a transfer is screened.
        await Compliance.LivePolicyAsync(Tenant, new { reviewThreshold = 86, textThreshold = 91 });
        await FinishedAsync(4);
        await Compliance.LivePolicyAsync(Tenant, new { countries = Array.Empty<object>() });
        (await AlertsAsync(Tenant)).Count.ShouldBe(1);
        (await Compliance.CountAsync("select count(*) from rescreenings")).ShouldBe(3);
    }
}
