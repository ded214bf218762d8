using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

public sealed class OrderTests
{
    private const int Keys = 100;
    private const int PerKey = 100;
    private const int PerCommit = 10;
    private const int Writers = 4;

    [Fact]
    public async Task Ten_thousand_events_over_a_hundred_keys_arrive_in_order_while_replicas_come_and_go()
    {
        await using var first = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        await using var second = await first.StartReplicaAsync(NotesApp.Service, Quick.Settings);
        var third = await first.StartReplicaAsync(NotesApp.Service, Quick.Settings);
        var tenants = Enumerable.Range(0, 3).Select(_ => TestTenant.New()).ToArray();
        var books = Enumerable.Range(0, Keys).Select(_ => Books.New()).ToArray();

        // Another one reads at the side, so that what the relays wrote can be looked at as well.
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var number = 1; number <= PerKey; number += PerCommit)
                foreach (var (book, index) in books
                    .Select((book, index) => (book, index)).Where(b => b.index % Writers == writer))
                    await Publishing.CommitAsync(first.Services, tenants[index % tenants.Length],
                        [.. Enumerable.Range(number, PerCommit).Select(n => new NoteWritten(book, n))]);
        })));
        await Eventually.TrueAsync(async () => await CountAsync(first) > Keys * PerKey / 10, "the first tenth is done");
        await third.DisposeAsync();
        await writing;
        await using var late = await first.StartReplicaAsync(NotesApp.Service, Quick.Settings);

        await Eventually.TrueAsync(
            async () => await CountAsync(first) == Keys * PerKey, "all effects are there", TimeSpan.FromMinutes(5));
        (await CountWhereAsync(first, "number - earlier_number <> 1")).ShouldBe(0L);
        (await CountWhereAsync(first, "sequence <= earlier_sequence")).ShouldBe(0L);
        (await CountAsync(first)).ShouldBe(Keys * PerKey);
        await ShouldAppearInOrderAsync(first, books);
        ReplicasThatWorked(first, second, third, late).ShouldBeGreaterThan(1);
    }

    private static int ReplicasThatWorked(params ServiceUnderTest[] replicas) => replicas.Count(replica =>
    {
        try
        {
            return !replica.Services.GetRequiredService<World>().Tries.IsEmpty;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    });

    private static async Task<long> CountAsync(ServiceUnderTest notes)
    {
        await using var command = notes.Owner.CreateCommand("select count(*) from notes");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Effects that stand so to the one before them in their book.</summary>
    private static async Task<long> CountWhereAsync(ServiceUnderTest notes, string condition)
    {
        await using var command = notes.Owner.CreateCommand(
            "select count(*) from (select number, sequence, lag(number, 1, 0) over earlier as earlier_number, "
            + "lag(sequence, 1, 0::bigint) over earlier as earlier_sequence "
            + $"from notes window earlier as (partition by book order by id)) as effects where {condition}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>In the topic, first appearances of each key count up by one.</summary>
    private static async Task ShouldAppearInOrderAsync(ServiceUnderTest notes, string[] books)
    {
        await Eventually.TrueAsync(
            () => notes.Events.All<NoteWritten>().Distinct().Count() == books.Length * PerKey,
            "the probe has read all");
        foreach (var book in notes.Events.All<NoteWritten>().GroupBy(note => note.Book))
            book.Select(note => note.Number).Distinct().ShouldBe(Enumerable.Range(1, PerKey));
    }
}
