using System.Security.Cryptography;
using System.Text;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>What a party or a transfer is screened by.</summary>
/// <param name="PepLists">The lists of politically exposed persons.</param>
/// <param name="Corridor">Null outside any transfer.</param>
/// <param name="Earlier">What a round before found, whose salts are used again: the same details commit alike.</param>
internal sealed record ScreeningTerms(NameIndex Index, PolicyContent Policy, IReadOnlySet<string> PepLists,
    Corridor? Corridor = null, Evidence? Earlier = null)
{
    private const int SaltBytes = 16;

    public string SaltOf(PartyRole role, ScreenedName name) =>
        Earlier?.Parties.FirstOrDefault(party => party.Role == role && party.Name == name)?.Salt
        ?? RandomNumberGenerator.GetHexString(SaltBytes * 2, lowercase: true);
}

/// <summary>
/// Screens everything about a party that has a name in it, down to the floor of the policy; what reaches its threshold
/// is a hit, what only reaches the floor is kept beside the hits.
/// </summary>
internal static class PartyScreener
{
    private const int MaxHits = 20;
    private const int MaxNear = 10;

    /// <summary>The party's own name, its bank's name and BIC, and the lines of its address.</summary>
    public static IReadOnlyList<PartyEvidence> Screen(Party party, PartyRole role, ScreeningTerms terms)
    {
        string[] countries = [.. new[] { party.Country, party.Nationality }.OfType<string>()];
        var kind = party.Kind == PartyKinds.Person ? ListedKind.Person : ListedKind.Entity;
        var results = new List<PartyEvidence>
        {
            ScreenName(party, role, ScreenedName.Party,
                new ScreenedSubject(party.FullName, kind, party.DateOfBirth, countries, party.KnownGender(),
                    party.GivenIdentifiers()), terms),
        };
        if (ScreenBank(party, role, terms) is { } bank)
            results.Add(bank);
        if (TextOf(party, ScreenedName.Address) is { } address)
            results.Add(ScreenText(party, role, ScreenedName.Address, address, terms));
        return results;
    }

    /// <summary>Whether these details are the ones that were screened then: each of them, and no other ones.</summary>
    public static bool AreTheSame(IReadOnlyList<PartyEvidence> screened, Party party) =>
        new[] { ScreenedName.Party, ScreenedName.Bank, ScreenedName.Address }.All(which =>
        {
            var before = screened.FirstOrDefault(one => one.PartyId == party.Id && one.Name == which);
            return TextOf(party, which) is { } text
                ? before is not null && before.Commitment == Commit(before.Salt, text, party)
                : before is null;
        });

    /// <summary>Whether the transfer still says what was screened then, with these details of the sender.</summary>
    public static bool IsTheSame(PartyEvidence screened, TransferTexts texts, Party sender) =>
        texts.Of(screened.Name) is { } text && screened.Commitment == Commit(screened.Salt, text, sender);

    /// <summary>Whether it is this name, with these details beside it, that was committed to.</summary>
    public static bool IsTheName(Party party, string salt, string commitment) =>
        commitment == Commit(salt, party.FullName, party);

    /// <summary>
    /// What the sender wrote, what the beneficiary is to the sender, and who holds the account that paid.
    /// </summary>
    public static IEnumerable<PartyEvidence> Screen(TransferTexts texts, Party sender, ScreeningTerms terms)
    {
        if (!string.IsNullOrWhiteSpace(texts.Note))
            yield return ScreenText(sender, PartyRole.Sender, ScreenedName.Note, texts.Note, terms);
        if (!string.IsNullOrWhiteSpace(texts.Relationship))
            yield return ScreenText(sender, PartyRole.Sender, ScreenedName.Relationship, texts.Relationship, terms);
        if (!string.IsNullOrWhiteSpace(texts.PayerName) && texts.PayerName != sender.FullName)
        {
            yield return ScreenName(sender, PartyRole.Sender, ScreenedName.Payer,
                new ScreenedSubject(texts.PayerName), terms);
        }
    }

