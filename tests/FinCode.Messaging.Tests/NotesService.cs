using System.Collections.Concurrent;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

/// <summary>
/// A note was written; the tests' own event. <paramref name="Behaviour"/> tells the reaction what to do with it.
/// </summary>
public sealed record NoteWritten(string Book, int Number, string Behaviour = "store") : IEvent
{
    public static string Type => "fincode.test.note-written.v1";
    public static string Topic => "fincode.test-notes";
    public string EventKey() => Book;
}

/// <summary>What the service publishes when it has stored a note.</summary>
public sealed record NoteStored(string Book, int Number) : IEvent
{
    public static string Type => "fincode.test.note-stored.v1";
    public static string Topic => "fincode.test-stored";
    public string EventKey() => Book;
}

/// <summary>Nobody reacts to it.</summary>
public sealed record NoteIgnored(string Book) : IEvent
{
    public static string Type => "fincode.test.note-ignored.v1";
    public static string Topic => NoteWritten.Topic;
    public string EventKey() => Book;
}

/// <summary>Switches by which a test makes the world of a reaction fail and heal, by book.</summary>
internal sealed class World
{
    public ConcurrentDictionary<string, Exception> Failing { get; } = [];

    public ConcurrentQueue<(string Book, int Number, string? Trace)> Tries { get; } = [];

    public ConcurrentQueue<(string Book, int Number)> AfterCommits { get; } = [];
}

internal sealed class OnNoteWritten(DbSession session, Outbox outbox, World world) : IReaction<NoteWritten>
{
    public async Task HandleAsync(NoteWritten message, EventMeta meta, CancellationToken cancellationToken)
    {
        world.Tries.Enqueue((message.Book, message.Number, System.Diagnostics.Activity.Current?.TraceId.ToString()));
        if (message.Behaviour == "own-row")
            await FindOwnRowAsync(message.Book, cancellationToken);
        await using var insert = session.Command(
            "insert into notes (tenant_id, book, number, sequence) values ($1, $2, $3, $4)",
            meta.Tenant.Value, message.Book, message.Number, meta.Sequence);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await outbox.AddAsync(new NoteStored(message.Book, message.Number), cancellationToken);
        session.AfterCommit(() => world.AfterCommits.Enqueue((message.Book, message.Number)));
        if (message.Behaviour == "swallow")
            await SwallowAsync(cancellationToken);
        if (message.Behaviour != "store" && world.Failing.TryGetValue(message.Book, out var failure))
            throw failure;
    }

    /// <summary>Without naming the tenant: row-level security does.</summary>
    private async Task FindOwnRowAsync(string book, CancellationToken cancellationToken)
    {
        await using var find = session.Command("select id from notes where book = $1", book);
        if (await find.ExecuteScalarAsync(cancellationToken) is null)
            throw new InvalidOperationException("There is no such book.");
    }

    /// <summary>What a careless reaction might do: PostgreSQL has given the transaction up afterwards.</summary>
    private async Task SwallowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var wrong = session.Command("select 1 / 0");
            await wrong.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Npgsql.PostgresException)
        {
            // As if nothing had happened.
        }
    }
}

/// <summary>A small service with everything that messaging offers.</summary>
internal static class NotesApp
{
    public const string Noun = "notes";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(NotesApp).Assembly)
    {
        Add = builder =>
        {
            builder.Services.AddSingleton<World>();
            builder.AddMessaging(Noun, reactions => reactions.On<NoteWritten, OnNoteWritten>());
            builder.Services.AddSessionDbContext<NotesDbContext>();
        },
        Map = app =>
        {
            app.MapMessaging();
            WriteNote.Map(app);
        },
        Migrations = [typeof(Outbox).Assembly, typeof(NotesApp).Assembly],
    };
}
