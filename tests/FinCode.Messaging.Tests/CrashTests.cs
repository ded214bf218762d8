using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

/// <summary>Each test ends a part at its worst moment; each has a service of its own.</summary>
public sealed class CrashTests
{
    [Fact]
    public async Task What_was_committed_but_not_published_is_published_by_the_next_start()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await notes.StopBrokerAsync();
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteStored(book, 1), new NoteStored(book, 2)]);
        await notes.App.StopAsync();
        (await Publishing.DepthAsync(notes)).ShouldBe(2);

        await notes.StartBrokerAgainAsync();
        await using var next = await notes.StartReplicaAsync(NotesApp.Service, Quick.Settings);
        await next.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 2);
        next.Events.All<NoteStored>().Where(stored => stored.Book == book).Select(stored => stored.Number)
            .ShouldBe([1, 2]);
        await Eventually.TrueAsync(async () => await Publishing.DepthAsync(next) == 0, "the outbox is empty");
    }

    [Fact]
    public async Task What_was_published_but_not_deleted_is_repeated_in_order()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Publishing.OwnerAsync(notes, "revoke delete on outbox from notes");
        await Publishing.CommitAsync(notes.Services, tenant, Notes(book, 1, 5));
        await Eventually.TrueAsync(
            () => notes.Events.All<NoteWritten>().Count(note => note.Book == book) >= 10, "all were published twice");
        await Publishing.OwnerAsync(notes, "grant delete on outbox to notes");
        await Eventually.TrueAsync(async () => await Publishing.DepthAsync(notes) == 0, "the outbox is empty");

        var numbers = notes.Events.All<NoteWritten>().Where(note => note.Book == book).Select(note => note.Number)
            .ToArray();
        numbers.Distinct().ShouldBe([1, 2, 3, 4, 5]);
        await notes.HoldsAsync(book, [1, 2, 3, 4, 5]);
        notes.Services.GetRequiredService<World>().Tries.Count(tried => tried.Book == book).ShouldBe(5);
    }

    private static NoteWritten[] Notes(string book, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => new NoteWritten(book, number))];

    [Fact]
    public async Task A_consumer_that_dies_between_effect_and_offset_does_nothing_twice()
    {
        var crashes = 0;
        var commits = 0;
        var seams = new MessagingSeams
        {
            BeforeOffsetCommit = () =>
            {
                Interlocked.Increment(ref commits);
                if (Interlocked.Increment(ref crashes) == 1)
                    throw new InvalidOperationException("The lights went out.");
            },
        };
        await using var notes = await ServiceUnderTest.StartAsync(
            NotesApp.Service, Quick.Settings, builder => builder.Services.AddSingleton(seams));
        using var duplicates = new CounterWatch(notes.Services, "fincode.messaging.duplicates");
        var (tenant, book) = (TestTenant.New(), Books.New());
        await notes.PublishAsync(tenant, new NoteWritten(book, 1));
        await notes.HoldsAsync(book, [1]);
        await Eventually.TrueAsync(() => duplicates.Total >= 1, "it was delivered again and recognised");
        await notes.PublishAsync(tenant, new NoteWritten(book, 2));

        await notes.HoldsAsync(book, [1, 2]);
        notes.Services.GetRequiredService<World>().Tries.Count(tried => tried.Book == book).ShouldBe(2);
        await Eventually.TrueAsync(() => commits >= 3, "offsets move on again");
    }

    [Fact]
    public async Task A_database_that_is_away_while_messages_come_loses_none()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await notes.PublishAsync(tenant, new NoteWritten(book, 1));
        await notes.HoldsAsync(book, [1]);

        using var stalled = new CounterWatch(notes.Services, "fincode.messaging.stalled");
        await Publishing.OwnerAsync(notes, "revoke insert on inbox, parked_messages from notes");
        await notes.PublishAsync(tenant, new NoteWritten(book, 2));
        await notes.PublishAsync(tenant, new NoteWritten(book, 3));
        await Publishing.CutConnectionsAsync(notes);
        await Eventually.TrueAsync(() => stalled.Total > 0, "they can be neither processed nor parked");
        (await notes.Owner.NumbersAsync(book)).ShouldBe([1]);
        await Publishing.OwnerAsync(notes, "grant insert on inbox, parked_messages to notes");

        await notes.HoldsAsync(book, [1, 2, 3]);
    }

    [Fact]
    public async Task A_broker_that_goes_away_for_a_while_delays_everything_and_loses_nothing()
    {
        var settings = Quick.Settings;
        settings["Messaging:DeliveryTimeoutMilliseconds"] = "700";
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteWritten(book, 1)]);
        await notes.HoldsAsync(book, [1]);

        await notes.StopBrokerAsync();
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteWritten(book, 2), new NoteWritten(book, 3)]);
        using var client = notes.AnonymousClient();
        await Eventually.TrueAsync(
            async () => (await client.GetStringAsync("/health")).Contains("No broker answers"),
            "health says so");
        (await Publishing.DepthAsync(notes)).ShouldBeGreaterThanOrEqualTo(2);
        await notes.StartBrokerAgainAsync();

        await notes.HoldsAsync(book, [1, 2, 3]);
        await notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 3);
        await Eventually.TrueAsync(
            async () => (await client.GetStringAsync("/health")).Contains("\"status\":\"Healthy\",\"checks\""),
            "health is well again");
    }
}
