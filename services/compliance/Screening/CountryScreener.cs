using System.Text;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening.Scripts;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>Every country that a party or a transfer has to do with, and what the policy says of it.</summary>
internal static class CountryScreener
{
    private const int MaxWordsOfName = 6;

    public static IEnumerable<CountryCheck> Screen(Party party, PartyRole role, PolicyContent policy)
    {
        var found = new List<(CountrySource Source, string Country)>();
        if (party.Country is { } residence)
            found.Add((CountrySource.Residence, residence));
        if (party.Nationality is { } nationality)
            found.Add((CountrySource.Nationality, nationality));
        found.AddRange(InAddress(party.Address).Select(country => (CountrySource.Address, country)));
        found.AddRange(BankIdentifiers.Of(party)
            .Select(bic => (CountrySource.Bank, BankIdentifiers.CountryOf(bic.Value))));
        if (party.IbanCountry is { } iban)
            found.Add((CountrySource.Bank, iban));
        return found.Distinct().Select(one => Check(role, one.Source, one.Country, policy));
    }

    public static IEnumerable<CountryCheck> Screen(Corridor corridor, PolicyContent policy) =>
        new[] { corridor.From, corridor.To }.Distinct(StringComparer.Ordinal)
            .Select(country => Check(null, CountrySource.Corridor, country, policy));

    /// <summary>
    /// Countries that the lines name in English, whatever stands between the words. At each place the longest name:
    /// "South Sudan" is not Sudan, and "Guinea-Bissau" is not Guinea.
    /// </summary>
    public static IReadOnlyList<string> InAddress(string? address)
    {
        var words = WordsOf(address ?? "");
        var countries = new List<string>();
        for (var first = 0; first < words.Length; first++)
        {
            for (var count = Math.Min(MaxWordsOfName, words.Length - first); count > 0; count--)
            {
                if (CountryNames.CodeOf(string.Concat(words[first..(first + count)])) is not { } code)
                    continue;
                countries.Add(code);
                first += count - 1;
                break;
            }
        }
        return countries;
    }

    /// <summary>Of letters, digits and apostrophes; letters in another dress are the letters that they show.</summary>
    private static string[] WordsOf(string address)
    {
        var plain = new StringBuilder(address.Length);
        foreach (var written in address.EnumerateRunes())
        {
            var rune = PlainLetters.Of(written);
            plain.Append(Rune.IsLetterOrDigit(rune) || rune.Value is '\'' or '\u2019' ? rune.ToString() : " ");
        }
        return plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static CountryCheck Check(PartyRole? role, CountrySource source, string country, PolicyContent policy) =>
        policy.EffectOf(country, source) is var (effect, line)
            ? new CountryCheck(role, source, country, effect, line)
            : new CountryCheck(role, source, country, null, null);
}
