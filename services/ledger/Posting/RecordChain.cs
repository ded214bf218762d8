using System.Security.Cryptography;
using System.Text;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Posting;

/// <summary>Records that follow a head, each with its leaf hash and the chain's: docs/ledger-log.md.</summary>
internal sealed class RecordChain(TenantId tenant, BookHead head)
{
    private const int HashBytes = 32;
    private const byte LeafPrefix = 0;

    private readonly List<HashedRecord> _records = [];

    public IReadOnlyList<HashedRecord> Records => _records;

    /// <summary>Where the book is behind these records.</summary>
    public BookHead Head(DateTimeOffset bookedAt) => _records.Count == 0
        ? head
        : head with
        {
            Position = head.Position + _records.Count,
            ChainHash = _records[^1].ChainHash,
            BookedAt = bookedAt,
            ClosedUntil = _records.Select(one => one.Record).OfType<PeriodClosed>().LastOrDefault()?.Until
                ?? head.ClosedUntil,
        };

    /// <summary>Adds what of <paramref name="all"/> is not in the chain yet.</summary>
    public void Add(IReadOnlyList<BookRecord> all)
    {
        Span<byte> link = stackalloc byte[2 * HashBytes];
        while (_records.Count < all.Count)
        {
            var record = all[_records.Count];
            var line = RecordLine.Of(tenant, record);
            var bytes = new byte[1 + Encoding.UTF8.GetByteCount(line)];
            bytes[0] = LeafPrefix;
            Encoding.UTF8.GetBytes(line, bytes.AsSpan(1));
            var leaf = SHA256.HashData(bytes);
            (_records.Count == 0 ? head.ChainHash.Span : _records[^1].ChainHash).CopyTo(link);
            leaf.CopyTo(link[HashBytes..]);
            _records.Add(new HashedRecord(record, line, leaf, SHA256.HashData(link)));
        }
    }
}
