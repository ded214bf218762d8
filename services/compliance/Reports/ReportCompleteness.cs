using System.Text;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>
/// What a report lacks before it can be sent, each in a sentence; no words of the report are in them.
/// </summary>
internal static class ReportCompleteness
{
    private const int MaxNameLength = 100;
    private const int MaxActionLength = 4_000;
    private const int MaxIndicators = 50;

    private static readonly DateOnly EarliestDate = new(1900, 1, 1);

    /// <summary>False where a text holds what no XML file can (control characters, halves of characters).</summary>
    public static bool CanBeWritten(ReportContent content) =>
        CanBeWritten(JsonSerializer.SerializeToElement(content, ContractJson.Options));

    private static bool CanBeWritten(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => CanBeWritten(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(CanBeWritten),
        JsonValueKind.String => element.GetString()!.EnumerateRunes().All(rune =>
            rune != Rune.ReplacementChar && (rune.Value is '\t' or '\n' or '\r' || !Rune.IsControl(rune))
            && rune.Value is not (0xFFFE or 0xFFFF)),
        _ => true,
    };

    public static IReadOnlyList<string> Missing(ReportContent content, ReportProfile profile)
    {
        var wants = new Wants([], "");
        var isGoaml = profile.Format == ReportFormat.Goaml;
        if (isGoaml)
            wants.That(content.ReportingEntityId >= 1,
                "The number that the unit gave to the reporting entity is missing.");
        else
            wants.Text(content.ReportingEntity, MaxNameLength, "The name of the reporting institution");
        wants.That(profile.ReportCodes.Contains(content.ReportCode ?? ""),
            $"The kind of report is one of {string.Join(", ", profile.ReportCodes)}.");
        wants.Person(content.ReportingPerson, "The reporting person");
        if (!isGoaml || content.IsActivity)
            wants.Person(content.Subject, "The subject");
        if (isGoaml && content.IsActivity)
            WantActivity(wants, content, profile);
        wants.Text(content.Reason, profile.MaxReasonLength, "The reason");
        wants.Text(content.Action, MaxActionLength, "What was done");
        if (profile.Required.Contains(ReportProfile.Location))
            wants.That(content.Location is { Type: { Length: > 0 }, Address: { Length: > 0 }, City: { Length: > 0 },
                CountryCode: { Length: 2 } }, "The address of the reporting office is missing or not whole.");
        if (profile.Required.Contains(ReportProfile.Indicators) || content.Indicators?.Count > 0)
            wants.That(content.Indicators is { Count: > 0 and <= MaxIndicators }
                && content.Indicators.All(one => one?.Length is > 0 and <= MaxNameLength),
                "At least one indicator of the unit's table is needed, and each needs its code.");
        var made = content.Transactions ?? [];
        for (var number = 1; number <= made.Count; number++)
        {
            var about = wants with { About = made.Count > 1 ? $"Transfer {number}: " : "" };
            if (made[number - 1] is { } one)
                WantTransaction(about, one, profile, isGoaml);
            else
                about.That(false, "The transfer is missing.");
        }
        return wants.Missing;
    }

    /// <summary>Without a transfer: what would be asked of the sender is asked of the subject.</summary>
    private static void WantActivity(Wants wants, ReportContent content, ReportProfile profile)
    {
        wants.That(content.ReportCode is null or ReportProfile.Activity,
            $"A report without a transfer is of the kind {ReportProfile.Activity}.");
        wants.That(content.Subject is null or { IsEntity: true } || content.Subject.DateOfBirth is not null
            || !profile.Required.Contains(ReportProfile.FromBirth), "The subject's date of birth is missing.");
    }

    private static void WantTransaction(Wants wants, ReportTransaction one, ReportProfile profile, bool isGoaml)
    {
        wants.Text(one.Number, MaxNameLength / 2, "The number of the transfer");
        wants.That(one.Date is not null, "The date of the transfer is missing.");
        wants.That(one.ForeignAmount is null or { IsPositive: true }, "The amount that was sent is none.");
        wants.Person(one.From, "The sender");
        wants.Person(one.To, "The beneficiary");
        wants.Country(one.FromCountry, "The sender's country");
        wants.Country(one.ToCountry, "The beneficiary's country");
        wants.That(one.From is null or { IsEntity: true } || one.From.DateOfBirth is not null
            || !profile.Required.Contains(ReportProfile.FromBirth), "The sender's date of birth is missing.");
        if (!isGoaml)
        {
            wants.That((one.AmountLocal ?? one.ForeignAmount) is { IsPositive: true },
                "The amount of the transfer is missing.");
            return;
        }
        wants.That(one.AmountLocal is { IsPositive: true } amount && amount.Currency.Code == profile.LocalCurrency,
            $"The amount in {profile.LocalCurrency} is missing.");
        wants.That(one.ForeignAmount is null || one.ForeignRate > 0,
            "The rate of the amount that was sent is missing.");
        wants.Text(one.Location, MaxNameLength, "The place of the transfer");
        wants.Text(one.TransmodeCode, MaxNameLength, "The code for how the transfer was made");
        wants.Text(one.FromFundsCode, MaxNameLength, "The code for the sender's funds");
        wants.Text(one.ToFundsCode, MaxNameLength, "The code for the beneficiary's funds");
    }

    /// <summary>Collects what does not hold.</summary>
    private sealed record Wants(List<string> Missing, string About)
    {
        public void That(bool holds, string otherwise)
        {
            if (!holds)
                Missing.Add(About + otherwise);
        }

        public void Text(string? text, int length, string what) => That(
            text?.Trim().Length > 0 && text.Length <= length,
            $"{what} is missing, or longer than {length} characters.");

        public void Country(string? country, string what) =>
            That(country is { Length: 2 } && country.All(char.IsAsciiLetterUpper), $"{what} is missing.");

        public void Person(ReportParty? party, string what)
        {
            That(party is not null, $"{what} is missing.");
            if (party is null)
                return;
            if (party.IsEntity)
                Text(party.Name, MaxNameLength, $"{what}'s name");
            else
            {
                Text(party.FirstName, MaxNameLength, $"{what}'s first name");
                Text(party.LastName, MaxNameLength, $"{what}'s last name");
            }
            That(party.DateOfBirth is null || party.DateOfBirth >= EarliestDate, $"{what}'s date of birth is none.");
        }
    }
}
