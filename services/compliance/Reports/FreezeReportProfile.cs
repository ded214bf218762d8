using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>To whom a country wants frozen money reported, and how soon. Data: <c>freeze-reports.json</c>.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, where the money was taken in; an asterisk for every other.</param>
/// <param name="Basis">The rule that says so.</param>
/// <param name="BusinessDays">
/// Counted from the day after the freeze, Monday to Friday. Public holidays are not taken out, so that the day is never
/// later than the rule's.
/// </param>
/// <param name="IsOwnTarget">The rule names no days ("as soon as practicable"): these are ours.</param>
/// <param name="Source">Where the rule can be read.</param>
public sealed record FreezeReportProfile(
    string Country, string Regulator, string Basis, int BusinessDays, bool IsOwnTarget, string? Source)
{
    private const string AnyCountry = "*";

    private static readonly IReadOnlyList<FreezeReportProfile> All = Read();

    public static FreezeReportProfile Of(string? country) =>
        All.FirstOrDefault(one => one.Country == country) ?? All.Single(one => one.Country == AnyCountry);

    /// <summary>The end (UTC) of the last of the business days.</summary>
    public DateTimeOffset DueAt(DateTimeOffset frozenAt)
    {
        var day = DateOnly.FromDateTime(frozenAt.UtcDateTime);
        for (var left = BusinessDays; left > 0;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                left--;
        }
        return new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
    }

    private static List<FreezeReportProfile> Read()
    {
        using var file = typeof(FreezeReportProfile).Assembly
            .GetManifestResourceStream("FinCode.Compliance.Reports.freeze-reports.json")!;
        return JsonSerializer.Deserialize<List<FreezeReportProfile>>(file, ContractJson.Options)!;
    }
}
