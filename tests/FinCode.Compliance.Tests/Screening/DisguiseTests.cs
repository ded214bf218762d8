using CsCheck;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

/// <summary>Names written with digits, signs and letters of other scripts that look like theirs.</summary>
public sealed class DisguiseTests
{
    private const int Threshold = (int)PolicyContent.DefaultReviewThreshold * 100;

    private static readonly string[] Names =
    [
        .. Excerpt.Content.Entries.SelectMany(entry => entry.Names).Select(name => name.Text.ToUpperInvariant()),
        "OCEAN 1", "OCEAN1", "RYESONGGANG1", "H4mid@Tm3l", "5STAR TRADING", "A1 TRADING", "OOO WEB3 INTEGRATOR",
    ];

    private static readonly NameIndex Index = new([.. Names.Select((name, i) => new ListedEntry(
        "TEST", $"{i}", ListedKind.Entity, [new ListedName(name, NameStrength.Primary)], [], [], [], []))]);

    /// <summary>Listed names with letters in another dress, digits where letters stood, and put together.</summary>
    private static readonly Gen<string> Disguised = Gen.Select(
        Gen.Int[0, Names.Length - 1], Gen.Int[0, Names.Length - 1], Gen.Int[0, 1_000_000]).Select(Disguise);

    [Theory]
    [InlineData("V1ADIMIR PUT1N", "VLADIMIR PUTIN")]
    [InlineData("0SAMA B1N LADEN", "OSAMA BIN LADEN")]
    [InlineData("HU55EIN DA00D ABDU11AH", "HUSSEIN DAOOD ABDULLAH")]
    [InlineData("K1M J0NG UN", "KIM JONG UN")]
    [InlineData("4BU MAR1A MADUR0", "4BU MARIA MADURO")]
    [InlineData("A8U 4HMED AL1", "ABU AHMED ALI")]
    [InlineData("SA1MAN SHE1LA", "SALMAN SHELLA")]
    [InlineData("BASHAR AL-A$$AD", "BASHAR AL ASSAD")]
    [InlineData("M@DURO PUT!N", "MADURO PUTIN")]
    [InlineData("ПУТ1Н П0Р0ШЕНК0 КУ3НЕЦОВ", "PUTIN POROSHENKO KUZNETSOV")]
    [InlineData("VLADӀMIR Ѕаԁԁаm Һuѕѕеin", "VLADIMIR SADDAM HUSSEIN")]
    [InlineData("ԜAGNER ԚADDAFI ԌADDAFI ҮUSUF", "WAGNER QADDAFI GADDAFI YUSUF")]
    [InlineData("Vladimiг Pυtiո", "VLADIMIR PUTIN")]
    [InlineData("νladimir pսtin օsama", "VLADIMIR PUTIN OSAMA")]
    [InlineData("ᏙLADIMIR ᏢUTIN ꮪaddam", "VLADIMIR PUTIN SADDAM")]
    [InlineData("ᴠʟᴀᴅɪᴍɪʀ ᴾᵘᵗⁱⁿ", "VLADIMIR PUTIN")]
    [InlineData("VLADⅠMIR ⅩI SEA STAR Ⅳ", "VLADIMIR XI SEA STAR IV")]
    [InlineData("Saﬁn Kauﬀman", "SAFIN KAUFFMAN")]
    [InlineData("ﻤﺣﻤﺩ ﷴ ﺳﻼﻡ", "MHMD MHMD SLAM")]
    [InlineData("ОСАМA ПOPOШEHKO", "OSAMA POROSHENKO")]
    [InlineData("ΠAΠANΔPEOY", "PAPANDREOU")]
    [InlineData("РАСЕ", "RASE")]
    public void A_disguised_name_is_read_as_the_letters_that_it_shows(string name, string expected)
    {
        var tokens = NameNormalizer.Normalize(name);

        string.Join(' ', tokens.ToTexts()).ShouldBe(expected);
        tokens.IsComparable.ShouldBeTrue();
    }

    [Theory]
    [InlineData("OCEAN 7", "OCEAN 7")]
    [InlineData("M2 3M X5 4IR G4S B2B H2O A320", "M2 3M X5 4IR G4S B2B H2O A320")]
    [InlineData("SEA-1 SEA1 OCEAN1", "SEA 1 SEA1 OCEAN1")]
    [InlineData("A1 TRADING", "A1 TRADING")]
    [InlineData("1ST 7ELEVEN 5STAR 3DATA 2RIVERS", "1ST 7ELEVEN 5STAR 3DATA 2RIVERS")]
    [InlineData("APT28 NETEX24 COVID19 BEST2PAY", "APT28 NETEX24 COVID19 BEST2PAY")]
    [InlineData("YV378T N200VR IMO 9187629 1967", "YV378T N200VR IMO 9187629 1967")]
    [InlineData("ivan@petrov.com US$100 5@30", "IVAN PETROV COM US 100 5 30")]
    [InlineData("Thanks!Vladimir", "THANKS VLADIMIR")]
    public void Digits_and_signs_that_may_be_meant_stay(string name, string expected) =>
        string.Join(' ', NameNormalizer.Normalize(name).ToTexts()).ShouldBe(expected);

