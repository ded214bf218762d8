using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>A report for a unit that takes no goAML: all that it says, and the same to be read.</summary>
/// <param name="Schema">Always <see cref="ReportDocument.Schema"/>.</param>
/// <param name="HandedInBy">The unit's own way in, where a person writes it over.</param>
/// <param name="Text">Its sections are called and placed as the unit's form has them.</param>
public sealed record SuspicionReportFile(
    string Schema, SuspicionReportId Id, string Country, string Authority, string HandedInBy,
    DateTimeOffset ApprovedAt, ReportContent Report, string Text)
{
    public override string ToString() => Id.ToString();
}

/// <summary>Writes a report as a file of ours: JSON in UTF-8, the readable text beside the data.</summary>
internal static class ReportDocument
{
    public const string Schema = "fincode.suspicion-report.v1";

    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options)
    {
        WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same report and time give the same bytes.</summary>
    public static byte[] Write(SuspicionReport report, ReportProfile profile, DateTimeOffset approvedAt) =>
        JsonSerializer.SerializeToUtf8Bytes(new SuspicionReportFile(Schema, report.Id, report.Country,
            profile.Authority, profile.HandedInBy, approvedAt, report.Content,
            Text(report.Content, profile, approvedAt)), Indented);

    public static string Text(ReportContent content, ReportProfile profile, DateTimeOffset approvedAt)
    {
        var text = new StringBuilder();
        Line(text, "To", profile.Authority);
        Line(text, "Handed in by", profile.HandedInBy);
        Line(text, "Approved", Time(approvedAt));
        var number = 0;
        foreach (var section in profile.Sections ?? [])
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"{++number}. {section.Title}").Append('\n');
            foreach (var part in section.Parts)
                Add(text, part, content);
        }
        return text.ToString();
    }

    private static void Add(StringBuilder text, ReportPart part, ReportContent content)
    {
        switch (part)
        {
            case ReportPart.Report:
                Line(text, "Kind of report", content.ReportCode);
                Line(text, "Our reference", content.EntityReference);
                break;
            case ReportPart.Institution:
                Line(text, "Institution", content.ReportingEntity);
                Line(text, "Address", Join(content.Location?.Address, content.Location?.City,
                    content.Location?.CountryCode));
                break;
            case ReportPart.Reporter:
                Line(text, "Reported by", NameOf(content.ReportingPerson));
                break;
            case ReportPart.Indicators:
                Line(text, "Codes", Join([.. content.Indicators ?? []]));
                break;
            case ReportPart.Subject:
                AddParty(text, "Subject", content.Subject);
                break;
            case ReportPart.Others:
                foreach (var party in Transfers(content).SelectMany(made => (ReportParty?[])[made.From, made.To])
                             .OfType<ReportParty>().DistinctBy(IdentityOf)
                             .Where(party => IdentityOf(party) != IdentityOf(content.Subject)))
                    AddParty(text, "Party", party);
                break;
            case ReportPart.Activity:
                AddActivity(text, content);
                break;
            case ReportPart.Transfers:
                foreach (var made in Transfers(content))
                    AddTransfer(text, made);
                break;
            case ReportPart.Reason:
                Paragraph(text, content.Reason);
                break;
            case ReportPart.Action:
                text.Append("What was done:\n");
                Paragraph(text, content.Action);
                break;
        }
    }

    private static void AddActivity(StringBuilder text, ReportContent content)
    {
        var dates = Transfers(content).Select(made => made.Date).OfType<DateTimeOffset>().Order().ToArray();
        if (dates.Length > 0)
            Line(text, "From, to", $"{Time(dates[0])}, {Time(dates[^1])}");
        foreach (var sum in Transfers(content).Select(made => made.AmountLocal ?? made.ForeignAmount).OfType<Money>()
                     .GroupBy(amount => amount.Currency.Code).OrderBy(sum => sum.Key, StringComparer.Ordinal))
            Line(text, "Total",
                $"{sum.Sum(amount => amount.ToDecimal()).ToString(CultureInfo.InvariantCulture)} {sum.Key}");
    }

    private static void AddTransfer(StringBuilder text, ReportTransaction made)
    {
        Line(text, "Transfer", made.Number);
        Line(text, "  Date", made.Date is { } date ? Time(date) : null);
        Line(text, "  Amount", Join(made.AmountLocal?.ToString(), made.ForeignAmount?.ToString()));
        Line(text, "  Place", made.Location);
        Line(text, "  How", Join(made.TransmodeCode, made.FromFundsCode, made.ToFundsCode));
        Line(text, "  From", Join(NameOf(made.From), made.FromCountry));
        Line(text, "  To", Join(NameOf(made.To), made.ToCountry));
    }

    private static void AddParty(StringBuilder text, string title, ReportParty? party)
    {
        Line(text, title, NameOf(party));
        Line(text, "  Born", party?.DateOfBirth?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Line(text, party is { IsEntity: true } ? "  Registered in" : "  Nationality", party?.Nationality);
        Line(text, "  Address", Join(party?.Address, party?.Residence));
        foreach (var document in party?.Identifications ?? [])
            Line(text, "  Document", Join(document?.Type, document?.Number, document?.Country));
    }

    private static IEnumerable<ReportTransaction> Transfers(ReportContent content) => content.Transactions ?? [];

    /// <summary>Who has the same name and date of birth is listed once.</summary>
    private static (string?, DateOnly?) IdentityOf(ReportParty? party) => (NameOf(party), party?.DateOfBirth);

    private static string? NameOf(ReportParty? party) => party is null
        ? null
        : party.Name ?? string.Join(' ', ((string?[])[party.FirstName, party.LastName]).OfType<string>());

    private static string Join(params string?[] texts) => string.Join(", ", texts.Where(one => one?.Length > 0));

    /// <summary>Nothing where there is no value. A value keeps to its line.</summary>
    private static void Line(StringBuilder text, string title, string? value)
    {
        if (value?.Length > 0)
            text.Append(title).Append(": ").AppendJoin(' ', value.Split(['\r', '\n'],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Append('\n');
    }

    private static void Paragraph(StringBuilder text, string? value) =>
        text.Append(value?.ReplaceLineEndings("\n").Trim()).Append('\n');

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
