namespace FinCode.Ledger.Proofs.Verification;

/// <summary>Verifies every book of an export: its records, and the checkpoints that were signed of it.</summary>
internal sealed class ExportVerification(
    OutsideCheckpoints outside, CheckpointKeys? keys, VerificationProgress progress)
{
    private readonly HashSet<Guid> _seen = [];

    public long Books => _seen.Count;

    public long Compared { get; private set; }

    /// <summary>Checkpoints of books that the export does not hold.</summary>
    public int BooksWithoutRecords => outside.Books.Count(book => !_seen.Contains(book));

    public void Run(Stream export, CancellationToken cancellationToken)
    {
        using var replay = new BookReplay();
        var writer = new RecordWriter();
        LogHashes? log = null;
        Witnesses? witnesses = null;
        try
        {
            using var lines = new ReadAhead<ExportLine>(new ExportLog(export).Read());
            for (var number = 1L; lines.MoveNext(); number++)
            {
                var line = lines.Current.Line;
                var record = lines.Current.Record ?? throw Wrong(lines.Current.Wrong!, number, replay, log);
                if (log is null || record.Book != replay.Book)
                {
                    Finish(replay, log, witnesses);
                    witnesses?.Dispose();
                    if (!_seen.Add(record.Book))
                        throw new WrongBookException(
                            record.Book, record.Position, $"line {number}: the records of a book are not together");
                    replay.Begin(record.Book);
                    log = new LogHashes();
                    witnesses = new Witnesses(record.Book, null, outside.Of(record.Book), null, keys);
                }
                replay.Take(record);
                if (!writer.Write(record).SequenceEqual(line))
                    throw new WrongBookException(
                        record.Book, record.Position, $"line {number} is not written as records are, byte by byte");
                log.Add(MerkleTree.Hash(writer.Leaf));
                witnesses!.After(log);
                progress.Count(cancellationToken);
            }
            Finish(replay, log, witnesses);
        }
        finally
        {
            witnesses?.Dispose();
        }
    }

    private static WrongBookException Wrong(string what, long number, BookReplay replay, LogHashes? log) => log is null
        ? new WrongBookException($"Line {number} of the export: {what}")
        : new WrongBookException(replay.Book, replay.Position + 1, $"line {number}: {what}");

    private void Finish(BookReplay replay, LogHashes? log, Witnesses? witnesses)
    {
        if (log is null)
            return;
        replay.Finish();
        witnesses!.End(log);
        Compared += witnesses.ComparedOutside;
    }
}
