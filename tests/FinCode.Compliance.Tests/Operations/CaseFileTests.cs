using System.Net.Http.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>
/// The chained file of a case, and who finds that it was changed by hand. Each test has a database of its own, for
/// verifying looks at all of it.
/// </summary>
public sealed class CaseFileTests : IAsyncLifetime
{
    private readonly ComplianceUnderTest _compliance = new();
    private readonly TenantId _tenant = TestTenant.New();

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Untouched_files_are_whole_and_hold_no_word_of_anybody()
    {
        var id = await WorkAsync();

        (await VerifyAsync()).ShouldBe((CaseFileVerification.Fine,
            "The files of 1 cases are whole, and the cases are what they say."));

        await using var all = _compliance.Service.Owner.CreateCommand("""
            select string_agg(c::text, '') || (select string_agg(e::text, '') from case_events e)
                || (select string_agg(encode(t.sealed, 'escape'), '') from case_texts t) from cases c
            """);
        var text = (string)(await all.ExecuteScalarAsync())!;
        text.ShouldContain(id.Value.ToString());
        text.ShouldNotContain("passport", Case.Insensitive);
    }

    [Fact]
    public async Task What_was_written_goes_with_the_key_and_the_chain_stays_whole()
    {
        var id = await WorkAsync();

        await TamperAsync("delete from case_keys");

        (await VerifyAsync()).Code.ShouldBe(CaseFileVerification.Fine);
        var detail = await (await _compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{id}")).JsonAsync();
        detail.GetProperty("steps").EnumerateArray().Count(step => step.TryGetProperty("text", out var _))
            .ShouldBe(0);
    }

    [Theory]
    [InlineData("update case_events set actor = 'oscar' where number = 2", "event 2 is not what its hash says")]
    [InlineData("update case_events set at = at + interval '1 microsecond' where number = 3", "event 3 is not what")]
    [InlineData("update case_events set type = 'ESCALATED' where number = 3", "event 3 is not what its hash says")]
    [InlineData("update case_events set chain_hash = sha256(chain_hash) where number = 1", "event 1 is not what its")]
    [InlineData("delete from case_texts where number = 3; delete from case_events where number = 3",
        "event 3 is missing, 4 follows")]
    [InlineData("delete from case_events where number = 5", "its event_count is not what")]
    [InlineData("update case_texts set sealed = sealed || '\\x00' where number = 3", "the text of event 3")]
    [InlineData("delete from case_texts where number = 3", "the text of event 3")]
    [InlineData("update cases set status = 'PROPOSED', closure = null, decision = null, approved_by = null, "
        + "closed_at = null", "its status is not what its file says")]
    [InlineData("update cases set assignee = 'oscar'", "its assignee is not what its file says")]
    [InlineData("update cases set approved_by = 'otto'", "its approved_by is not what its file says")]
    [InlineData("update cases set due_at = due_at + interval '1 day'", "its due_at is not what its file says")]
    [InlineData("update cases set opened_at = opened_at - interval '1 day'", "its opened_at is not what")]
    [InlineData("update cases set escalation = 1", "its escalation is not what its file says")]
    [InlineData("alter table case_events drop constraint case_events_tenant_id_case_id_fkey; "
        + "update case_events set case_id = gen_random_uuid() where number = 5", "its event_count is not what")]
    public async Task A_change_by_hand_is_found_and_named(string sql, string named)
    {
        await WorkAsync();

        await TamperAsync(sql);

        var (code, said) = await VerifyAsync();
        said.ShouldContain(named);
        code.ShouldBe(CaseFileVerification.Wrong);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        (await CaseFileVerification.RunAsync("Host=127.0.0.1;Port=1;Timeout=2", output, errors, CancellationToken.None))
            .ShouldBe(CaseFileVerification.Unreadable);
        errors.ToString().ShouldStartWith("The cases cannot be read: ");
    }

    /// <summary>Opened, investigated, noted, proposed, approved: five events.</summary>
    private async Task<CaseId> WorkAsync()
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        var olga = _compliance.Officer(_tenant, "olga");
        await olga.PostAsJsonAsync($"/v1/cases/{id}/investigation", new { });
        olga.DefaultRequestHeaders.Add("Idempotency-Key", "note");
        await olga.PostAsJsonAsync($"/v1/cases/{id}/notes", new { text = "Passport seen." });
        await olga.ProposeAsync(id, "RELEASE", "Another passport.");
        await _compliance.Officer(_tenant, "oscar").ApproveAsync(id);
        (await _compliance.CountAsync("select count(*) from case_events")).ShouldBe(5);
        return id;
    }

    /// <summary>As somebody does it who may do anything: without triggers.</summary>
    private async Task TamperAsync(string sql)
    {
        await using var tamper = _compliance.Service.Owner.CreateCommand($"""
            alter table cases disable trigger user;
            alter table case_events disable trigger user;
            alter table case_texts disable trigger user;
            {sql};
            """);
        await tamper.ExecuteNonQueryAsync();
    }

    private async Task<(int Code, string Said)> VerifyAsync()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CaseFileVerification.RunAsync(
            _compliance.Service.AppConnectionString, output, errors, CancellationToken.None);
        errors.ToString().ShouldBeEmpty();
        return (code, output.ToString().TrimEnd());
    }
}
