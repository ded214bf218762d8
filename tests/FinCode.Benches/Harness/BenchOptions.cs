using System.Globalization;

namespace FinCode.Benches.Harness;

/// <param name="Bench">Its name.</param>
/// <param name="IsJson">Nothing but the JSON object goes to the standard output.</param>
/// <param name="IsChecked">A missed bar makes the exit code 1.</param>
/// <param name="IsFull">With what takes longer than a few minutes.</param>
/// <param name="Rounds">Of each comparison.</param>
/// <param name="Only">Part of the names of the loads to run, to look into them; null runs everything.</param>
/// <param name="Seed">Of what is drawn at random.</param>
/// <param name="ListsFolder">Where screening lists lie; null: beside the repository.</param>
/// <param name="PostgresSettings">Given to the server, hence to both sides of a comparison: <c>name=value</c>.</param>
internal sealed record BenchOptions(
    string Bench, bool IsJson, bool IsChecked, bool IsFull, int Rounds, string? Only,
    IReadOnlyList<string> PostgresSettings, int Seed = 1, string? ListsFolder = null)
{
    public const string Usage = """
        usage: ./fincode bench NAME [--json] [--check] [--full] [--rounds N] [--only TEXT] [--postgres SETTING=VALUE]...
                                   [--seed N] [--lists FOLDER]

          --json       prints one JSON object and nothing else; progress goes to the standard error
          --check      exits 1 when a bar is missed
          --full       adds what takes longer than ten minutes
          --rounds N   rounds of each comparison, 1 to 20 (3; of what bars compare, 5)
          --only TEXT  only the loads whose name contains it, to look into them: only their bars then
          --seed N     for what is drawn at random, so that a run can be repeated (1)
          --lists FOLDER  screening: where the lists lie (shared/sanctions beside the repository)
          --postgres   a setting of the private PostgreSQL, for both sides of every comparison
        """;

    private const int DefaultRounds = 3;
    private const int MaxRounds = 20;

    /// <returns>The options, or a sentence that says what is wrong.</returns>
    public static (BenchOptions? Options, string? Problem) Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0].StartsWith('-'))
            return (null, "Name a bench.");
        var options = new BenchOptions(arguments[0], false, false, false, DefaultRounds, null, []);
        for (var i = 1; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--json":
                    options = options with { IsJson = true };
                    break;
                case "--check":
                    options = options with { IsChecked = true };
                    break;
                case "--full":
                    options = options with { IsFull = true };
                    break;
                case "--rounds":
                    if (++i == arguments.Count
                        || !int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds)
                        || rounds is < 1 or > MaxRounds)
                        return (null, $"--rounds takes a number from 1 to {MaxRounds}.");
                    options = options with { Rounds = rounds };
                    break;
                case "--only":
                    if (++i == arguments.Count)
                        return (null, "--only takes a part of a load's name.");
                    options = options with { Only = arguments[i] };
                    break;
                case "--seed":
                    if (++i == arguments.Count
                        || !int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
                        return (null, "--seed takes a whole number.");
                    options = options with { Seed = seed };
                    break;
                case "--lists":
                    if (++i == arguments.Count)
                        return (null, "--lists takes a folder.");
                    options = options with { ListsFolder = arguments[i] };
                    break;
                case "--postgres":
                    if (++i == arguments.Count || arguments[i].IndexOf('=', StringComparison.Ordinal) < 1)
                        return (null, "--postgres takes SETTING=VALUE.");
                    options = options with { PostgresSettings = [.. options.PostgresSettings, arguments[i]] };
                    break;
                default:
                    return (null, $"Unknown option: {arguments[i]}");
            }
        }
        return (options, null);
    }
}
