using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>One person tries to decide a case alone, around every corner.</summary>
public sealed class FourEyesTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task The_proposer_is_refused_when_approving_whatever_else_the_token_says()
    {
        var (id, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");

        HttpClient[] sessions =
        [
            compliance.Officer(_tenant, "olga"),
            compliance.Service.ClientAs("olga", _tenant, Roles.Compliance, Roles.Manager),
            compliance.Service.ClientAs("olga", _tenant, Roles.Compliance, Roles.Finance, "transactions:read"),
        ];
        foreach (var session in sessions)
        {
            var refused = await session.ApproveAsync(opened);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await refused.CodeAsync()).ShouldBe("FOUR_EYES");
        }
        (await compliance.CountAsync(
            "select count(*) from cases where transaction_id = $1 and status = 'PROPOSED'", id.Value)).ShouldBe(1);
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Roles.Manager)]
    [InlineData(Roles.Cashier)]
    [InlineData(Roles.Partner)]
    [InlineData(Roles.Finance)]
    public async Task Other_roles_neither_see_nor_decide(string role)
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");
        var other = compliance.Service.ClientAs("mallory", _tenant, role);

        (await other.ApproveAsync(opened)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.ProposeAsync(opened, "RELEASE")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.GetAsync($"/v1/cases/{opened}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await other.GetAsync("/v1/cases")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("case_needs_two_people",
        "status = 'CLOSED', closure = 'DECIDED', decision = 'RELEASE', approved_by = 'olga', closed_at = now()")]
    [InlineData("decision_is_what_was_proposed",
        "status = 'CLOSED', closure = 'DECIDED', decision = 'FREEZE', approved_by = 'oscar', closed_at = now()")]
    [InlineData("a proposal is not rewritten",
        "status = 'CLOSED', closure = 'DECIDED', decision = 'RELEASE', proposed_by = 'oscar', approved_by = 'olga', "
        + "closed_at = now()")]
    [InlineData("a proposal is not rewritten", "proposed_by = 'oscar'")]
    [InlineData("decision_is_what_was_proposed",
        "status = 'CLOSED', closure = 'DECIDED', decision = 'RELEASE', closed_at = now()")]
    [InlineData("what a case is about never changes", "transaction_id = gen_random_uuid()")]
    [InlineData("a proposal is approved or returned",
        "status = 'INVESTIGATING', assignee = 'olga', proposed_by = null, proposed_decision = null")]
    [InlineData("only_cases_in_work_sleep", "snoozed_until = due_at")]
    public async Task A_change_of_a_case_by_sql_is_refused_to_the_service_role_and_to_the_owner(
        string reason, string change)
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");

        // As a step, for whatever is none is refused anyway.
        await compliance.Service.ShouldRefuseAsync(_tenant, reason, $"update cases set event_count = event_count + 1, "
            + $"chain_hash = sha256(chain_hash), {change} where id = $1", opened.Value);
    }

    [Theory]
    [InlineData("is a step on its file", "update cases set assignee = 'olga' where id = $1")]
    [InlineData("does not say what the case says",
        "update cases set event_count = event_count + 1, chain_hash = sha256(chain_hash) where id = $1")]
    [InlineData("does not say what the case says",
        "insert into case_events (tenant_id, case_id, number, type, at, chain_hash) "
        + "select tenant_id, id, event_count + 1, 'NOTED', now(), chain_hash from cases where id = $1")]
    [InlineData("delete", "delete from cases where id = $1")]
    [InlineData("append-only", "update case_events set actor = 'oscar' where case_id = $1")]
    [InlineData("append-only", "delete from case_events where case_id = $1")]
    [InlineData("append-only", "update case_texts set sealed = sealed || sealed where case_id = $1")]
    [InlineData("append-only", "delete from case_texts where case_id = $1")]
    public async Task The_file_of_a_case_is_not_rewritten_by_sql(string reason, string sql)
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, opened.Value);
    }

    [Fact]
    public async Task A_case_is_not_decided_by_sql_without_a_proposal_nor_changed_once_closed()
    {
        const string decide = "update cases set event_count = event_count + 1, chain_hash = sha256(chain_hash), "
            + "status = 'CLOSED', closure = 'DECIDED', proposed_decision = 'RELEASE', "
            + "proposed_by = 'olga', decision = 'RELEASE', approved_by = 'oscar', closed_at = now() where id = $1";
        var (_, _, opened) = await compliance.HoldAsync(_tenant);

        (await Should.ThrowAsync<PostgresException>(
            () => RunAsync(compliance.Service.Owner, decide, opened.Value))).Message.ShouldContain("proposed first");
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "FREEZE");
        await compliance.Officer(_tenant, "oscar").ApproveAsync(opened);
        await Should.ThrowAsync<PostgresException>(() => RunAsync(compliance.Service.Owner,
            "update cases set decision = 'RELEASE', proposed_decision = 'RELEASE' where id = $1", opened.Value));
    }

    [Theory]
    [InlineData("update screenings set outcome = 'CLEAR' where tenant_id = $1")]
    [InlineData("delete from screenings where tenant_id = $1")]
    public async Task What_a_screening_found_is_never_rewritten(string sql)
    {
        await compliance.HoldAsync(_tenant);

        await Should.ThrowAsync<PostgresException>(() => RunAsync(compliance.Service.Owner, sql, _tenant.Value));
        await using var app = NpgsqlDataSource.Create(compliance.Service.AppConnectionStringOf(_tenant));
        await Should.ThrowAsync<PostgresException>(() => RunAsync(app, sql, _tenant.Value));
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql, Guid argument)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = argument });
        var rows = await command.ExecuteNonQueryAsync();
        throw new InvalidOperationException($"It was let through and changed {rows} rows.");
    }
}

internal static class DirectSql
{
    /// <summary>To the owner for that reason; to the service's role for it, or because it may not even try.</summary>
    public static async Task ShouldRefuseAsync(
        this ServiceUnderTest service, TenantId tenant, string reason, string sql, Guid argument)
    {
        await using var app = NpgsqlDataSource.Create(service.AppConnectionStringOf(tenant));
        foreach (var source in new[] { service.Owner, app })
        {
            await using var command = source.CreateCommand(sql);
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
            var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(), reason);
            (refused.Message.Contains(reason, StringComparison.Ordinal)
                || (source == app && refused.SqlState == PostgresErrorCodes.InsufficientPrivilege))
                .ShouldBeTrue($"{reason}, not {refused.Message}");
        }
    }

    /// <summary>The service's own role, in sessions that row-level security takes for the tenant's.</summary>
    public static string AppConnectionStringOf(this ServiceUnderTest service, TenantId tenant) =>
        new NpgsqlConnectionStringBuilder(service.AppConnectionString)
        {
            Options = $"-c fincode.tenant={tenant.Value}",
            Pooling = false,
        }.ConnectionString;
}
