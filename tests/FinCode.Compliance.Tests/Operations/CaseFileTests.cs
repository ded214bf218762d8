using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using CaseEvent = FinCode.Compliance.Model.CaseEvent;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>
/// The chained file of a case, and who finds that it was changed by hand. Each test has a database of its own, for
/// verifying looks at all of it.
/// </summary>
public sealed class CaseFileTests : IAsyncLifetime
{
    private readonly string _heads = TestServers.NewFolder("case-heads");
    private readonly ComplianceUnderTest _compliance;
    private readonly TenantId _tenant = TestTenant.New();

    public CaseFileTests() => _compliance = new ComplianceUnderTest
    {
        Settings = { ["Compliance:CaseHeadsFolder"] = _heads, ["Compliance:CaseHeadsSeconds"] = "1" },
    };

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
    [InlineData("update cases set transaction_id = gen_random_uuid()", "its transaction_id is not what its file says")]
    [InlineData("update cases set screening_round = 2", "its screening_round is not what its file says")]
    [InlineData("update cases set list_version = list_version + 1", "its list_version is not what its file says")]
    [InlineData("update case_terms set terms = replace(terms, 'txn_', 'txn_0')", "the terms of event 1 are not those")]
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
    public async Task A_file_that_was_rewritten_whole_is_not_the_one_that_was_published()
    {
        var id = await WorkAsync();
        var published = await _compliance.Service.Events.WaitForAsync<CaseFilesPublished>(one =>
            one.Owner == _tenant && one.Heads.Any(head => head.CaseId == id && head.Steps == 5));
        published.Heads.Single(head => head.CaseId == id).ChainHash.Length.ShouldBe(64);
        (await VerifyAsync(_heads)).Said.ShouldContain("heads that were published");
        await File.AppendAllTextAsync(Directory.GetFiles(_heads).Single(), "{\"tenant\":\"prn_01");
        (await VerifyAsync(_heads)).Code.ShouldBe(CaseFileVerification.Fine);

        await RewriteAsync(id);

        (await VerifyAsync()).Code.ShouldBe(CaseFileVerification.Fine);
        var (code, said) = await VerifyAsync(_heads);
        (code, said.Contains("is not the one that was published", StringComparison.Ordinal))
            .ShouldBe((CaseFileVerification.Wrong, true));
    }

    [Fact]
    public async Task Heads_that_were_collected_from_the_topic_find_it_too()
    {
        var id = await WorkAsync();
        await _compliance.Service.Events.WaitForAsync<CaseFilesPublished>(one =>
            one.Owner == _tenant && one.Heads.Any(head => head.CaseId == id && head.Steps == 5));
        var collected = Path.Combine(TestServers.NewFolder("collected"), "heads");

        Collect(collected).ShouldStartWith("Wrote ");
        Collect(collected).ShouldStartWith($"Wrote 0 heads to {collected}; the topic has ");

        LinesOf(collected).ShouldBe(LinesOf(_heads), ignoreOrder: true);
        (await VerifyAsync(collected)).Code.ShouldBe(CaseFileVerification.Fine);
        await RewriteAsync(id);
        (await VerifyAsync(collected)).Said.ShouldContain("is not the one that was published");

        Collect(collected, "127.0.0.1:1").ShouldStartWith("Cannot collect heads: No answer from the brokers at 127");
        Collect(Directory.GetFiles(collected).First()).ShouldStartWith("Cannot collect heads: ");
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

    /// <summary>Another officer investigated, from that step on with hashes that fit.</summary>
    private async Task RewriteAsync(CaseId id)
    {
        var chain = new byte[CaseEvent.HashBytes];
        await using var scope = _compliance.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(_tenant, CancellationToken.None);
        var events = await scope.ServiceProvider.GetRequiredService<ComplianceDb>().CaseEvents.AsNoTracking()
            .Where(one => one.CaseId == id).OrderBy(one => one.Number).ToListAsync();
        var sql = new StringBuilder();
        foreach (var one in events)
        {
            var changed = one.Number == 2 ? one with { Actor = "otto", Assignee = "otto" } : one;
            chain = CaseEvent.Chain(chain, changed.Line());
            sql.Append(CultureInfo.InvariantCulture, $"""
                update case_events set actor = {Sql(changed.Actor)}, assignee = {Sql(changed.Assignee)},
                    chain_hash = '\x{Convert.ToHexStringLower(chain)}' where number = {one.Number};
                """);
        }
        await TamperAsync($"{sql} update cases set assignee = 'otto', "
            + $"chain_hash = '\\x{Convert.ToHexStringLower(chain)}'");

        static string Sql(string? text) => text is null ? "null" : $"'{text}'";
    }

    private string Collect(string folder, string? brokers = null)
    {
        using var output = new StringWriter();
        var code = CaseHeadCollector.Run(
            new KafkaAddress(brokers ?? _compliance.Service.BootstrapServers, new Dictionary<string, string>()), folder,
            output, CancellationToken.None);
        var said = output.ToString();
        code.ShouldBe(said.StartsWith("Cannot", StringComparison.Ordinal)
            ? CaseFileVerification.Unreadable
            : CaseFileVerification.Fine);
        return said;
    }

    private static IEnumerable<(string File, string Line)> LinesOf(string folder) => Directory.GetFiles(folder)
        .SelectMany(file => File.ReadLines(file).Where(line => line != "")
            .Select(line => (Path.GetFileName(file), line)));

    private Task<int> TamperAsync(string sql) => _compliance.Service.ByHandAsync(
        ["cases", "case_events", "case_texts", "case_terms", "case_keys"], sql);

    private async Task<(int Code, string Said)> VerifyAsync(string? heads = null)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await CaseFileVerification.RunAsync(
            _compliance.Service.AppConnectionString, output, errors, CancellationToken.None, heads);
        errors.ToString().ShouldBeEmpty();
        return (code, output.ToString().TrimEnd());
    }
}
