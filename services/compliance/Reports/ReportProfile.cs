using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>
/// What a country's financial intelligence unit wants in a goAML report beyond the schema. Data:
/// <c>goaml-profiles.json</c>. The codes of its lookup tables (indicators, transaction modes, funds) differ between
/// units and change: they are written into the report by the person who makes it, and taken as given.
/// </summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="LocalCurrency">In which amounts are given.</param>
/// <param name="ReportCodes">The kinds of report that can be made.</param>
/// <param name="Required">What the schema leaves open and this unit wants: location, indicators, fromBirth.</param>
public sealed record ReportProfile(
    string Country, string LocalCurrency, IReadOnlyList<string> ReportCodes, IReadOnlyList<string> Required)
{
    public const string Location = "location";
    public const string Indicators = "indicators";
    public const string FromBirth = "fromBirth";

    public static IReadOnlyList<ReportProfile> All { get; } = Read();

    public static ReportProfile? Find(string? country) => All.FirstOrDefault(one => one.Country == country);

    private static List<ReportProfile> Read()
    {
        using var file = typeof(ReportProfile).Assembly
            .GetManifestResourceStream("FinCode.Compliance.Reports.goaml-profiles.json")!;
        return JsonSerializer.Deserialize<List<ReportProfile>>(file, ContractJson.Options)!;
    }
}
