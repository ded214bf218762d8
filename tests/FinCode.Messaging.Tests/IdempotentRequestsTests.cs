using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Messaging.Tests;

public sealed class IdempotentRequestsTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    private ServiceUnderTest Notes => fixture.Notes;

    [Fact]
    public async Task The_same_key_twice_answers_the_same_and_acts_once()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        var first = await PostAsync(client, "k1", book, 1);
        var second = await PostAsync(client, "k1", book, 1);

        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        second.Headers.Location.ShouldBe(first.Headers.Location);
        first.Headers.Contains(IdempotentRequests.ReplayedHeader).ShouldBeFalse();
        second.Headers.GetValues(IdempotentRequests.ReplayedHeader).ShouldBe(["true"]);
        (await Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task Twenty_at_once_with_one_key_act_once()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(client, "k1", book, 1)));

        answers.ShouldAllBe(answer =>
            answer.StatusCode == HttpStatusCode.Created || answer.StatusCode == HttpStatusCode.Conflict);
        var bodies = new HashSet<string>();
        foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.Created))
            bodies.Add(await answer.Content.ReadAsStringAsync());
        bodies.Count.ShouldBe(1);
        (await Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task The_same_key_with_other_content_is_refused()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        (await PostAsync(client, "k1", book, 1)).StatusCode.ShouldBe(HttpStatusCode.Created);

        var other = await PostAsync(client, "k1", book, 2);
        other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await CodeAsync(other)).ShouldBe(Problems.IdempotencyKeyReused);
        (await Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task A_refused_request_leaves_the_key_free_and_nothing_behind()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        var refused = await PostAsync(client, "k1", book, -1);
        (await CodeAsync(refused)).ShouldBe(Problems.LimitExceeded);
        (await Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();

        (await PostAsync(client, "k1", book, 1)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task A_request_that_breaks_off_leaves_the_key_free()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        (await PostAsync(client, "k1", book, -2)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
        (await PostAsync(client, "k1", book, 1)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_key_is_one_tenants_and_one_operations_own()
    {
        var (one, other, book) = (TestTenant.New(), TestTenant.New(), Books.New());
        using var client = Notes.Client(one, Roles.Manager);
        using var stranger = Notes.Client(other, Roles.Manager);
        (await PostAsync(client, "k1", book, 1)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync(stranger, "k1", book, 2)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync(client, "k1", book, 3, "/v1/notes-again")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await Notes.Owner.NumbersAsync(book)).ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData(null, 400, Problems.IdempotencyKeyMissing)]
    [InlineData("with space", 422, Problems.ValidationError)]
    [InlineData("too long", 422, Problems.ValidationError)]
    public async Task A_key_that_is_missing_or_no_key_is_refused(string? key, int status, string code)
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        using var client = Notes.Client(tenant, Roles.Manager);
        var answer = await PostAsync(client, key == "too long" ? new string('k', 256) : key, book, 1);
        ((int)answer.StatusCode).ShouldBe(status);
        (await CodeAsync(answer)).ShouldBe(code);
        (await Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient client, string? key, string book, int number, string path = "/v1/notes")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = JsonContent.Create(new WriteNote.Request(book, number)),
        };
        if (key is not null)
            request.Headers.TryAddWithoutValidation(IdempotentRequests.Header, key);
        return await client.SendAsync(request);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}

/// <summary>
/// An operation as the services write theirs. A number of -1 is refused after the row was written, -2 breaks off.
/// </summary>
internal static class WriteNote
{
    public sealed record Request(string Book, int Number);

    public static void Map(WebApplication app)
    {
        app.MapPost("/v1/notes", (
            HttpContext http, Caller caller, IdempotentRequests requests, DbSession session, Request request) =>
            HandleAsync("WriteNote", http, caller, requests, session, request));
        app.MapPost("/v1/notes-again", (
            HttpContext http, Caller caller, IdempotentRequests requests, DbSession session, Request request) =>
            HandleAsync("WriteNoteAgain", http, caller, requests, session, request));
    }

    private static Task<IResult> HandleAsync(
        string operation, HttpContext http, Caller caller, IdempotentRequests requests, DbSession session,
        Request request) =>
        requests.RunAsync(http, caller.Tenant, operation, request, async () =>
        {
            await using var insert = session.Command(
                "insert into notes (tenant_id, book, number, sequence) values ($1, $2, $3, 0) returning id",
                caller.Tenant.Value, request.Book, request.Number);
            var id = await insert.ExecuteScalarAsync(http.RequestAborted);
            return request.Number switch
            {
                -1 => ((Reply?)null, Problems.Conflict(Problems.LimitExceeded, "Too low.")),
                -2 => throw new InvalidOperationException("Broken off."),
                _ => (new Reply(StatusCodes.Status201Created, new { id }, $"/v1/notes/{id}"), (ProblemHttpResult?)null),
            };
        });
}
