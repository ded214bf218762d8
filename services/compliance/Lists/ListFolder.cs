using System.Text;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// Reads every list that is recognised anywhere in a folder tree, for benches, tests and a first look. Files that make
/// up a set may lie in folders of their own; where one is there more than once, that of the folder with the newest
/// date in its name (2024-07 or 2024-07-02) is taken.
/// </summary>
internal static partial class ListFolder
{
    private const int MarkReach = 2_048;

    /// <summary>A folder with more is somebody's whole disk.</summary>
    private const int MaxFiles = 1_000;

    /// <summary>All entries, list by list.</summary>
    /// <exception cref="DamagedListException">A file that was recognised does not parse.</exception>
    public static List<ListedEntry> Read(string folder) =>
        [.. ReadLists(folder).SelectMany(one => one.Content.Entries)];

    /// <summary>The lists whose sets are complete, each with what was dropped while reading it.</summary>
    /// <exception cref="DamagedListException">A file that was recognised does not parse.</exception>
    public static IEnumerable<(string List, ListContent Content)> ReadLists(string folder)
    {
        var found = Find(folder);
        var taken = new HashSet<string>();
        foreach (var format in ListFormat.All)
        {
            // Of two formats of one list the first is read: entries would stand there twice.
            if (!format.Parts.All(part => found.ContainsKey((format.Name, part))) || !taken.Add(format.List))
                continue;
            var files = format.Parts.ToDictionary(
                part => part, part => File.ReadAllBytes(found[(format.Name, part)].FullName));
            yield return (format.List, format.Read(format.List, files));
        }
    }

    /// <summary>The newest file for each part of each format, wherever in the tree it lies.</summary>
    public static Dictionary<(string Format, string Part), FileInfo> Find(string folder)
    {
        var found = new Dictionary<(string Format, string Part), FileInfo>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension is ".csv" or ".xml").Take(MaxFiles)
            .OrderBy(file => DateOf(file), StringComparer.Ordinal)
            .ThenBy(file => file.FullName, StringComparer.Ordinal))
        {
            if (Recognise(file) is var (format, part))
                found[(format.Name, part)] = file;
        }
        return found;
    }

    /// <summary>
    /// The files of one list; what is missing, too large, too old or cannot be read is the problem.
    /// </summary>
    /// <param name="writtenSince">The newest file has to be from then or later; null: any is good.</param>
    public static async Task<FetchedList> FetchAsync(ListFormat format, string folder, long maxBytes,
        DateTimeOffset? writtenSince, CancellationToken cancellationToken)
    {
        try
        {
            var found = Find(folder);
            var parts = new Dictionary<string, FetchedPart>();
            var newest = DateTimeOffset.MinValue;
            foreach (var part in format.Parts)
            {
                if (!found.TryGetValue((format.Name, part), out var file))
                    return FetchedList.Failed($"{part} is missing.");
                if (file.Length > maxBytes)
                    return FetchedList.Failed($"{part} is larger than {maxBytes} bytes.");
                parts.Add(part, new FetchedPart(await File.ReadAllBytesAsync(file.FullName, cancellationToken)));
                newest = file.LastWriteTimeUtc > newest ? file.LastWriteTimeUtc : newest;
            }
            return newest >= (writtenSince ?? DateTimeOffset.MinValue)
                ? FetchedList.Of(parts)
                : FetchedList.Failed("Its files are older than MaxFileAgeHours allows; nobody seems to renew them.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return FetchedList.Failed($"The lists folder cannot be read: {exception.GetType().Name}.");
        }
    }

    private static (ListFormat Format, string Part)? Recognise(FileInfo file)
    {
        foreach (var format in ListFormat.All)
        {
            if (format.Parts.Contains(file.Name))
                return (format, file.Name);
        }
        var head = Head(file);
        foreach (var format in ListFormat.All)
        {
            if (format.Mark is { } mark && head.Contains(mark, StringComparison.Ordinal))
                return (format, format.Parts[0]);
        }
        return null;
    }

    private static string Head(FileInfo file)
    {
        using var stream = file.OpenRead();
        var head = new byte[MarkReach];
        return Encoding.Latin1.GetString(head, 0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
    }

    private static string DateOf(FileInfo file) =>
        Dates().Matches(file.DirectoryName!).LastOrDefault()?.Value ?? "";

    [GeneratedRegex(@"\d{4}-\d{2}(?:-\d{2})?")]
    private static partial Regex Dates();
}
