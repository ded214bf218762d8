using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// Checkpoints outside the database: a file per day to which each is appended as a line, its JWS. Written after the
/// database has committed, and again after a crash in between: a line may be there twice, none is missing and none was
/// ever another. <c>published.json</c> says how far each book has come.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string LockName = ".lock";
    private const string IndexName = "published.json";
    private const string Pattern = "checkpoints-*.jws";

    /// <summary>How opening a file is refused that somebody else holds: EAGAIN on Linux and macOS, Windows.</summary>
    private static readonly int[] s_held = [11, 35, unchecked((int)0x80070020)];

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly Dictionary<Guid, long> _sizes;

    private CheckpointFolder(string path, FileStream folderLock)
    {
        _path = path;
        _lock = folderLock;
        var index = Path.Combine(path, IndexName);
        _sizes = File.Exists(index)
            ? JsonSerializer.Deserialize<Dictionary<Guid, long>>(File.ReadAllBytes(index))!
            : [];
    }

    /// <summary>The size of each book's last checkpoint in the folder.</summary>
    public IReadOnlyDictionary<Guid, long> Sizes => _sizes;

    /// <summary>Null while another replica writes to the folder.</summary>
    /// <exception cref="IOException">The folder cannot be written to, or is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written to.</exception>
    public static CheckpointFolder? TryOpen(string path)
    {
        FileStream folderLock;
        try
        {
            folderLock = new FileStream(
                Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (s_held.Contains(exception.HResult))
        {
            return null;
        }
        try
        {
            return new CheckpointFolder(path, folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Every whole line that is there.</summary>
    public IEnumerable<string> ReadLines()
    {
        foreach (var path in Directory.GetFiles(_path, Pattern))
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
                CutTornLine(file);
            foreach (var line in File.ReadLines(path, Encoding.ASCII))
                yield return line;
        }
    }

    /// <summary>Appends the checkpoints, of one book in the order of their sizes, and forces them to disk.</summary>
    public void Append(IReadOnlyList<SignedCheckpoint> checkpoints)
    {
        foreach (var day in checkpoints.GroupBy(signed => DateOnly.FromDateTime(signed.Content.IssuedAt)))
        {
            var name = $"checkpoints-{day.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.jws";
            using var file = new FileStream(
                Path.Combine(_path, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            CutTornLine(file);
            file.Write(Encoding.ASCII.GetBytes(string.Concat(day.Select(signed => signed.Jws + "\n"))));
            file.Flush(flushToDisk: true);
        }
        foreach (var signed in checkpoints)
            _sizes[signed.Content.Book] =
                Math.Max(signed.Content.Size, _sizes.GetValueOrDefault(signed.Content.Book));
        WriteIndex();
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>A line without its end was being written when the process died; it comes again, whole.</summary>
    private static void CutTornLine(FileStream file)
    {
        var end = file.Length;
        while (end > 0)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
            end--;
        }
        file.SetLength(end);
        file.Position = end;
    }

    private void WriteIndex()
    {
        var next = Path.Combine(_path, IndexName + ".next");
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, _sizes);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, Path.Combine(_path, IndexName), overwrite: true);
    }
}
