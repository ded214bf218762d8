using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Testing;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

public sealed class IdentityTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    private Task<HttpResponseMessage> OpenAsync(string reference, string callbackUrl, string fullName = "Ada Obi") =>
        sandbox.Client.PostAsJsonAsync("/identity/sessions", new
        {
            reference, person = new { fullName, dateOfBirth = "1990-01-01" }, documentTypes = new[] { "PASSPORT" },
            callbackUrl,
        });

    private async Task<JsonElement> AskAsync(string reference) =>
        await sandbox.Client.GetFromJsonAsync<JsonElement>($"/identity/sessions/{reference}");

    private async Task<string> StatusAsync(string reference) =>
        (await AskAsync(reference)).GetProperty("status").GetString()!;

    private async Task<HttpResponseMessage> FinishAsync(string reference, object finish)
    {
        using var person = new HttpClient();
        return await person.PostAsJsonAsync(
            new Uri((await AskAsync(reference)).GetProperty("url").GetString()!), finish);
    }

    [Fact]
    public async Task A_session_is_opened_once_finished_once_and_told_by_a_signed_callback()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var opened = await OpenAsync(reference, url);
        opened.StatusCode.ShouldBe(HttpStatusCode.Created);
        var session = await opened.Content.ReadFromJsonAsync<JsonElement>();
        (await (await OpenAsync(reference, url)).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("sessionId").GetString().ShouldBe(session.GetProperty("sessionId").GetString());
        (await OpenAsync(reference, url, "Somebody Else")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var page = session.GetProperty("url").GetString()!;

        (await FinishAsync(reference, new { outcome = "APPROVED", documentType = "ID_VERIFICATION",
            expiresOn = "2034-01-02" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var callback = await sandbox.CallbackToAsync(url);
        callback.Signature.ShouldBe(Hex(CallbackSecret, $"{callback.Timestamp}.{callback.Body}"));
        callback.Json.GetProperty("reference").GetString().ShouldBe(reference);
        callback.Json.GetProperty("status").GetString().ShouldBe("APPROVED");
        callback.Json.GetProperty("document").GetProperty("type").GetString().ShouldBe("ID_VERIFICATION");
        (await AskAsync(reference)).GetProperty("document").GetProperty("expiresOn").GetString().ShouldBe("2034-01-02");
        using var person = new HttpClient();
        (await person.PostAsJsonAsync(new Uri(page), new { outcome = "REFUSED" })).StatusCode
            .ShouldBe(HttpStatusCode.Conflict);
        (await StatusAsync(reference)).ShouldBe("APPROVED");
    }

    [Theory]
    [InlineData("REFUSED", "REFUSED")]
    [InlineData("REVIEW", "REVIEW")]
    public async Task The_button_says_how_it_ends(string outcome, string status)
    {
        var reference = NewReference();
        await OpenAsync(reference, sandbox.NewCallbackUrl());
        using var person = new HttpClient();
        using var form = new FormUrlEncodedContent([new("outcome", outcome)]);
        var page = new Uri((await AskAsync(reference)).GetProperty("url").GetString()!);
        (await person.GetStringAsync(page)).ShouldContain(outcome);
        (await person.PostAsync(page, form)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Eventually.TrueAsync(async () => await StatusAsync(reference) == status, "it ended");
    }

    [Theory]
    [InlineData("LATE")]
    [InlineData("NEVER")]
    public async Task Until_it_ends_it_is_being_looked_at_and_nobody_is_told(string outcome)
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        await OpenAsync(reference, url);
        (await FinishAsync(reference, new { outcome })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await StatusAsync(reference)).ShouldBe("PROCESSING");
        sandbox.CallbacksTo(url).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Ada 0001", 503, false)]
    [InlineData("Ada 0005", 500, true)]
    [InlineData("Ada 0006", 500, false)]
    [InlineData("Ada 0008", 201, true)]
    public async Task The_end_of_the_name_chooses_what_the_request_meets(string name, int status, bool isTaken)
    {
        var reference = NewReference();
        ((int)(await OpenAsync(reference, sandbox.NewCallbackUrl(), name)).StatusCode).ShouldBe(status);

        (await sandbox.Client.GetAsync($"/identity/sessions/{reference}")).StatusCode
            .ShouldBe(isTaken ? HttpStatusCode.OK : HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Wrong_requests_are_refused_and_sessions_need_a_key()
    {
        (await sandbox.Client.PostAsJsonAsync("/identity/sessions", new { reference = "a/b" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var stranger = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        (await stranger.GetAsync("/identity/sessions/x")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await stranger.GetAsync("/identity/page/ids_0")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
