using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests;

/// <summary>
/// The invented lists that stand in the project, read once or copied to where a test may damage them.
/// </summary>
internal static class Excerpt
{
    public static string Folder { get; } = Above("demo/lists/sdn.csv");

    public static IReadOnlyDictionary<string, byte[]> Files => OfacLists.FileNames
        .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(Folder, name)));

    public static ListContent Content { get; } = OfacLists.Read(Files);

    public static NameIndex Index { get; } = new(Content.Entries);

    public static string CopyTo(string folder)
    {
        foreach (var (name, content) in Files)
            File.WriteAllBytes(Path.Combine(folder, name), content);
        return folder;
    }

    /// <summary>The folder of a file that lies somewhere above the tests.</summary>
    public static string Above(string path) => FindAbove(path)
        ?? throw new InvalidOperationException($"No folder above the tests holds {path}.");

    public static string? FindAbove(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, path);
            if (File.Exists(file))
                return Path.GetDirectoryName(file);
        }
        return null;
    }
}

/// <summary>
/// A fact about the publisher's full files, which are not part of the project: skipped where they are absent.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FullListsFactAttribute : FactAttribute
{
    private const string Probe = "shared/sanctions/ofac-snapshot-2021-07/sdn.csv";

    public FullListsFactAttribute()
    {
        if (Excerpt.FindAbove(Probe) is null)
            Skip = "The publisher's full lists are not on this machine (shared/sanctions above the project).";
    }

    public static string Folder => Excerpt.Above(Probe);
}
