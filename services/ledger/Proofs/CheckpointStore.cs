using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Proofs;

/// <summary>A checkpoint as it was signed and stored.</summary>
internal sealed record SignedCheckpoint(Checkpoint Content, string Jws);

/// <summary>The head of a log: how many records, and the chain's hash up to the last.</summary>
internal sealed record LogHead(long Position, byte[] ChainHash);

/// <summary>The checkpoints of the session's book.</summary>
internal sealed class CheckpointStore(DbSession session)
{
    private const string Columns = "select tenant_id, size, root_hash, chain_hash, issued_at, key_id, jws";

    private const string ChainSql = """
        select leaf_hash from (
            select position, leaf_hash from entries where tenant_id = $1 and position > $2 and position <= $3
            union all
            select position, leaf_hash from book_events where tenant_id = $1 and position > $2 and position <= $3
        ) records order by position
        """;

    /// <summary>False when another replica is at this book's checkpoints; the lock ends with the session.</summary>
    public async Task<bool> TryLockAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select pg_try_advisory_xact_lock(hashtextextended('checkpoints of ' || $1::text, 0))",
            session.Tenant.Value);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public async Task<LogHead> HeadAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select position, chain_hash from books where tenant_id = $1", session.Tenant.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new LogHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1))
            : new LogHead(0, new byte[MerkleTree.HashBytes]);
    }

    /// <summary>The leaf hashes of the records after one position and up to another, in their order.</summary>
    public async IAsyncEnumerable<byte[]> LeavesAsync(
        long after, long upTo, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = session.Command(ChainSql, session.Tenant.Value, after, upTo);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return reader.GetFieldValue<byte[]>(0);
    }

    /// <summary>The checkpoint of exactly this size, or null.</summary>
    public async Task<SignedCheckpoint?> FindAsync(long size, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command(
            $"{Columns} from checkpoints where tenant_id = $1 and size = $2", session.Tenant.Value, size),
            cancellationToken)).SingleOrDefault();

    /// <summary>The smallest that covers a position, or null when none does yet.</summary>
    public async Task<SignedCheckpoint?> FirstWithAsync(long position, CancellationToken cancellationToken) =>
        (await ReadAsync(session.Command(
            $"{Columns} from checkpoints where tenant_id = $1 and size >= $2 order by size limit 1",
            session.Tenant.Value, position), cancellationToken)).SingleOrDefault();

    /// <summary>Those smaller than a size, the largest first.</summary>
    public async Task<IReadOnlyList<SignedCheckpoint>> ListAsync(
        long before, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(session.Command(
            $"{Columns} from checkpoints where tenant_id = $1 and size < $2 order by size desc limit $3",
            session.Tenant.Value, before, limit), cancellationToken);

    public async Task<SignedCheckpoint?> LastAsync(CancellationToken cancellationToken) =>
        (await ListAsync(long.MaxValue, 1, cancellationToken)).SingleOrDefault();

    public async Task AddAsync(SignedCheckpoint signed, CancellationToken cancellationToken)
    {
        var content = signed.Content;
        await using var command = session.Command(
            """
            insert into checkpoints (tenant_id, size, root_hash, chain_hash, issued_at, key_id, jws)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            session.Tenant.Value, content.Size, content.RootHash, content.ChainHash, content.IssuedAt, content.KeyId,
            signed.Jws);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Books that have grown beyond their last checkpoint, or have none, in the order of their ids.</summary>
    public async Task<IReadOnlyList<TenantId>> MovedAsync(TenantId after, int limit, CancellationToken cancellation)
    {
        await using var command = session.Command(
            """
            select b.tenant_id from books b
            where b.tenant_id > $1 and b.position > coalesce(
                (select max(size) from checkpoints c where c.tenant_id = b.tenant_id), 0)
            order by b.tenant_id limit $2
            """, after.Value, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var moved = new List<TenantId>();
        while (await reader.ReadAsync(cancellation))
            moved.Add(new TenantId(reader.GetGuid(0)));
        return moved;
    }

    /// <summary>Of all books: checkpoints beyond the size that is given for each, and all of books not given.</summary>
    public async Task<IReadOnlyList<SignedCheckpoint>> BeyondAsync(
        IReadOnlyDictionary<Guid, long> sizes, int limit, CancellationToken cancellationToken) =>
        await ReadAsync(session.Command(
            $"""
            {Columns} from checkpoints
            left join unnest($1::uuid[], $2::bigint[]) as published(book, last) on published.book = tenant_id
            where size > coalesce(published.last, 0) order by tenant_id, size limit $3
            """, sizes.Keys.ToArray(), sizes.Values.ToArray(), limit), cancellationToken);

    private static async Task<IReadOnlyList<SignedCheckpoint>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var found = new List<SignedCheckpoint>();
            while (await reader.ReadAsync(cancellationToken))
                found.Add(new SignedCheckpoint(
                    new Checkpoint(
                        reader.GetGuid(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2),
                        reader.GetFieldValue<byte[]>(3), reader.GetDateTime(4), reader.GetString(5)),
                    reader.GetString(6)));
            return found;
        }
    }
}
