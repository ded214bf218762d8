using System.Security.Cryptography;
using System.Text;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// Brings the hashes of rows that stand beside the log into it, by a record that seals those that came since the last:
/// docs/ledger-log.md. Who writes the rows takes no lock for it and knows nothing of it.
/// </summary>
internal sealed class RowSeal(DbSession session, LedgerPosting ledger)
{
    /// <summary>How many hashes one record seals at most.</summary>
    public const int MaxRows = 10_000;

    /// <summary>Tenants with hashes that wait, in the order of their ids; the session looks at all.</summary>
    public Task<List<TenantId>> WaitingAsync(TenantId after, int limit, CancellationToken cancellationToken) =>
        session.ListAsync(row => new TenantId(row.GetGuid(0)), cancellationToken, """
            select distinct tenant_id from new_row_hashes where tenant_id > $1 order by tenant_id limit $2
            """, after.Value, limit);

    /// <summary>In the session's book; the caller commits. True: there may be more.</summary>
    public async Task<bool> SealAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await ledger.AddEventsAsync(async (head, bookedAt) =>
        {
            var lines = await session.ListAsync(
                row => $"{row.GetString(0)} {row.GetString(1)} "
                    + $"{(row.IsDBNull(2) ? "-" : Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2)))}\n",
                cancellationToken, "select table_name, row_key, row_hash from take_row_hashes($1, $2)",
                head.Position + 1, MaxRows);
            count = lines.Count;
            return count == 0
                ? []
                : [new RowsSealed(
                    head.Position + 1, count, SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))), bookedAt)];
        }, cancellationToken);
        return count == MaxRows;
    }
}