    [Theory]
    [InlineData("P@u@t@i@n")]
    [InlineData("P!u!t!i!n")]
    public void Signs_put_no_name_together_that_is_taken_apart(string name) =>
        NameNormalizer.Normalize(name).IsComparable.ShouldBeFalse();

    [Theory]
    [InlineData("T3M1RB3K ZARKH0VAN", "TEMIRBEK ZARKHOVAN")]
    [InlineData("7EMIRBEK Z4RKHOV4N", "TEMIRBEK ZARKHOVAN")]
    [InlineData("AYMAN AL-ZAWAHIR1", "AYMAN AL-ZAWAHIRI")]
    [InlineData("MUAMMAR GADDAF1", "MUAMMAR GADDAFI")]
    [InlineData("5ERGEI 5HOIGU", "SERGEI SHOIGU")]
    [InlineData("SERGEI SH01GU", "SERGEI SHOIGU")]
    [InlineData("SVETLANA SHARAPOV4", "SVETLANA SHARAPOVA")]
    [InlineData("0samа Bin Lаdеn", "USAMA BIN LADIN")]
    [InlineData("OCEAN1", "OCEAN 1")]
    [InlineData("RYESONGGANG1", "RYESONGGANG 1")]
    [InlineData("7ELEVEN", "7 ELEVEN")]
    [InlineData("ﻤﺣﻤﺩ ﻛﺮﻴﻢ", "Mohammed Karim")]
    public void A_disguised_name_is_found_at_the_threshold_that_ships(string one, string other)
    {
        Score(one, other).ShouldBeGreaterThanOrEqualTo(Threshold);
        Score(other, one).ShouldBe(Score(one, other));
    }

    [Theory]
    [InlineData("OCEAN 1", "OCEAN I")]
    [InlineData("OCEAN 1", "OCEAN L")]
    [InlineData("OCEAN1", "OCEAN5")]
    [InlineData("OCEAN1", "OCEAN")]
    [InlineData("OCEAN3", "OCEAN")]
    [InlineData("PELICAN1", "PELICAN")]
    [InlineData("SEA1", "SEAL")]
    [InlineData("SEA 1", "SEAL")]
    [InlineData("MERIDIAN 5", "MERIDIANS")]
    [InlineData("VALENTIN 1", "VALENTINI")]
    [InlineData("5STAR", "STAR")]
    [InlineData("3DATA", "DATA")]
    [InlineData("4IR", "AIR")]
    [InlineData("A1 TRADING", "AL TRADING")]
    [InlineData("X5 GROUP", "XS GROUP")]
    public void A_number_is_no_letter(string one, string other) => Score(one, other).ShouldBeLessThan(Threshold);

    [Fact]
    public void A_listed_name_with_digits_is_found_as_it_is_written()
    {
        foreach (var name in Names)
        {
            Index.Search(NameNormalizer.Normalize(name), NameScore.Full)
                .ShouldContain(match => match.Name.Text == name);
        }
    }

    [Fact]
    public void The_index_finds_of_disguised_names_exactly_what_comparing_with_every_name_finds() =>
        Gen.Select(Disguised, Gen.Int[1, 10_000]).Sample((query, threshold) =>
        {
            var normal = NameNormalizer.Normalize(query);
            var found = Index.Search(normal, threshold);
            return found.Select(Signature).SequenceEqual(Index.SearchExhaustively(normal, threshold).Select(Signature))
                && found.TrueForAll(match => ExplainedScore.OfNames(match.Comparison) == match.Score);
        }, iter: 2_000);

    [Fact]
    public void Disguised_names_score_the_same_both_ways_and_full_with_themselves() =>
        Gen.Select(Disguised, Disguised).Sample((one, other) => Score(one, other) == Score(other, one)
            && Score(one, one) == (NameNormalizer.Normalize(one).Count == 0 ? 0 : NameScore.Full), iter: 2_000);

    [Fact]
    public void What_is_read_is_read_the_same_again() =>
        Disguised.Sample(name =>
        {
            var once = string.Join(' ', NameNormalizer.Normalize(name).ToTexts());
            return string.Join(' ', NameNormalizer.Normalize(once).ToTexts()) == once;
        }, iter: 5_000);

    private static string Disguise(int one, int other, int seed)
    {
        const string letters = "OIEASTBLAEOPCXHSaeouI";
        const string looks = "01345781АЕОРСХНЅаеоυⅠ";
        var random = new Random(seed);
        var name = (random.Next(3) == 0 ? $"{Names[one]} {Names[other]}" : Names[one]).ToCharArray();
        for (var i = 0; i < name.Length; i++)
        {
            var at = letters.IndexOf(name[i], random.Next(letters.Length));
            if (at >= 0 && random.Next(3) == 0)
                name[i] = looks[at];
            else if (random.Next(25) == 0)
                name[i] = "0123456789@$! -"[random.Next(15)];
        }
        return new string(name);
    }

    private static int Score(string one, string other) => ExplainedScore.OfNames(
        Index.Compare(NameNormalizer.Normalize(one), NameNormalizer.Normalize(other)));

    private static (string, string, int) Signature(NameMatch match) =>
        (match.Entry.EntryId, match.Name.Text, match.Score);
}
