using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;
using Npgsql;

namespace FinCode.Transactions.Tests.Customers;

/// <summary>Nobody erases alone, nor while a case holds somebody; and who is restricted learns nothing.</summary>
public sealed class RestrictedCustomerTests
{
    private static readonly Uri Retention = new("/v1/customer-retention", UriKind.Relative);
    private static readonly Uri RetentionApprovals = new("/v1/customer-retention/approvals", UriKind.Relative);

    private static HttpClient Boss(Desk desk, string name) => desk.Service.ClientAs(name, desk.Tenant, Roles.Manager);

    private static async Task<PartyId> RestrictedAsync(Desk desk, string name)
    {
        var made = await desk.RegisterAsync(new { kind = "PERSON", fullName = name, country = "GB" });
        var customer = PartyId.Parse(made.GetProperty("id").GetString()!);
        (await Boss(desk, "ann").DeleteAsync(new Uri($"/v1/customers/{customer}", UriKind.Relative))).StatusCode
            .ShouldBe(HttpStatusCode.Accepted);
        return customer;
    }

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient boss, PartyId customer) =>
        boss.PostAsync(new Uri($"/v1/customers/{customer}/erasure-approvals", UriKind.Relative), null);

    private static Task<int> DueAsync(Desk desk, PartyId customer, int daysAgo = 0) => desk.ExecuteAsync(
        "update parties set erase_after = now() - make_interval(days => $2) where id = $1", customer.Value, daysAgo);

    private static Task<bool> IsErasedAsync(Desk desk, PartyId customer) =>
        desk.ScalarAsync<bool>("select erased_at is not null from parties where id = $1", customer.Value);

    [Fact]
    public async Task An_erasure_needs_a_second_manager()
    {
        var desk = await Desk.OpenAsync();
        var alone = await RestrictedAsync(desk, "Asked For");
        var agreed = await RestrictedAsync(desk, "Agreed On");
        await Desk.BodyOf(await ApproveAsync(Boss(desk, "ben"), agreed));
        await Desk.BodyOf(await ApproveAsync(Boss(desk, "ben"), agreed));

        // Asking once more does not make somebody else the one who asked.
        await Boss(desk, "ben").DeleteAsync(new Uri($"/v1/customers/{alone}", UriKind.Relative));
        (await Desk.ProblemOf(await ApproveAsync(Boss(desk, "ann"), alone))).Code.ShouldBe("FOUR_EYES");
        (await ApproveAsync(desk.Partner, alone)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ApproveAsync((await Desk.OpenAsync()).Client(Roles.Manager), alone)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        await DueAsync(desk, alone, daysAgo: 2);
        await DueAsync(desk, agreed, daysAgo: 1);

        await Eventually.TrueAsync(() => IsErasedAsync(desk, agreed), "the erasure that two agreed on");
        (await IsErasedAsync(desk, alone)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("erased_by_two_people", "erased_at = now()")]
    [InlineData("erasure_needs_two_people", "erasure_approved_by = erasure_asked_by")]
    public async Task No_sql_erases_alone(string constraint, string change)
    {
        var desk = await Desk.OpenAsync();
        var customer = await RestrictedAsync(desk, "Asked For");

        (await Should.ThrowAsync<PostgresException>(
            desk.ExecuteAsync($"update parties set {change} where id = $1", customer.Value))).ConstraintName
            .ShouldBe(constraint);
    }

    [Fact]
    public async Task Records_are_kept_shorter_than_the_default_by_two_managers_only()
    {
        var desk = await Desk.OpenAsync();
        using var ann = Boss(desk, "ann");
        using var ben = Boss(desk, "ben");

        var proposed = await ann.PutAsJsonAsync(Retention, new { years = 1 });
        proposed.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await YearsAsync()).ShouldBe(5);
        (await Desk.ProblemOf(await ann.PostAsJsonAsync(RetentionApprovals, new { years = 1 }))).Code
            .ShouldBe("FOUR_EYES");
        (await Desk.ProblemOf(await ben.PostAsJsonAsync(RetentionApprovals, new { years = 2 }))).Code
            .ShouldBe("INVALID_TRANSITION");
        await Desk.BodyOf(await ben.PostAsJsonAsync(RetentionApprovals, new { years = 1 }));
        (await YearsAsync()).ShouldBe(1);
        (await Desk.ProblemOf(await ben.PostAsJsonAsync(RetentionApprovals, new { years = 1 }))).Code
            .ShouldBe("INVALID_TRANSITION");
        (await ann.PutAsJsonAsync(Retention, new { years = 7 })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await YearsAsync()).ShouldBe(7);
        (await Should.ThrowAsync<PostgresException>(desk.ExecuteAsync(
            "update customer_retention set years = 1 where tenant_id = $1", desk.Tenant.Value))).ConstraintName
            .ShouldBe("short_retention_needs_two_people");

        async Task<int> YearsAsync() =>
            (await Desk.BodyOf(await ben.GetAsync(Retention))).GetProperty("years").GetInt32();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public async Task While_a_case_holds_somebody_or_compliance_does_not_answer_nobody_is_erased(bool? isHeld)
    {
        var desk = await Desk.OpenAsync();
        var held = await RestrictedAsync(desk, "Looked At");
        var other = await RestrictedAsync(desk, "Not Looked At");
        desk.Provider.Hold(held, isHeld);
        await Desk.BodyOf(await ApproveAsync(Boss(desk, "ben"), held));
        await Desk.BodyOf(await ApproveAsync(Boss(desk, "ben"), other));
        await DueAsync(desk, held, daysAgo: 2);
        await DueAsync(desk, other, daysAgo: 1);

        await Eventually.TrueAsync(() => IsErasedAsync(desk, other), "the other one");
        (await IsErasedAsync(desk, held)).ShouldBeFalse();
        desk.Provider.Hold(held, false);
        await DueAsync(desk, held);
        await Eventually.TrueAsync(() => IsErasedAsync(desk, held), "the one who was held");
    }

    [Theory]
    [InlineData("SCREENING")]
    [InlineData("IN_REVIEW")]
    [InlineData("FROZEN")]
    [InlineData("AWAITING_DETAILS")]
    public async Task Changes_of_a_restricted_customer_are_answered_the_same_whatever_compliance_thinks(string stage)
    {
        var desk = await Desk.OpenAsync();
        var sender = new { kind = "PERSON", fullName = "Grace Hopper", country = "GB" };
        var made = await desk.CreateAsync(amount: "900.00", change: request => request["sender"] = sender);
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        if (stage != "SCREENING")
            await made.ScreenedAsync(
                stage == "AWAITING_DETAILS" ? ScreeningOutcome.Clear : ScreeningOutcome.Review);
        if (stage == "FROZEN")
            await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync(stage);
        var customer = (await desk.PartiesOfAsync(made)).Sender;
        await Boss(desk, "ann").DeleteAsync(new Uri($"/v1/customers/{customer}", UriKind.Relative));

        (await desk.PutAsync($"/v1/customers/{customer}",
            new { kind = "PERSON", fullName = "Grace Hopper", country = "GB", address = "1 Bank Street" })).StatusCode
            .ShouldBe(HttpStatusCode.OK);
    }
}
