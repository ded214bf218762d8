using System.Text;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Compliance.Reports;

/// <summary>
/// What a report lacks before it can be sent, each in a sentence; no words of the report are in them.
/// </summary>
internal static class ReportCompleteness
{
    /// <summary>As the schema allows.</summary>
    private const int MaxReasonLength = 4_000;
    private const int MaxNameLength = 100;
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
        var missing = new List<string>();
        Want(content.ReportingEntityId >= 1, "The number that the unit gave to the reporting entity is missing.");
        Want(profile.ReportCodes.Contains(content.ReportCode ?? ""),
            $"The kind of report is one of {string.Join(", ", profile.ReportCodes)}.");
        WantPerson(content.ReportingPerson, "The reporting person");
        WantText(content.Reason, MaxReasonLength, "The reason");
        WantText(content.Action, MaxReasonLength, "What was done");
        if (profile.Required.Contains(ReportProfile.Location))
            Want(content.Location is { Type: { Length: > 0 }, Address: { Length: > 0 }, City: { Length: > 0 },
                CountryCode: { Length: 2 } }, "The address of the reporting office is missing or not whole.");
        if (profile.Required.Contains(ReportProfile.Indicators))
            Want(content.Indicators is { Count: > 0 and <= MaxIndicators }
                && content.Indicators.All(one => one.Length is > 0 and <= MaxNameLength),
                "At least one indicator of the unit's table is needed, and each needs its code.");
        if (content.Transaction is not { } made)
            missing.Add("The transfer is missing.");
        else
            WantTransaction(made);
        return missing;

        void Want(bool holds, string otherwise)
        {
            if (!holds)
                missing.Add(otherwise);
        }

        void WantText(string? text, int length, string what) => Want(
            text?.Trim().Length > 0 && text.Length <= length,
            $"{what} is missing, or longer than {length} characters.");

        void WantCountry(string? country, string what) =>
            Want(country is { Length: 2 } && country.All(char.IsAsciiLetterUpper), $"{what} is missing.");

        void WantPerson(ReportParty? party, string what)
        {
            Want(party is not null, $"{what} is missing.");
            if (party is null)
                return;
            if (party.IsEntity)
                WantText(party.Name, MaxNameLength, $"{what}'s name");
            else
            {
                WantText(party.FirstName, MaxNameLength, $"{what}'s first name");
                WantText(party.LastName, MaxNameLength, $"{what}'s last name");
            }
            Want(party.DateOfBirth is null || party.DateOfBirth >= EarliestDate, $"{what}'s date of birth is none.");
        }

        void WantTransaction(ReportTransaction one)
        {
            WantText(one.Number, MaxNameLength / 2, "The number of the transfer");
            WantText(one.Location, MaxNameLength, "The place of the transfer");
            Want(one.Date is not null, "The date of the transfer is missing.");
            WantText(one.TransmodeCode, MaxNameLength, "The code for how the transfer was made");
            Want(one.AmountLocal is { IsPositive: true } amount && amount.Currency.Code == profile.LocalCurrency,
                $"The amount in {profile.LocalCurrency} is missing.");
            Want(one.ForeignAmount is null || one.ForeignRate > 0, "The rate of the amount that was sent is missing.");
            WantText(one.FromFundsCode, MaxNameLength, "The code for the sender's funds");
            WantText(one.ToFundsCode, MaxNameLength, "The code for the beneficiary's funds");
            WantPerson(one.From, "The sender");
            WantPerson(one.To, "The beneficiary");
            WantCountry(one.FromCountry, "The sender's country");
            WantCountry(one.ToCountry, "The beneficiary's country");
            Want(one.From is null or { IsEntity: true } || one.From.DateOfBirth is not null
                || !profile.Required.Contains(ReportProfile.FromBirth), "The sender's date of birth is missing.");
        }
    }
}
