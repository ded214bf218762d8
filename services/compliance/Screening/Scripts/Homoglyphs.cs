using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Letters of two scripts that look alike. A word that mixes scripts is written in the one that all its letters can
/// be read in: "РUTIN" with a Cyrillic first letter is Latin, "ПYTИH" with Latin ones is Cyrillic. Where both would do
/// ("ОСАМA" with a Latin last letter) it is the one that has more of its letters. A word of one script stays as it is.
/// Source: Unicode Technical Standard 39, confusables, and the capitals that look alike only as capitals.
/// </summary>
internal static class Homoglyphs
{
    /// <summary>In either case. The palochka is an upright stroke: a one, which is put back as I or L.</summary>
    private const string Cyrillic =
        "АA ВB СC ЕE ЁE НH ІI ЇI ЈJ КK МM ОO РP ЅS ТT ХX УY ҮY ЬB ԀD ԌG ҺH ԚQ ԜW ѠW ѴV Ӏ1";

    private const string Greek = "ΑA ΒB ϹC ΕE ϜF ΗH ΙI ͿJ ΚK ΜM ϺM ΝN ΟO ΡP ΤT ΥY ΧX ΖZ";

    private const string Cherokee =
        "ᎪA ᏴB ᏏB ᏟC ᎠD ᏧD ᎬE ᏀG ᏳG ᎻH ᏂH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏒR ᏕS ᏚS ᎢT ᏙV ᎳW ᏔW ᎩY ᎽY ᏃZ";

    /// <summary>Only in the case in which they stand here.</summary>
    private const string AsWritten = "гR νV υU γY σO ՕO ՏS ՍU ցG հH ոN ռN օO գQ զQ սU աW քF";

    private static readonly FrozenDictionary<char, char> ToLatin = Table($"{Cyrillic} {Greek} {Cherokee}", 0);

    private static readonly FrozenDictionary<char, char> ToLatinAsWritten = Table(AsWritten, 0);

    private static readonly FrozenDictionary<char, char> ToCyrillic =
        Table("АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY", 1);

    private static readonly FrozenDictionary<char, char> ToGreek =
        Table("ΑA ΒB ΕE ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ΖZ", 1);

    /// <param name="word">As it is written, before its case is gone.</param>
    public static void Resolve(Span<char> word)
    {
        var latin = 0;
        var others = 0;
        var alikeOthers = 0;
        var last = '\0';
        foreach (var letter in word)
        {
            if (char.IsAsciiLetter(letter))
            {
                latin++;
            }
            else if (IsOther(letter))
            {
                others++;
                alikeOthers += LatinOf(letter) != '\0' ? 1 : 0;
                last = letter > last ? letter : last;
            }
        }
        if (latin == 0 || others == 0)
            return;
        var back = last < '\u0400' ? ToGreek : ToCyrillic;
        var isLatin = alikeOthers == others;
        // Words of Armenian or Cherokee are written in Latin letters or left as they are.
        if ((!isLatin || (others > latin && AreCommon(word, back))) && last < '\u0530' && AreAll(word, back))
            isLatin = false;
        else if (!isLatin)
            return;
        foreach (ref var letter in word)
        {
            if (isLatin && IsOther(letter))
                letter = LatinOf(letter);
            else if (!isLatin && char.IsAsciiLetter(letter))
                letter = back[char.ToUpperInvariant(letter)];
        }
    }

    /// <summary>Whether the letters that are not Latin are those that the other script mostly has.</summary>
    private static bool AreCommon(ReadOnlySpan<char> word, FrozenDictionary<char, char> alike)
    {
        foreach (var letter in word)
        {
            if (IsOther(letter) && alike.GetValueOrDefault(LatinOf(letter)) != char.ToUpperInvariant(letter))
                return false;
        }
        return true;
    }

    private static bool AreAll(ReadOnlySpan<char> word, FrozenDictionary<char, char> alike)
    {
        foreach (var letter in word)
        {
            if (char.IsAsciiLetter(letter) && !alike.ContainsKey(char.ToUpperInvariant(letter)))
                return false;
        }
        return true;
    }

    /// <summary>Greek, Cyrillic, Armenian and Cherokee.</summary>
    private static bool IsOther(char letter) =>
        letter is >= '\u0370' and <= '\u058F' or >= '\u13A0' and <= '\u13FD' or >= '\uAB70' and <= '\uABBF';

    private static char LatinOf(char letter) => ToLatinAsWritten.TryGetValue(letter, out var latin)
        ? latin
        : ToLatin.GetValueOrDefault(char.ToUpperInvariant(letter));

    private static FrozenDictionary<char, char> Table(string pairs, int from) =>
        pairs.Split(' ').ToFrozenDictionary(pair => pair[from], pair => pair[1 - from]);
}
