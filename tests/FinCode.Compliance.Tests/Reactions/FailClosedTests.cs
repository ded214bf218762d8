using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

public sealed class FailClosedTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task While_the_parties_cannot_be_had_a_transfer_waits_and_others_go_on()
    {
        compliance.Transactions.GoAway(_tenant);
        var (waiting, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from screening_requests where transaction_id = $1", waiting.Value) == 1, "the request");
        var (other, _) = await compliance.FundAsync(TestTenant.New(), People.AlsoInnocent, People.Innocent);
        await compliance.ScreenedAsync(other);
        compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();

        compliance.Transactions.ComeBack(_tenant);

        (await compliance.ScreenedAsync(waiting)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task A_party_of_another_tenant_is_nobody_and_clears_nothing()
    {
        var stranger = compliance.Transactions.Add(TestTenant.New(), People.AlsoInnocent);
        var facts = ComplianceUnderTest.FactsOf(stranger, compliance.Transactions.Add(_tenant, People.Innocent));
        var id = TransactionId.New();

        await compliance.Service.PublishAsync(
            _tenant, new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1));

        // Given up on, it stands among the dead letters for a person to see.
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from parked_messages where event_key = $1 and state = 'DEAD'", id.ToString()) == 1,
            "the message among the dead letters");
        compliance.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_lists_nothing_clears()
    {
        var without = new ComplianceUnderTest();
        File.Delete(Path.Combine(without.ListsFolder, "sdn.csv"));
        await without.InitializeAsync();
        try
        {
            var (id, _) = await without.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
            await Eventually.TrueAsync(async () => await without.CountAsync(
                "select count(*) from screening_requests where transaction_id = $1", id.Value) == 1, "the request");
            without.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();

            Excerpt.CopyTo(without.ListsFolder);
            without.LookForLists();

            (await without.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        }
        finally
        {
            await without.DisposeAsync();
        }
    }

    [Fact]
    public async Task Beside_a_list_that_is_refused_and_never_was_good_nothing_clears()
    {
        var without = new ComplianceUnderTest();
        File.Delete(Path.Combine(without.ListsFolder, "alt.csv"));
        await File.WriteAllTextAsync(Path.Combine(without.ListsFolder, "UN_consolidated.xml"), Lists.Samples.Un);
        await without.InitializeAsync();
        try
        {
            await Eventually.TrueAsync(async () => await without.CountAsync(
                "select count(*) from list_standings where edition is not null") == 1, "one list is good");
            var (id, _) = await without.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
            await Eventually.TrueAsync(async () => await without.CountAsync(
                "select count(*) from screening_requests where transaction_id = $1", id.Value) == 1, "the request");
            without.Service.Events.All<ScreeningCompleted>(_tenant).ShouldBeEmpty();

            Excerpt.CopyTo(without.ListsFolder);
            without.LookForLists();

            (await without.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        }
        finally
        {
            await without.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nothing_personal_is_in_logs_events_or_tables()
    {
        var listed = new StandInParty("Temirbek Oslanovich Zarkhavan", "1964-10-07", "RU", Bank: "Confidentia Savings");
        var (id, _) = await compliance.FundAsync(_tenant, listed, People.Namesake);
        var opened = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();
        await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{opened}");
        compliance.Transactions.GoAway(_tenant);
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(compliance.Transactions.Add(_tenant, listed), PartyRole.Sender, 1));
        await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{opened}");

        string[] secrets = ["Zarkhavan", "1964-10-07", "Confidentia", "1991-03-02", "Stand-in Street"];
        foreach (var secret in secrets)
        {
            compliance.Logged.ShouldNotContain(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
            compliance.Service.Events.Received.ShouldNotContain(
                one => one.Json.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
        compliance.Logged.ShouldContain(line => line.Contains(id.ToString(), StringComparison.Ordinal));
        foreach (var secret in secrets.Except(["1964-10-07"]))
        {
            // The list's own date of birth is the same day, and that one belongs into the evidence.
            (await compliance.CountAsync(
                "select count(*) from screenings where tenant_id = $1 and position($2 in evidence::text) > 0",
                _tenant.Value, secret)).ShouldBe(0);
        }
    }
}
