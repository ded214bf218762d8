using System.Numerics;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// The tree of the session's book. Leaves are the records' own hashes; of complete subtrees of 2^8, 2^16 and 2^24
/// leaves the hash is kept as well, so that a proof reads at most some hundred hashes of each of these levels, however
/// long the log is.
/// </summary>
internal sealed class TreeStore(DbSession session)
{
    public const int LevelsPerTile = 8;

    private const int LeafLevel = 0;
    private const int TilesPerInsert = 256;
    private const int TopLevel = 3 * LevelsPerTile;

    private const string LeafSql = """
        select position - 1, leaf_hash from entries where tenant_id = $1 and position > $2 and position <= $3
        union all
        select position - 1, leaf_hash from book_events where tenant_id = $1 and position > $2 and position <= $3
        """;

    private const string TileSql =
        "select number, hash from merkle_tiles where tenant_id = $1 and number >= $2 and number < $3 and level = $4";

    private const string InsertTiles = """
        insert into merkle_tiles (tenant_id, level, number, hash)
        select $1, $2, v.number, v.hash from unnest($3::bigint[], $4::bytea[]) as v(number, hash)
        """;

    private readonly Dictionary<(int Level, long Number), byte[]> _hashes = [];

    /// <summary>How many hashes were read from the database.</summary>
    public int HashesRead { get; private set; }

    /// <summary>The hashes of these subtrees of the log as it is up to a size whose tiles are there.</summary>
    /// <exception cref="InvalidOperationException">A record or a tile that is needed is missing.</exception>
    public async Task<IReadOnlyList<byte[]>> HashesAsync(
        IReadOnlyList<LeafRange> ranges, CancellationToken cancellationToken)
    {
        await ReadAsync([.. ranges.SelectMany(Complete).Select(Stored).Distinct()], cancellationToken);
        return [.. ranges.Select(HashOf)];
    }

    public async Task<byte[]> RootAsync(long size, CancellationToken cancellationToken) =>
        (await HashesAsync([new LeafRange(0, size)], cancellationToken))[0];

    /// <summary>Writes tiles that the log has grown by, up to a size; at most so many leaves' worth at once.</summary>
    /// <returns>Whether all tiles up to that size are there now.</returns>
    public async Task<bool> ExtendAsync(long size, long maxLeaves, CancellationToken cancellationToken)
    {
        var isDone = true;
        for (var level = LevelsPerTile; level <= TopLevel; level += LevelsPerTile)
        {
            var from = await CountTilesAsync(level, cancellationToken);
            var to = level == LevelsPerTile
                ? size >> LevelsPerTile
                : await CountTilesAsync(level - LevelsPerTile, cancellationToken) >> LevelsPerTile;
            if (level == LevelsPerTile && to - from > maxLeaves >> LevelsPerTile)
            {
                to = from + (maxLeaves >> LevelsPerTile);
                isDone = false;
            }
            for (var next = from; next < to; next += TilesPerInsert)
                await AddTilesAsync(
                    level, new LeafRange(next, Math.Min(to, next + TilesPerInsert)), cancellationToken);
        }
        return isDone;
    }

    /// <summary>A range as complete subtrees, from the left.</summary>
    private static IEnumerable<LeafRange> Complete(LeafRange range)
    {
        if (range.IsComplete)
            return [range];
        var (left, right) = MerkleTree.Split(range);
        return Complete(left).Concat(Complete(right));
    }

    /// <summary>
    /// The stored hashes that a complete subtree is made of: at most 256 of the highest level it has.
    /// </summary>
    private static (int Level, LeafRange Numbers) Stored(LeafRange complete)
    {
        var height = BitOperations.Log2((ulong)complete.Length);
        var level = Math.Min(TopLevel, height / LevelsPerTile * LevelsPerTile);
        return (level, new LeafRange(complete.Start >> level, complete.End >> level));
    }

    private byte[] HashOf(LeafRange range)
    {
        if (range.IsComplete)
        {
            var (level, numbers) = Stored(range);
            if (numbers.Length == 1)
                return _hashes.TryGetValue((level, numbers.Start), out var hash)
                    ? hash
                    : throw new InvalidOperationException(
                        $"Hash {numbers.Start} of level {level} of the book's tree is missing.");
        }
        var (left, right) = MerkleTree.Split(range);
        return MerkleTree.NodeHash(HashOf(left), HashOf(right));
    }

    /// <summary>All in one round trip, each range by its own statement, so that each goes by the index.</summary>
    private async Task ReadAsync((int Level, LeafRange Numbers)[] parts, CancellationToken cancellationToken)
    {
        if (parts.Length == 0)
            return;
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        foreach (var (level, numbers) in parts)
        {
            var command = new NpgsqlBatchCommand(level == LeafLevel ? LeafSql : TileSql);
            command.Parameters.Add(new() { Value = session.Tenant.Value });
            command.Parameters.Add(new() { Value = numbers.Start });
            command.Parameters.Add(new() { Value = numbers.End });
            if (level != LeafLevel)
                command.Parameters.Add(new() { Value = (short)level });
            batch.BatchCommands.Add(command);
        }
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var (level, _) in parts)
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                _hashes[(level, reader.GetInt64(0))] = reader.GetFieldValue<byte[]>(1);
                HashesRead++;
            }
            await reader.NextResultAsync(cancellationToken);
        }
    }

    private async Task<long> CountTilesAsync(int level, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select coalesce(max(number) + 1, 0) from merkle_tiles where tenant_id = $1 and level = $2",
            session.Tenant.Value, (short)level);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task AddTilesAsync(int level, LeafRange numbers, CancellationToken cancellationToken)
    {
        var children = new LeafRange(numbers.Start << LevelsPerTile, numbers.End << LevelsPerTile);
        await ReadAsync([(level - LevelsPerTile, children)], cancellationToken);
        var added = new List<long>();
        var hashes = new List<byte[]>();
        for (var number = numbers.Start; number < numbers.End; number++)
        {
            var leaves = new byte[1 << LevelsPerTile][];
            for (var i = 0; i < leaves.Length; i++)
            {
                if (!_hashes.Remove((level - LevelsPerTile, (number << LevelsPerTile) + i), out leaves[i]!))
                    throw new InvalidOperationException($"A record or a tile before tile {number} is missing.");
            }
            added.Add(number);
            hashes.Add(MerkleTree.Root(leaves));
        }
        await using var insert =
            session.Command(InsertTiles, session.Tenant.Value, (short)level, added.ToArray(), hashes.ToArray());
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }
}
