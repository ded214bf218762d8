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
    [InlineData("approves her own proposal",
        "update cases set status = 'CLOSED', closure = 'DECIDED', "
        + "decision = 'RELEASE', approved_by = 'olga', closed_at = now() where id = $1")]
    [InlineData("approves another decision than the proposed one",
        "update cases set status = 'CLOSED', closure = 'DECIDED', "
        + "decision = 'FREEZE', approved_by = 'oscar', closed_at = now() where id = $1")]
    [InlineData("puts another name under the proposal while approving it",
        "update cases set status = 'CLOSED', closure = 'DECIDED', "
        + "decision = 'RELEASE', proposed_by = 'oscar', approved_by = 'olga', closed_at = now() where id = $1")]
    [InlineData("puts another name under the proposal",
        "update cases set proposed_by = 'oscar' where id = $1")]
    [InlineData("decides without approval",
        "update cases set status = 'CLOSED', closure = 'DECIDED', "
        + "decision = 'RELEASE', closed_at = now() where id = $1")]
    [InlineData("moves the decision to another transfer",
        "update cases set transaction_id = gen_random_uuid() where id = $1")]
    [InlineData("deletes the case", "delete from cases where id = $1")]
    [InlineData("rewrites the history", "update case_events set actor = 'oscar' where case_id = $1")]
    [InlineData("deletes the history", "delete from case_events where case_id = $1")]
    public async Task Direct_sql_is_refused_to_the_service_role_and_to_the_owner(string what, string sql)
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");

        await Should.ThrowAsync<PostgresException>(() => RunAsync(compliance.Service.Owner, sql, opened.Value), what);
        await using var app = NpgsqlDataSource.Create(compliance.Service.AppConnectionStringOf(_tenant));
        await Should.ThrowAsync<PostgresException>(() => RunAsync(app, sql, opened.Value), what);
    }

    [Fact]
    public async Task A_case_is_not_decided_by_sql_without_a_proposal_nor_changed_once_closed()
    {
        const string decide = "update cases set status = 'CLOSED', closure = 'DECIDED', proposed_decision = 'RELEASE', "
            + "proposed_by = 'olga', decision = 'RELEASE', approved_by = 'oscar', closed_at = now() where id = $1";
        var (_, _, opened) = await compliance.HoldAsync(_tenant);

        await Should.ThrowAsync<PostgresException>(() => RunAsync(compliance.Service.Owner, decide, opened.Value));
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
    /// <summary>The service's own role, in sessions that row-level security takes for the tenant's.</summary>
    public static string AppConnectionStringOf(this ServiceUnderTest service, TenantId tenant) =>
        new NpgsqlConnectionStringBuilder(service.AppConnectionString)
        {
            Options = $"-c fincode.tenant={tenant.Value}",
            Pooling = false,
        }.ConnectionString;
}
