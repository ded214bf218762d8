using System.Globalization;
using Xunit.Abstractions;

namespace FinCode.Testing;

/// <summary>
/// Where the randomness of a test comes from: FINCODE_SEED when it is set, which repeats a run, else a new seed. The
/// seed is written to the test's output.
/// </summary>
public static class Seeds
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("FINCODE_LONG_TESTS") == "1";

    public static int New(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("FINCODE_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}: repeat with FINCODE_SEED={seed}");
        return seed;
    }

    /// <summary>How often a random test repeats: a few times usually, many in <c>./fincode test --long</c>.</summary>
    public static int Rounds(int usually, int inLongTests) => IsLong ? inLongTests : usually;
}
