using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Checkpoints that were kept outside the database: files with a JWS on each line. The same line may be there several
/// times, but of one size a book has only one checkpoint.
/// </summary>
internal sealed class OutsideCheckpoints
{
    private const string Pattern = "*.jws";

    private readonly Dictionary<Guid, SortedDictionary<long, SignedCheckpoint>> _books = [];

    public static OutsideCheckpoints None { get; } = new();

    public long Count { get; private set; }

    public IReadOnlyCollection<Guid> Books => _books.Keys;

    /// <param name="path">A file, or a folder whose <c>.jws</c> files are read.</param>
    /// <param name="keys">Null: signatures are not looked at.</param>
    public static OutsideCheckpoints Read(string path, CheckpointKeys? keys)
    {
        var checkpoints = new OutsideCheckpoints();
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path, Pattern) : [path];
        if (files.Length == 0)
            throw new UnreadableException($"There is no {Pattern} in {path}.");
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var line in File.ReadLines(file, Encoding.UTF8))
            {
                number++;
                if (line.Length > 0)
                    checkpoints.Add(line, $"line {number} of {Path.GetFileName(file)}", keys);
            }
        }
        return checkpoints;
    }

    /// <summary>Of a book, the smallest first.</summary>
    public IEnumerable<SignedCheckpoint> Of(Guid book) =>
        _books.TryGetValue(book, out var own) ? own.Values : [];

    private void Add(string jws, string place, CheckpointKeys? keys)
    {
        Checkpoint content;
        try
        {
            content = Checkpoint.Read(jws);
        }
        catch (FormatException exception)
        {
            throw new WrongBookException($"Checkpoints outside the database, {place}: {exception.Message}");
        }
        if (keys?.Check(jws, content) is { } wrong)
            throw new WrongBookException($"Checkpoints outside the database, {place}: {wrong}.");
        if (!_books.TryGetValue(content.Book, out var own))
            _books.Add(content.Book, own = []);
        if (own.TryAdd(content.Size, new SignedCheckpoint(content, jws)))
            Count++;
        else if (own[content.Size].Jws != jws)
            throw new WrongBookException(
                content.Book, content.Size, $"there are two different checkpoints of this size ({place})");
    }
}
