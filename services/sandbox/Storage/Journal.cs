using System.Text;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Sandbox.Storage;

/// <summary>
/// The append-only file <c>journal.jsonl</c>, one entry a line. A last line that a crash cut off is dropped; any
/// other line that
/// cannot be read stops the start. Without a data folder nothing is kept. Not thread-safe: the book's gate guards it.
/// </summary>
internal sealed class Journal : IDisposable
{
    public const string FileName = "journal.jsonl";

    private const string LockName = "journal.lock";

    private readonly FileStream? _lock;
    private readonly FileStream? _file;

    public Journal(SandboxSettings settings)
    {
        if (settings.DataFolder is null)
            return;
        Directory.CreateDirectory(settings.DataFolder);
        // Two sandboxes over one journal would pay twice. The lock goes with the process, however that ends.
        _lock = new FileStream(Path.Combine(settings.DataFolder, LockName),
            FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _file = new FileStream(Path.Combine(settings.DataFolder, FileName),
            FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Reads everything and leaves the file ready for appending. Once, before the first append.</summary>
    public IEnumerable<Entry> Replay()
    {
        if (_file is null)
            yield break;
        var goodUntil = 0L;
        var number = 0;
        foreach (var (line, isWhole, end) in Lines(_file))
        {
            number++;
            if (!isWhole)
                break;
            yield return Parse(line, number);
            goodUntil = end;
        }
        _file.SetLength(goodUntil);
        _file.Position = goodUntil;
    }

    public void Append(Entry entry)
    {
        if (_file is null)
            return;
        _file.Write(JsonSerializer.SerializeToUtf8Bytes(entry, ContractJson.Options));
        _file.WriteByte((byte)'\n');
        _file.Flush();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock?.Dispose();
    }

    private static Entry Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, ContractJson.Options)
                ?? throw new JsonException("An entry is an object.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"Line {number} of the sandbox's {FileName} cannot be read; delete the file to start empty.",
                    exception);
        }
    }

    /// <summary>Each line, whether it ends in a line feed, and the position after it.</summary>
    private static IEnumerable<(string Line, bool IsWhole, long End)> Lines(FileStream file)
    {
        file.Position = 0;
        var position = 0L;
        using var line = new MemoryStream();
        for (var next = file.ReadByte(); next >= 0; next = file.ReadByte())
        {
            position++;
            if (next != '\n')
            {
                line.WriteByte((byte)next);
                continue;
            }
            yield return (Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length), true, position);
            line.SetLength(0);
        }
        if (line.Length > 0)
            yield return (Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length), false, position);
    }
}
