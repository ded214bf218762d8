using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Testing;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

/// <summary>Each test has a sandbox of its own, which it stops and starts.</summary>
public sealed class JournalTests : IAsyncLifetime
{
    private readonly SandboxUnderTest _sandbox = new();

    private string JournalFile => Path.Combine(_sandbox.DataFolder, "journal.jsonl");

    public Task InitializeAsync() => _sandbox.InitializeAsync();

    public Task DisposeAsync() => _sandbox.DisposeAsync();

    [Fact]
    public async Task Payouts_inboxes_and_payments_survive_a_restart_and_a_torn_last_line()
    {
        var (reference, url, account) = (NewReference(), _sandbox.NewCallbackUrl(), NewAccount("1234"));
        await _sandbox.PayBankAsync(account, reference, url);
        await _sandbox.CallbackToAsync(url);
        await _sandbox.Client.PutAsJsonAsync("/webhooks/partner", new { secret = "whsec_AAAA", failFirst = 5 });
        await _sandbox.Client.PostAsJsonAsync("/webhooks/partner", new { type = "webhook.test" });
        await PayInAsync("PCN1");
        var before = await _sandbox.AskBankAsync(reference);

        await _sandbox.StopAsync();
        await File.AppendAllTextAsync(JournalFile, """{"kind":"instruction","instr""");
        await _sandbox.StartAsync();

        (await _sandbox.AskBankAsync(reference)).GetRawText().ShouldBe(before.GetRawText());
        (await _sandbox.PayBankAsync(account, reference, url, "2.00")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var inbox = await _sandbox.Client.GetFromJsonAsync<JsonElement>("/webhooks/partner");
        inbox.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty(
            "answered").GetInt32().ShouldBe(500);
        (await _sandbox.Client.GetAsync("/payin/payments/PCN1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // What is written after the torn line is whole again.
        var next = NewReference();
        await _sandbox.PayBankAsync(account, next, url);
        await _sandbox.StopAsync();
        await _sandbox.StartAsync();
        (await _sandbox.AskBankAsync(next)).GetProperty("reference").GetString().ShouldBe(next);
    }

    [Fact]
    public async Task A_callback_that_is_owed_is_sent_after_a_restart_and_one_that_was_taken_is_not()
    {
        var (owed, taken) = (_sandbox.NewCallbackUrl(failures: 1), _sandbox.NewCallbackUrl());
        await _sandbox.PayBankAsync(NewAccount("1234"), NewReference(), taken);
        await _sandbox.CallbackToAsync(taken);
        await Eventually.TrueAsync(() => ReadJournal().Contains("callback-ended", StringComparison.Ordinal),
            "the end in the journal");
        await _sandbox.PayBankAsync(NewAccount("1234"), NewReference(), owed);
        await Eventually.TrueAsync(() => _sandbox.CallbacksTo(owed).Count > 0, "the callback that fails");

        await _sandbox.StopAsync();
        await _sandbox.StartAsync();
        await _sandbox.CallbackToAsync(owed);
        _sandbox.CallbacksTo(taken).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Being_down_twice_is_counted_across_a_restart()
    {
        var (account, url) = (NewAccount("0002"), _sandbox.NewCallbackUrl());
        await _sandbox.PayBankAsync(account, NewReference(), url);
        await _sandbox.StopAsync();
        await _sandbox.StartAsync();
        (await _sandbox.PayBankAsync(account, NewReference(), url)).StatusCode.ShouldBe(
            HttpStatusCode.ServiceUnavailable);
        (await _sandbox.PayBankAsync(account, NewReference(), url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_broken_line_in_the_middle_stops_the_start_with_a_sentence()
    {
        var folder = TestServers.NewFolder("sandbox");
        await File.WriteAllTextAsync(Path.Combine(folder, "journal.jsonl"), "{\"kind\":\"surprise\"}\n");
        await using var app = Build(folder);
        var exception = await Should.ThrowAsync<InvalidOperationException>(() => app.StartAsync());
        exception.Message.ShouldContain("Line 1");
    }

    [Fact]
    public async Task Two_sandboxes_never_share_a_journal()
    {
        await using var app = Build(_sandbox.DataFolder);
        await Should.ThrowAsync<IOException>(() => app.StartAsync());
    }

    private string ReadJournal()
    {
        // The sandbox has the file open for writing.
        using var stream = new FileStream(JournalFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private async Task PayInAsync(string reference)
    {
        var url = _sandbox.NewCallbackUrl();
        var signature = Hex(MerchantSecret, $"{reference}|1.00|GBP|{url}");
        (await _sandbox.Client.PostAsJsonAsync("/payin/pay",
            new { reference, amount = "1.00", currency = "GBP", callbackUrl = url,
                signature })).EnsureSuccessStatusCode();
    }
}
