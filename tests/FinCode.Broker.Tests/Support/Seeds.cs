using System.Globalization;
using Xunit.Abstractions;

namespace FinCode.Broker.Tests.Support;

/// <summary>Random tests say their seed; FINCODE_SEED repeats one.</summary>
internal static class Seeds
{
    public static int New(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("FINCODE_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}: repeat with FINCODE_SEED={seed}");
        return seed;
    }
}
