using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The identifiers in OFAC's remarks: a label, the value, and after it perhaps the issuer in brackets and the days of
/// issue and expiry. Source of the labels: the publisher's files themselves.
/// </summary>
internal static partial class OfacIdentifiers
{
    /// <summary>What is shorter says too little to be compared.</summary>
    private const int MinLength = 4;

    private static readonly FrozenDictionary<char, (string Label, IdentifierType Type)[]> Labels = All()
        .OrderByDescending(one => one.Label.Length)
        .GroupBy(one => one.Label[0]).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    public static void Read(string part, EntryDraft entry)
    {
        if (After(part, "Digital Currency Address - ") is { } address)
        {
            entry.AddIdentifier(IdentifierType.DigitalCurrencyAddress, address.Split(' ')[^1]);
            return;
        }
        if (!Labels.TryGetValue(part[0], out var labels))
            return;
        foreach (var (label, type) in labels)
        {
            if (After(part, label) is not { } rest)
                continue;
            if (Value().Match(rest) is { Success: true } match)
                Add(type, match.Groups["value"].Value, match.Groups["country"].Value, entry);
            return;
        }
    }

    private static void Add(IdentifierType type, string value, string country, EntryDraft entry)
    {
        var isText = type is IdentifierType.SwiftBic or IdentifierType.Email or IdentifierType.CallSign;
        if (value.Length >= MinLength && (isText || ListText.HasDigit(value)))
            entry.AddIdentifier(type, value, country.Length == 0 ? null : CountryNames.CodeOf(country));
    }

    private static string? After(string part, string label) =>
        part.StartsWith(label, StringComparison.Ordinal) ? part[label.Length..] : null;

    private static IEnumerable<(string Label, IdentifierType Type)> All()
    {
        (IdentifierType Type, string[] Labels)[] groups =
        [
            (IdentifierType.Passport,
            [
                "Passport ", "Diplomatic Passport ", "Stateless Person Passport ",
                "British National Overseas Passport ",
            ]),
            (IdentifierType.NationalId,
            [
                "National ID No. ", "Cedula No. ", "Cedula de Ciudadania ", "Cedula de Residencia ",
                "Identification Number ", "D.N.I. ", "Personal ID Card ", "National Foreign ID Number ", "C.U.R.P. ",
                "Electoral Registry No. ", "Residency Number ", "Birth Certificate Number ", "SSN ",
                "Stateless Person ID Card ", "Kenyan ID No. ", "Bosnian Personal ID No. ", "Citizen's Card Number ",
                "Turkish Identification Number ", "I.F.E. ", "LE Number ",
                "Driver's License No. ", "Numero de Identidad ", "Refugee ID Card ", "Travel Document Number ",
                "Tarjeta de Identidad ", "Tarjeta Profesional ", "Identification Card ", "Carnet ", "Tazkira ",
                "Immigration No. ", "Permanent Resident ",
            ]),
            (IdentifierType.TaxNumber,
            [
                "Tax ID No. ", "NIT # ", "NIT ", "RUC # ", "R.F.C. ", "V.A.T. Number ", "RIF # ", "C.U.I.T. ",
                "C.U.I.P. ", "Fiscal Code ", "Italian Fiscal Code ", "RTN ", "N.I.E. ", "C.I.F. ", "RFC ", "C.U.I. ",
                "SRE Permit No. ", "CNP (Personal Numerical Code) ",
            ]),
            (IdentifierType.CompanyNumber,
            [
                "Registration Number ", "Business Registration Number ", "Company Number ", "Registration ID ",
                "Commercial Registry Number ", "C.R. No. ", "Unified Social Credit Code ", "D-U-N-S Number ",
                "Chamber of Commerce Number ", "Economic Register Number ", "Government Gazette Number ",
                "Folio Mercantil No. ", "Matricula Mercantil No ", "Trade License No. ", "Enterprise Number ",
                "Public Registration Number ", "Identification Number IMO ", "Company Number IMO ", "License ",
                "Business Number ", "Certificate of Incorporation Number ", "Registered Charity No. ",
                "Romanian C.R. ", "UK Company Number ", "Dubai Chamber of Commerce Membership No. ",
            ]),
            (IdentifierType.SwiftBic, ["SWIFT/BIC "]),
            (IdentifierType.Lei, ["Legal Entity Number "]),
            (IdentifierType.Imo, ["Vessel Registration Identification IMO "]),
            (IdentifierType.Mmsi, ["MMSI "]),
            (IdentifierType.CallSign, ["Other Vessel Call Sign ", "Vessel Call Sign "]),
            (IdentifierType.AircraftRegistration, ["Aircraft Tail Number ", "Previous Aircraft Tail Number "]),
            (IdentifierType.Email, ["Email Address "]),
            (IdentifierType.Other, ["BIK (RU) ", "ISIN "]),
        ];
        return groups.SelectMany(group => group.Labels.Select(label => (label, group.Type)));
    }

    [GeneratedRegex(@"^(?:\([^)]*\) )?(?:# ?)?(?<value>.+?)(?: \((?<country>[^)]*)\))?"
        + @"(?: (?:issued|expires|Date of Issue|Issued|Expires)\b.*)?$")]
    private static partial Regex Value();
}
