using System.Text.RegularExpressions;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>The verifier is worth something because it shares nothing with the code that writes.</summary>
public sealed partial class IndependenceTests
{
    private static readonly string[] s_files =
        [.. Directory.GetFiles(Path.Combine(Root(), "services", "ledger", "Proofs", "Verification"), "*.cs"),
            .. new[] { "MerkleTree", "MerkleFrontier", "MerkleProofs", "Checkpoint", "LedgerVerification" }
                .Select(name => Path.Combine(Root(), "services", "ledger", "Proofs", name + ".cs"))];

    [Fact]
    public void The_verifier_knows_nothing_of_the_code_that_posts()
    {
        s_files.Length.ShouldBeGreaterThan(15);
        foreach (var file in s_files)
            Others().Matches(File.ReadAllText(file)).Select(match => match.Value).ShouldBeEmpty(file);
    }

    [Fact]
    public void It_uses_the_base_library_the_database_driver_and_itself_only()
    {
        foreach (var file in s_files)
        {
            Usings().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)
                .ShouldAllBe(name => name.StartsWith("System", StringComparison.Ordinal) || name == "Npgsql"
                    || name == "FinCode.Ledger.Proofs.Verification", file);
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FinCode.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    /// <summary>Also without a using: inside FinCode.Ledger the other parts are a name away.</summary>
    [GeneratedRegex(@"\b(Posting|Model|Storage|Operations|Reactions|Contracts|Messaging)\.[A-Z]\w*|FinCode\.Money")]
    private static partial Regex Others();

    [GeneratedRegex(@"^\s*(?:global )?using (?:static )?(?:\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
