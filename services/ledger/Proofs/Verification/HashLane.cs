using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Writes the records of a book as lines, hashes them and compares, on a thread of its own, a bounded number behind who
/// hands them over. The first thing that is wrong is thrown by whatever is called next.
/// </summary>
internal sealed class HashLane : IDisposable
{
    private const int RecordsPerBatch = 256;
    private const int Batches = 8;

    private readonly BlockingCollection<(TableRecord[] Records, int Count)> _batches = new(Batches);
    private readonly CancellationTokenSource _stop = new();
    private readonly RecordWriter _writer = new();
    private readonly LogHashes _log;
    private readonly Witnesses _witnesses;
    private readonly VerificationProgress _progress;
    private readonly Thread _hasher;
    private TableRecord[] _records = new TableRecord[RecordsPerBatch];
    private int _count;
    private ExceptionDispatchInfo? _error;

    public HashLane(
        LogHashes log, Witnesses witnesses, VerificationProgress progress, CancellationToken cancellationToken)
    {
        (_log, _witnesses, _progress) = (log, witnesses, progress);
        _hasher = new Thread(() => Run(cancellationToken)) { IsBackground = true, Name = nameof(HashLane) };
        _hasher.Start();
    }

    /// <exception cref="WrongBookException">A record before it is wrong.</exception>
    public void Add(in TableRecord found)
    {
        _records[_count++] = found;
        if (_count == RecordsPerBatch)
            HandOver();
    }

    /// <summary>Returns when everything that was added is compared.</summary>
    /// <exception cref="WrongBookException">One of the records is wrong.</exception>
    public void Finish()
    {
        HandOver();
        _batches.CompleteAdding();
        _hasher.Join();
        _error?.Throw();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _hasher.Join();
        _batches.Dispose();
        _stop.Dispose();
    }

    private void HandOver()
    {
        try
        {
            _batches.Add((_records, _count), _stop.Token);
        }
        catch (OperationCanceledException)
        {
            _hasher.Join();
            _error?.Throw();
            throw;
        }
        (_records, _count) = (new TableRecord[RecordsPerBatch], 0);
    }

    private void Run(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (records, count) in _batches.GetConsumingEnumerable(_stop.Token))
            {
                foreach (ref readonly var found in records.AsSpan(0, count))
                {
                    Compare(found);
                    _witnesses.After(_log);
                    _progress.Count(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nobody wants to know about the rest.
        }
        catch (Exception exception)
        {
            _error = ExceptionDispatchInfo.Capture(exception);
            _stop.Cancel();
        }
    }

    private void Compare(in TableRecord found)
    {
        var (book, position) = (found.Record.Book, found.Record.Position);
        var line = _writer.Write(found.Record);
        var leaf = MerkleTree.Hash(_writer.Leaf);
        var isLeafRight = leaf.AsSpan().SequenceEqual(found.LeafHash);
        if (!isLeafRight && _log.Next(leaf).AsSpan().SequenceEqual(found.ChainHash))
            throw new WrongBookException(book, position, $"{found.Table}.leaf_hash is not that of the record");
        if (found.Event is { } row && !line.SequenceEqual(row.Content))
            throw new WrongBookException(
                book, position, "book_events.content is not written as records are, member by member");
        if (!isLeafRight)
            throw new WrongBookException(
                book, position, $"{found.Table}: the record is not the one that was hashed; a column of its row"
                + (found.Event is null ? " or of its legs" : ", content,") + " was changed");
        _log.Add(leaf);
        if (!_log.Chain.AsSpan().SequenceEqual(found.ChainHash))
            throw new WrongBookException(
                book, position, $"{found.Table}.chain_hash does not follow from the record before and this one");
    }
}