    private static PartyEvidence? ScreenBank(Party party, PartyRole role, ScreeningTerms terms)
    {
        if (TextOf(party, ScreenedName.Bank) is not { } text)
            return null;
        var bics = BankIdentifiers.Of(party);
        var subject = new ScreenedSubject(
            BankNameOf(party), ListedKind.Entity, Identifiers: bics.Count > 0 ? bics : null);
        var direction = PartyEvidence.DirectionOf(role, ScreenedName.Bank);
        var result = Screener.Find(subject, terms.Index, terms.Policy.FloorOf(direction));
        // A bank that is given by its code alone has no name that could not be read.
        var isComparable = (result.IsComparable || subject.Name.Length == 0) && !BankIdentifiers.IsUnreadable(party);
        return Judge(party, role, ScreenedName.Bank, text, result with { IsComparable = isComparable }, terms);
    }

    private static string BankNameOf(Party party) =>
        string.IsNullOrWhiteSpace(party.BankName) ? "" : party.BankName;

    /// <summary>What is committed to of a party's own names; null where there is nothing to screen.</summary>
    private static string? TextOf(Party party, ScreenedName which) => which switch
    {
        ScreenedName.Party => party.FullName,
        ScreenedName.Bank => BankNameOf(party).Length > 0 || BankIdentifiers.Of(party).Count > 0
            || BankIdentifiers.IsUnreadable(party)
                ? $"{BankNameOf(party)}|{party.BankCode}|{party.SwiftBic}"
                : null,
        ScreenedName.Address => string.IsNullOrWhiteSpace(party.Address) ? null : party.Address,
        _ => throw new ArgumentOutOfRangeException(nameof(which)),
    };

    private static PartyEvidence ScreenName(
        Party party, PartyRole role, ScreenedName which, ScreenedSubject subject, ScreeningTerms terms) =>
        Judge(party, role, which, subject.Name, Screener.Find(
            subject, terms.Index, terms.Policy.FloorOf(PartyEvidence.DirectionOf(role, which))), terms);

    private static PartyEvidence ScreenText(
        Party party, PartyRole role, ScreenedName which, string text, ScreeningTerms terms) =>
        Judge(party, role, which, text, Screener.FindInText(
            text, terms.Index, terms.Policy.FloorOf(PartyEvidence.DirectionOf(role, which))), terms);

    /// <summary>Which of what was found the policy has a person look at; sanctions before all else.</summary>
    private static PartyEvidence Judge(Party party, PartyRole role, ScreenedName which, string screened,
        ScreeningResult result, ScreeningTerms terms)
    {
        var direction = PartyEvidence.DirectionOf(role, which);
        var judged = result.Hits.Select(hit =>
        {
            var applied = terms.Policy.ThresholdFor(hit.List, hit.Kind, direction, terms.Corridor);
            return hit with
            {
                Threshold = applied.Points, PolicyLine = applied.Line, IsPep = terms.PepLists.Contains(hit.List),
            };
        }).OrderBy(hit => hit.IsPep).ToLookup(hit => hit.Score >= hit.Threshold);
        var salt = terms.SaltOf(role, which);
        return new PartyEvidence(role, party.Id, party.Version, which, Commit(salt, screened, party), salt,
            result.IsComparable, judged[true].Count(), [.. judged[true].Take(MaxHits)],
            [.. judged[false].Take(MaxNear)], judged[false].Count(), terms.Policy.FloorOf(direction));
    }

    private static string Commit(string salt, string screened, Party party)
    {
        // Lengths before the texts: no two different parties write the same line.
        string[] parts = [salt, screened, party.Kind, $"{party.DateOfBirth:yyyy-MM-dd}", party.Country ?? "",
            party.Nationality ?? "", party.Gender ?? "",
            .. (party.Identifiers ?? []).SelectMany(one => (string[])[one.Type, one.Number, one.Country ?? ""])];
        var text = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
