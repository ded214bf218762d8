using System.Text.Json;
using System.Text.Json.Serialization;

namespace FinCode.Benches.Harness;

internal sealed record BenchResult(string Name, double Value, string Unit);

/// <param name="Bar">What was asked for.</param>
/// <param name="Holds">Whether the value is within it.</param>
internal sealed record BenchBar(
    string Name, double Value, double Bar, bool Holds, [property: JsonIgnore] bool IsAtLeast);

/// <summary>What a bench found. Its JSON is the same object for every bench.</summary>
internal sealed class BenchReport(string bench, Machine machine)
{
    private const int Decimals = 3;

    /// <summary>Of shares, where the third decimal would hide whether a bar holds.</summary>
    private const int DecimalsBelowOne = 5;

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    private readonly List<BenchResult> _results = [];
    private readonly List<BenchBar> _bars = [];

    public IReadOnlyList<BenchResult> Results => _results;

    public IReadOnlyList<BenchBar> Bars => _bars;

    public bool AllBarsHold => _bars.All(bar => bar.Holds);

    public void Add(string name, double value, string unit) =>
        _results.Add(new BenchResult(name, Round(value), unit));

    /// <summary>The median under its name, with the lowest and the highest round beside it.</summary>
    public void Add(string name, Spread spread, string unit)
    {
        Add(name, spread.Median, unit);
        Add($"{name}_low", spread.Low, unit);
        Add($"{name}_high", spread.High, unit);
    }

    /// <summary>A bar is judged by the value as it is, not as it is printed.</summary>
    public void RequireAtLeast(string name, double value, double bar) =>
        _bars.Add(new BenchBar(name, Round(value), bar, value >= bar, IsAtLeast: true));

    public void RequireAtMost(string name, double value, double bar) =>
        _bars.Add(new BenchBar(name, Round(value), bar, value <= bar, IsAtLeast: false));

    public string ToJson() =>
        JsonSerializer.Serialize(new { bench, machine, results = _results, bars = _bars }, s_json);

    private static double Round(double value) => Math.Round(
        value, Math.Abs(value) < 1 ? DecimalsBelowOne : Decimals, MidpointRounding.AwayFromZero);
}
