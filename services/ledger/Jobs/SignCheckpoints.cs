using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Jobs;

/// <summary>
/// Seals what was written beside the log of every book, signs each log that has moved since its last checkpoint, and
/// brings the checkpoints to the folder outside the database, if there is one. A book that cannot be sealed or signed
/// does not hold up the others.
/// </summary>
internal sealed partial class SignCheckpoints(
    IServiceScopeFactory scopes, ProofSettings settings, ILogger<SignCheckpoints> logger) : IJob
{
    private const int BooksAtOnce = 500;
    private const int LinesAtOnce = 10_000;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        // What was committed by a run that was cut off is published before anything is signed on top of it.
        var published = await TryPublishAsync(cancellationToken);
        await SealAsync(cancellationToken);
        var more = false;
        var after = Tenants.Platform;
        IReadOnlyList<TenantId> moved;
        do
        {
            moved = await MovedAsync(after, cancellationToken);
            foreach (var book in moved)
            {
                after = book;
                more |= await TrySignAsync(book, published.GetValueOrDefault(book.Value), cancellationToken);
            }
        }
        while (moved.Count == BooksAtOnce);
        await TryPublishAsync(cancellationToken);
        return more;
    }

    private async Task SealAsync(CancellationToken cancellationToken)
    {
        var after = Tenants.Platform;
        List<TenantId> waiting;
        do
        {
            waiting = await WaitingAsync(after, cancellationToken);
            foreach (var book in waiting)
            {
                after = book;
                while (await TrySealAsync(book, cancellationToken))
                {
                    // One record seals no more than a transaction should hold.
                }
            }
        }
        while (waiting.Count == BooksAtOnce);
    }

    private async Task<List<TenantId>> WaitingAsync(TenantId after, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().BeginForAllTenantsAsync(cancellationToken);
        return await scope.ServiceProvider.GetRequiredService<RowSeal>()
            .WaitingAsync(after, BooksAtOnce, cancellationToken);
    }

    /// <returns>True when there are more rows than one record seals.</returns>
    private async Task<bool> TrySealAsync(TenantId book, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(book, cancellationToken);
            var more = await scope.ServiceProvider.GetRequiredService<RowSeal>().SealAsync(cancellationToken);
            await session.CommitAsync(cancellationToken);
            return more;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotSealed(logger, book, exception);
            return false;
        }
    }

    private async Task<IReadOnlyList<TenantId>> MovedAsync(TenantId after, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().BeginForAllTenantsAsync(cancellationToken);
        return await scope.ServiceProvider.GetRequiredService<CheckpointStore>()
            .MovedAsync(after, BooksAtOnce, cancellationToken);
    }

    private async Task<bool> TrySignAsync(TenantId book, long published, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(book, cancellationToken);
            var more = await scope.ServiceProvider.GetRequiredService<CheckpointDesk>()
                .SignAsync(published, cancellationToken);
            await session.CommitAsync(cancellationToken);
            return more;
        }
        catch (BrokenLogException)
        {
            // It is said already, and said again at every run until somebody has looked.
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotSigned(logger, book, exception);
            return false;
        }
    }

    /// <summary>A folder that cannot be written to is said, and does not keep the logs from being signed.</summary>
    /// <returns>How far each book is published; empty without a folder.</returns>
    private async Task<IReadOnlyDictionary<Guid, long>> TryPublishAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PublishAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotPublished(logger, settings.CheckpointFolder, exception);
            return new Dictionary<Guid, long>();
        }
    }

    private async Task<IReadOnlyDictionary<Guid, long>> PublishAsync(CancellationToken cancellationToken)
    {
        if (settings.CheckpointFolder is not { } path || CheckpointFolder.TryOpen(path) is not { } folder)
            return new Dictionary<Guid, long>();
        using (folder)
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DbSession>().BeginForAllTenantsAsync(cancellationToken);
            var store = scope.ServiceProvider.GetRequiredService<CheckpointStore>();
            IReadOnlyList<SignedCheckpoint> missing;
            do
            {
                missing = await store.BeyondAsync(folder.Sizes, LinesAtOnce, cancellationToken);
                if (missing.Count > 0)
                    folder.Append(missing);
            }
            while (missing.Count == LinesAtOnce);
            return folder.Sizes;
        }
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message =
            "Checkpoints cannot be written to {Folder}: see that it is there and may be written to; none is lost")]
    private static partial void LogNotPublished(ILogger logger, string? folder, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "What stands beside the log of {TenantId} could not be sealed")]
    private static partial void LogNotSealed(ILogger logger, TenantId tenantId, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The log of the book {TenantId} could not be signed")]
    private static partial void LogNotSigned(ILogger logger, TenantId tenantId, Exception exception);
}
