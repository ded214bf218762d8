using System.Collections.Concurrent;
using FinCode.Ledger.Jobs;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Asks a ledger for operations, as its callers do, and says what came of them.</summary>
internal sealed class BookClient(IServiceProvider services, TenantId tenant, params BookWriter[] writers)
{
    private readonly ConcurrentDictionary<string, EntryId> _ids = new();
    private readonly ConcurrentQueue<BookOperation> _booked = new();
    private readonly ConcurrentDictionary<BookOperation, BookOperation> _settled =
        new(ReferenceEqualityComparer.Instance);
    private int _asked;

    /// <summary>
    /// What is asked for where something was wished: a client can only name an entry whose answer has come, so it
    /// takes another one where the one that it should be about was refused. The same wish again asks for the same.
    /// </summary>
    public BookOperation Settle(BookOperation wish) => wish.Target is null or BookOperation.Nothing
        ? wish
        : _settled.GetOrAdd(wish, _ => wish.About(
            _booked.FirstOrDefault(one => one.Key == wish.Target) ?? _booked.LastOrDefault(wish.CanBeAbout)));

    /// <summary>Through the batches of the book; what people decide through a session.</summary>
    public async Task<string> AskAsync(IReadOnlyList<BookOperation> linked)
    {
        if (linked[0].Kind == OperationKind.Watch)
            return await WatchAsync(linked[0]);
        if (!linked[0].IsEntry)
            return await DecideAsync(linked[0]);
        var writer = writers[Interlocked.Increment(ref _asked) % writers.Length];
        return Note(linked, await writer.PostAsync(
            tenant, [.. linked.Select(Instruction)], CancellationToken.None));
    }

    /// <summary>Asks again, as callers do, where the answer was lost or the database away.</summary>
    public async Task<string> AskUntilAnsweredAsync(IReadOnlyList<BookOperation> linked)
    {
        string? answer = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                answer = await AskAsync(linked);
                return true;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or ObjectDisposedException)
            {
                return false;
            }
        }, $"an answer to {linked[0]}");
        return answer!;
    }

    /// <summary>Several requests at once in one session, in this order.</summary>
    public async Task<string[]> AskInOneSessionAsync(IReadOnlyList<IReadOnlyList<BookOperation>> requests)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcomes = await scope.ServiceProvider.GetRequiredService<LedgerPosting>().PostAllAsync(
            [.. requests.Select(linked => new PostingRequest([.. linked.Select(Instruction)]))],
            CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return [.. requests.Zip(outcomes, Note)];
    }

    /// <summary>As the service does by itself now and then, for all books.</summary>
    public async Task ExpireAsync()
    {
        var goesOn = true;
        while (goesOn)
        {
            await using var scope = services.CreateAsyncScope();
            goesOn = await ActivatorUtilities.CreateInstance<ExpirePendingEntries>(scope.ServiceProvider)
                .RunOnceAsync(CancellationToken.None);
        }
    }

    private Instruction Instruction(BookOperation operation)
    {
        // Texts that the log has to escape, and one that it has not.
        var details = new EntryDetails(
            operation.ValueDate, operation.Key + " \"\\\u0001\n é😀", operation.Legs.Count > 2 ? "a\tb" : null,
            operation.Key.Length > 2 ? "{\"a\":\"x\"}" : null);
        var key = new EntryKey(operation.Key, null, "model", 1);
        var target = operation.Target is null ? default : _ids.GetValueOrDefault(operation.Target, EntryId.New());
        Instruction instruction = operation.Kind switch
        {
            OperationKind.Post => new Post(key, operation.Legs),
            OperationKind.Hold => new Hold(key, operation.Legs, operation.ExpiresAt),
            OperationKind.Block => new Block(key, operation.Legs, operation.ExpiresAt),
            OperationKind.Commit => new Commit(key, target, operation.Legs.Count == 0 ? null : operation.Legs),
            OperationKind.Release => new Release(key, target),
            OperationKind.Reverse => new Reverse(key, target),
            _ => throw new ArgumentOutOfRangeException(nameof(operation)),
        };
        return instruction with { Details = details };
    }

    private string Note(IReadOnlyList<BookOperation> linked, PostingOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            outcome.Entries.ShouldBeEmpty();
            return refusal.Code.ToString();
        }
        foreach (var (operation, entry) in linked.Zip(outcome.Entries))
        {
            entry.Key.Text.ShouldBe(operation.Key);
            if (_ids.TryAdd(operation.Key, entry.Id))
                _booked.Enqueue(operation);
            _ids[operation.Key].ShouldBe(entry.Id);
        }
        return BookModel.Ok;
    }

    private async Task<string> WatchAsync(BookOperation operation)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var name = operation.Account!.Name;
        var (_, problem) = await ActivatorUtilities.CreateInstance<ManageMonitors.Handler>(scope.ServiceProvider)
            .RunAsync(name.Code, new Money(operation.Threshold, name.Currency), "ada", CancellationToken.None);
        if (problem is not null)
            return problem.StatusCode == StatusCodes.Status404NotFound
                ? nameof(RefusalCode.UnknownAccount)
                : "LimitExceeded";
        await session.CommitAsync(CancellationToken.None);
        return BookModel.Ok;
    }

    /// <summary>What the database refuses of it is its answer.</summary>
    private async Task<string> DecideAsync(BookOperation operation)
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var posting = scope.ServiceProvider.GetRequiredService<LedgerPosting>();
        var answer = BookModel.Ok;
        try
        {
            await posting.AddEventsAsync(async (head, bookedAt) =>
            {
                if (operation.Kind == OperationKind.ClosePeriod)
                    return [new PeriodClosed(head.Position + 1, operation.Until, bookedAt, "ada", "ben")];
                var state = operation.Account!;
                var account = await scope.ServiceProvider.GetRequiredService<AccountStore>()
                    .FindAsync(state.Name, CancellationToken.None);
                var opens = operation.Kind == OperationKind.Open;
                if (account is null != opens)
                {
                    answer = opens ? "AlreadyOpen" : nameof(RefusalCode.UnknownAccount);
                    return [];
                }
                account ??= AccountBalance.Opened(
                    Guid.CreateVersion7(bookedAt), state.Name, AccountCodes.Find(state.Name)!);
                return
                [
                    new AccountEvent(head.Position + 1, opens, account with
                    {
                        Status = state.Status, Minimum = state.Minimum, Maximum = state.Maximum,
                    }, bookedAt, "ada", opens ? null : "ben"),
                ];
            }, CancellationToken.None);
            await session.CommitAsync(CancellationToken.None);
            return answer;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.CheckViolation)
        {
            return "CheckViolation";
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.RestrictViolation)
        {
            return "RestrictViolation";
        }
    }
}
