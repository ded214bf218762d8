namespace FinCode.Architecture.Tests;

/// <summary>The tree that these tests read, found from where they run.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts", ".git", "TestResults"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Relative paths, with forward slashes, of all files that belong to the project.</summary>
    public static IReadOnlyList<string> Files(params string[] extensions) =>
        [.. Walk(Root).Select(file => Path.GetRelativePath(Root, file))
            .Where(file => extensions.Length == 0 || extensions.Contains(Path.GetExtension(file)))
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(string folder) => Directory.GetFiles(folder)
        .Concat(Directory.GetDirectories(folder)
            .Where(sub => !Skipped.Contains(Path.GetFileName(sub)))
            .SelectMany(Walk));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FinCode.sln")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("FinCode.sln is above no folder.");
        return folder;
    }
}
