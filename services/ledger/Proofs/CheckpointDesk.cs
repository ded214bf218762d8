using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// Signs the log of the session's book as it is now. What is signed has to follow from what was signed before: a log
/// that does not is not signed, ever, and somebody has to look.
/// </summary>
internal sealed partial class CheckpointDesk(
    DbSession session, CheckpointStore checkpoints, TreeStore tree, SigningKeys keys, Outbox outbox,
    TimeProvider clock, ILogger<CheckpointDesk> logger)
{
    /// <summary>Leaves whose tiles one unit of work writes at most.</summary>
    public const long MaxLeavesAtOnce = 1_000_000;

    /// <summary>
    /// The session has begun; the caller commits what is not refused. True: commit and come again, the log is long.
    /// </summary>
    /// <param name="publishedSize">Size of the book's last checkpoint outside the database; 0 for none.</param>
    public async Task<bool> SignAsync(long publishedSize, CancellationToken cancellationToken)
    {
        if (!await checkpoints.TryLockAsync(cancellationToken))
            return false;
        var last = await checkpoints.LastAsync(cancellationToken);
        var head = await checkpoints.HeadAsync(cancellationToken);
        var size = last?.Content.Size ?? 0;
        if (publishedSize > size)
            Refuse($"a checkpoint of {publishedSize} records was published, the last one here has {size}");
        if (head.Position < size)
            Refuse($"it has {head.Position} records where {size} were signed");
        if (head.Position == size)
            return false;
        if (!await tree.ExtendAsync(head.Position, MaxLeavesAtOnce, cancellationToken))
            return true;

        await RequireContinuationAsync(last?.Content, head, cancellationToken);
        var content = new Checkpoint(
            session.Tenant.Value, head.Position, await tree.RootAsync(head.Position, cancellationToken),
            head.ChainHash, Now(last?.Content.IssuedAt), keys.KeyId);
        var signed = new SignedCheckpoint(content, content.Sign(keys.Sign));
        await checkpoints.AddAsync(signed, cancellationToken);
        await outbox.AddAsync(new LedgerCheckpointed(
            session.Tenant, content.Size, Convert.ToHexStringLower(content.RootHash),
            Convert.ToHexStringLower(content.ChainHash), content.IssuedAt, content.KeyId, signed.Jws),
            cancellationToken);
        return false;
    }

    private async Task RequireContinuationAsync(
        Checkpoint? last, LogHead head, CancellationToken cancellationToken)
    {
        if (last is not null)
        {
            var root = await tree.RootAsync(last.Size, cancellationToken);
            if (!root.AsSpan().SequenceEqual(last.RootHash))
                Refuse($"its first {last.Size} records are not those that were signed");
        }
        var chain = last?.ChainHash ?? new byte[MerkleTree.HashBytes];
        var position = last?.Size ?? 0;
        await foreach (var leaf in checkpoints.LeavesAsync(position, head.Position, cancellationToken))
        {
            chain = SHA256.HashData([.. chain, .. leaf]);
            position++;
        }
        if (position != head.Position || !chain.AsSpan().SequenceEqual(head.ChainHash))
            Refuse($"its {head.Position} records do not add up to the chain hash of its head");
    }

    private void Refuse(string reason)
    {
        LogRefused(logger, session.Tenant, reason);
        throw new BrokenLogException(session.Tenant, reason);
    }

    /// <summary>In whole microseconds, as the database keeps it, and never before the last.</summary>
    private DateTime Now(DateTime? last)
    {
        var now = clock.Now().UtcDateTime;
        return last > now ? last.Value : now;
    }

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "The log of the book {TenantId} is not signed any more: {Reason}; run ledger verify")]
    private static partial void LogRefused(ILogger logger, TenantId tenantId, string reason);
}

/// <summary>A log is not the continuation of what was signed of it.</summary>
internal sealed class BrokenLogException(TenantId tenant, string reason)
    : Exception($"The log of the book {tenant} is broken: {reason}.");
