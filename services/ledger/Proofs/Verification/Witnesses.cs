namespace FinCode.Ledger.Proofs.Verification;

/// <summary>A stored hash of a complete subtree.</summary>
internal readonly record struct StoredTile(int Level, long Number, byte[] Hash)
{
    /// <summary>The size that the log has when the subtree is complete.</summary>
    public Int128 End => Level is >= 0 and < 63 ? ((Int128)Number + 1) << Level : 0;
}

/// <summary>
/// What was said about a book's log at earlier times, compared with the log while it is read: checkpoints inside the
/// database (in the order of their sizes), those outside, and tiles (in the order in which they became complete).
/// </summary>
internal sealed class Witnesses(
    Guid book, IEnumerable<SignedCheckpoint>? inside, IEnumerable<SignedCheckpoint> outside,
    IEnumerable<StoredTile>? tiles, CheckpointKeys? keys) : IDisposable
{
    private readonly IEnumerator<SignedCheckpoint>? _inside = Started(inside);
    private readonly IEnumerator<SignedCheckpoint> _outside = Started(outside)!;
    private readonly IEnumerator<StoredTile>? _tiles = Started(tiles);
    private readonly bool _hasTables = inside is not null;
    private bool _insideEnded = inside is null;
    private bool _outsideEnded;
    private bool _tilesEnded = tiles is null;
    private bool _hasStarted;
    private long _missingTileEnd;

    public long ComparedInside { get; private set; }

    public long ComparedOutside { get; private set; }

    /// <summary>The log has one record more.</summary>
    public void After(LogHashes log)
    {
        Start();
        if (!_tilesEnded || _hasTables)
            CompareTiles(log);
        var here = !_insideEnded && _inside!.Current.Content.Size == log.Size ? _inside.Current : null;
        if (here is not null)
        {
            Compare(here, log, "checkpoints");
            if (keys?.Check(here.Jws, here.Content) is { } wrong)
                throw new WrongBookException(book, log.Size, $"checkpoints.jws: {wrong}");
            if (_missingTileEnd > 0)
                throw new WrongBookException(
                    book, _missingTileEnd, "merkle_tiles: the tile that ends with this record is missing");
            ComparedInside++;
            _insideEnded = !_inside!.MoveNext();
        }
        if (!_outsideEnded && _outside.Current.Content.Size == log.Size)
            CompareOutside(here, log);
    }

    /// <summary>The log has ended: nothing may speak of more.</summary>
    public void End(LogHashes log)
    {
        Start();
        if (!_outsideEnded)
            throw new WrongBookException(
                book, log.Size + 1,
                $"the log ends before this record, but a checkpoint outside was signed when it had "
                + $"{_outside.Current.Content.Size} records: its tail was cut");
        if (!_insideEnded)
            throw new WrongBookException(
                book, _inside!.Current.Content.Size,
                $"checkpoints.size: the log has only {log.Size} records, or a checkpoint is there twice");
        if (!_tilesEnded)
            throw new WrongBookException(
                book, $"merkle_tiles: tile {_tiles!.Current.Number} of level {_tiles.Current.Level} is of records that "
                + "do not exist");
    }

    public void Dispose()
    {
        _inside?.Dispose();
        _outside.Dispose();
        _tiles?.Dispose();
    }

    private void Start()
    {
        if (_hasStarted)
            return;
        _hasStarted = true;
        _insideEnded |= _inside?.MoveNext() != true;
        _outsideEnded = !_outside.MoveNext();
        _tilesEnded |= _tiles?.MoveNext() != true;
    }

    private void CompareOutside(SignedCheckpoint? here, LogHashes log)
    {
        var published = _outside.Current;
        Compare(published, log, "the checkpoint outside the database");
        if (_hasTables && here is null)
            throw new WrongBookException(
                book, log.Size, "checkpoints: the checkpoint of this size is outside the database, but not in it");
        if (here is not null && here.Jws != published.Jws)
            throw new WrongBookException(
                book, log.Size, "checkpoints.jws is not the checkpoint of this size that was published outside");
        ComparedOutside++;
        _outsideEnded = !_outside.MoveNext();
    }

    private void Compare(SignedCheckpoint signed, LogHashes log, string where)
    {
        if (!signed.Content.RootHash.AsSpan().SequenceEqual(log.Tree.Root()))
            throw new WrongBookException(
                book, log.Size, $"{where}: the root hash that was signed is not the log's; records up to here were "
                + "changed, removed or added after it was signed");
        if (!signed.Content.ChainHash.AsSpan().SequenceEqual(log.Chain))
            throw new WrongBookException(
                book, log.Size, $"{where}: the chain hash that was signed is not the log's");
    }

    private void CompareTiles(LogHashes log)
    {
        for (var level = TreeStore.LevelsPerTile; log.Tree.CompletedAt(level) is { } hash && level <= 24;
            level += TreeStore.LevelsPerTile)
        {
            var number = (log.Size >> level) - 1;
            if (_tilesEnded || _tiles!.Current.End > log.Size || _tiles.Current.Level > level)
            {
                // Tiles may lag behind the log, but not behind a checkpoint.
                _missingTileEnd = _missingTileEnd == 0 ? log.Size : _missingTileEnd;
                continue;
            }
            var tile = _tiles.Current;
            if (tile.Level != level || tile.Number != number || !tile.Hash.AsSpan().SequenceEqual(hash))
                throw new WrongBookException(
                    book, log.Size, $"merkle_tiles: tile {tile.Number} of level {tile.Level} does not belong there, or "
                    + "its hash is not that of its records");
            if (_missingTileEnd > 0)
                throw new WrongBookException(
                    book, _missingTileEnd, "merkle_tiles: the tile that ends with this record is missing");
            _tilesEnded = !_tiles.MoveNext();
        }
        if (!_tilesEnded && _tiles!.Current.End <= log.Size)
            throw new WrongBookException(
                book, log.Size, $"merkle_tiles: tile {_tiles.Current.Number} of level {_tiles.Current.Level} does not "
                + "belong there");
    }

    private static IEnumerator<T>? Started<T>(IEnumerable<T>? items) => items?.GetEnumerator();
}
