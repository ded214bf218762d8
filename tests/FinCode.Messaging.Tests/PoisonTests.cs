using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

public sealed class PoisonTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    private ServiceUnderTest Notes => fixture.Notes;

    private World World => Notes.Services.GetRequiredService<World>();

    private ParkedMessages Parked => Notes.Services.GetRequiredService<ParkedMessages>();

    [Fact]
    public async Task A_poisonous_message_holds_its_key_alone_until_its_replay_and_then_all_go_in_order()
    {
        var (tenant, sick, healthy, id) = (TestTenant.New(), Books.New(), Books.New(), Guid.CreateVersion7());
        World.Failing[sick] = new InvalidOperationException("It will not have it.");
        await Notes.PublishAsync(tenant, new NoteWritten(sick, 1, "fail"), id);
        for (var number = 2; number <= 5; number++)
            await Notes.PublishAsync(tenant, new NoteWritten(sick, number));
        await Notes.PublishAsync(tenant, new NoteWritten(healthy, 1));

        await Notes.HoldsAsync(healthy, [1]);
        await Eventually.HoldsAsync(async () => (await OfAsync(sick))[0].ShouldBe((id, "DEAD", 5)));
        await Eventually.TrueAsync(async () => (await OfAsync(sick)).Count == 5, "all five wait");
        (await Notes.Owner.NumbersAsync(sick)).ShouldBeEmpty();
        World.Tries.Count(tried => tried.Book == sick).ShouldBe(5, "five tries of the first, none of those behind it");

        World.Failing.TryRemove(sick, out _);
        (await Parked.ReplayAsync(id, CancellationToken.None)).ShouldBeTrue();
        await Notes.HoldsAsync(sick, [1, 2, 3, 4, 5]);
        await Eventually.TrueAsync(async () => (await OfAsync(sick)).Count == 0, "nothing waits");
        (await Parked.ReplayAsync(id, CancellationToken.None)).ShouldBeFalse("it is not dead any more");
        World.AfterCommits.Where(done => done.Book == sick).Select(done => done.Number).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task A_death_is_one_letter_with_the_original_message_and_its_reason()
    {
        var (tenant, book, id) = (TestTenant.New(), Books.New(), Guid.CreateVersion7());
        World.Failing[book] = new InvalidOperationException("It will not have it.");
        await Notes.PublishAsync(tenant, new NoteWritten(book, 1, "fail"), id);

        var letter = await DeadLetters.FirstAsync(Notes.BootstrapServers, message => message.Key == book);
        letter.Headers["consumer"].ShouldBe(NotesApp.Noun);
        letter.Headers["reason"].ShouldBe("InvalidOperationException: It will not have it.");
        letter.Headers["attempts"].ShouldBe("5");
        letter.Headers["original-topic"].ShouldBe(NoteWritten.Topic);
        long.Parse(letter.Headers["original-offset"]).ShouldBeGreaterThanOrEqualTo(0);
        JsonDocument.Parse(letter.Value).RootElement.GetProperty("id").GetString().ShouldBe(id.ToString());

        (await Parked.ReplayAsync(book, CancellationToken.None)).ShouldBeTrue();
        await Eventually.TrueAsync(
            async () => (await DeadLetters.AllAsync(Notes.BootstrapServers, message => message.Key == book)).Count == 2,
            "it dies again, with a letter of its own");
    }

    [Theory]
    [InlineData("transient")]
    [InlineData("http")]
    [InlineData("timeout")]
    public async Task A_world_that_is_not_ready_is_asked_for_as_long_as_it_takes(string kind)
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        World.Failing[book] = kind switch
        {
            "transient" => new TransientException("Not yet."),
            "http" => new HttpRequestException("No route."),
            _ => new InvalidOperationException("Outer.", new TimeoutException()),
        };
        await Notes.PublishAsync(tenant, new NoteWritten(book, 1, "fail"));
        await Notes.PublishAsync(tenant, new NoteWritten(book, 2));
        await Eventually.TrueAsync(
            () => World.Tries.Count(tried => tried.Book == book) >= 8, "more tries than a poisonous message gets");
        (await OfAsync(book)).ShouldAllBe(message => message.State == "RETRYING");

        World.Failing.TryRemove(book, out _);
        await Notes.HoldsAsync(book, [1, 2]);
    }

    [Fact]
    public async Task A_reaction_that_swallows_a_failed_statement_loses_nothing()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Notes.PublishAsync(tenant, new NoteWritten(book, 1, "swallow"));

        await Eventually.HoldsAsync(async () => (await OfAsync(book)).Single().State.ShouldBe("DEAD"));
        (await Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
        World.AfterCommits.ShouldNotContain(done => done.Book == book);
    }

    [Theory]
    [InlineData("this is no JSON", "The message is not a CloudEvent in structured JSON.")]
    [InlineData("[]", "The message is not a CloudEvent in structured JSON.")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/x","type":"x"}""", "The id is not a UUID.")]
    [InlineData("TENANT_MISSING", "The extension tenantid is missing.")]
    [InlineData("TENANT_WRONG", "The extension tenantid is not the id of a tenant.")]
    [InlineData("SUBJECT_MISSING", "The subject, which is the key, is missing or no key.")]
    public async Task A_message_that_is_no_event_is_a_dead_letter_and_holds_nobody(string value, string reason)
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        var good = Messages.Envelope(tenant, new NoteWritten(book, 7));
        var bad = value switch
        {
            "TENANT_MISSING" => good.Replace($"\"tenantid\":\"{tenant}\",", ""),
            "TENANT_WRONG" => good.Replace(tenant.ToString(), "prn_everybody"),
            "SUBJECT_MISSING" => good.Replace($"\"subject\":\"{book}\",", ""),
            _ => value,
        };
        bad.ShouldNotBe(good);
        await Notes.Events.PublishRawAsync(NoteWritten.Topic, book, bad);
        await Notes.PublishAsync(tenant, new NoteWritten(book, 8));

        await Notes.HoldsAsync(book, [8]);
        var letter = await DeadLetters.FirstAsync(Notes.BootstrapServers, message => message.Key == book);
        letter.Headers["reason"].ShouldBe(reason);
        Encoding.UTF8.GetString(letter.Value).ShouldBe(bad);
        (await OfAsync(book)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_whose_data_cannot_be_read_is_dead_at_once_and_holds_its_key()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        var wrong = Messages.Envelope(tenant, new NoteWritten(book, 7)).Replace(
            "\"number\":7", "\"number\":\"John Smith\"");
        await Notes.Events.PublishRawAsync(NoteWritten.Topic, book, wrong);
        await Notes.PublishAsync(tenant, new NoteWritten(book, 8));

        var letter = await DeadLetters.FirstAsync(Notes.BootstrapServers, message => message.Key == book);
        letter.Headers["reason"]
            .ShouldBe("The data cannot be read as fincode.test.note-written.v1 at $.number (JsonException).");
        await Eventually.TrueAsync(async () => (await OfAsync(book)).Count == 2, "the next one waits behind it");
        (await Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_event_that_nobody_reacts_to_leaves_no_trace()
    {
        var (tenant, book, id) = (TestTenant.New(), Books.New(), Guid.CreateVersion7());
        await Notes.PublishAsync(tenant, new NoteIgnored(book), id);
        await Notes.PublishAsync(tenant, new NoteWritten(book, 1));

        await Notes.HoldsAsync(book, [1]);
        await using var command = Notes.Owner.CreateCommand("select count(*) from inbox where event_id = $1");
        command.Parameters.Add(new() { Value = id });
        (await command.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task Parked_messages_are_listed_and_replayed_over_http_by_the_platform_alone()
    {
        var (tenant, book, id) = (TestTenant.New(), Books.New(), Guid.CreateVersion7());
        World.Failing[book] = new InvalidOperationException("No.");
        await Notes.PublishAsync(tenant, new NoteWritten(book, 1, "fail"), id);
        await Eventually.TrueAsync(async () => (await OfAsync(book)) is [(_, "DEAD", _)], "it is dead");

        using var platform = Notes.ClientAs("operator", null, Roles.Platform);
        using var manager = Notes.Client(tenant, Roles.Manager);
        (await manager.GetAsync("/internal/messaging/parked")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await manager.PostAsync($"/internal/messaging/parked/{id}/replay", null)).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);

        var list = await platform.GetFromJsonAsync<JsonElement>("/internal/messaging/parked?limit=500");
        var item = list.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("eventId").GetGuid() == id);
        item.GetProperty("tenant").GetString().ShouldBe(tenant.ToString());
        item.GetProperty("reason").GetString().ShouldBe("InvalidOperationException: No.");
        item.TryGetProperty("message", out _).ShouldBeFalse("content stays inside");

        World.Failing.TryRemove(book, out _);
        (await platform.PostAsync($"/internal/messaging/parked/{id}/replay", null)).StatusCode
            .ShouldBe(HttpStatusCode.Accepted);
        await Notes.HoldsAsync(book, [1]);
        (await platform.PostAsync($"/internal/messaging/parked/{id}/replay", null)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<List<(Guid Id, string State, int Attempts)>> OfAsync(string book) =>
        [.. (await Parked.ListAsync(ParkedMessages.MaxListed, CancellationToken.None))
            .Where(message => message.EventKey == book)
            .Select(message => (message.EventId, message.State, message.Attempts))];
}
