using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Upper-case letters of alphabets that write their vowels, in letters A to Z as passports and sanctions lists write
/// them. Sources: ICAO Doc 9303 part 3 for Cyrillic; ELOT 743 for Greek; BGN/PCGN for Armenian and Georgian; where
/// lists differ from them, as lists do.
/// </summary>
internal static class Alphabets
{
    private static readonly FrozenDictionary<char, string> Letters = Parse();

    private const string Table = """
        А=A Б=B В=V Г=G Д=D Е=E Ё=E Ж=ZH З=Z И=I Й=Y К=K Л=L М=M Н=N О=O П=P Р=R С=S Т=T У=U Ф=F Х=KH Ц=TS Ч=CH
        Ш=SH Щ=SHCH Ъ= Ы=Y Ь= Э=E Ю=YU Я=YA І=I Ї=I Є=E Ґ=G Ў=U Ђ=DJ Ѓ=G Ѕ=DZ Ј=J Љ=LJ Њ=NJ Ћ=C Ќ=K Џ=DZ Ѐ=E Ѝ=I
        Ә=A Ғ=G Қ=K Ң=N Ө=O Ұ=U Ү=U Һ=H Ҳ=H Ҷ=J Ӣ=I Ӯ=U Ӑ=A Ӗ=E Ӏ= Ҡ=K Ҙ=Z Ҫ=S Җ=J Ҹ=J Ҝ=G Ѣ=E Ѳ=F
        Α=A Ά=A Β=V Γ=G Δ=D Ε=E Έ=E Ζ=Z Η=I Ή=I Θ=TH Ι=I Ί=I Ϊ=I Κ=K Λ=L Μ=M Ν=N Ξ=X Ο=O Ό=O Π=P Ρ=R Σ=S Τ=T Υ=Y
        Ύ=Y Ϋ=Y Φ=F Χ=CH Ψ=PS Ω=O Ώ=O
        Ա=A Բ=B Գ=G Դ=D Ե=E Զ=Z Է=E Ը=Y Թ=T Ժ=ZH Ի=I Լ=L Խ=KH Ծ=TS Կ=K Հ=H Ձ=DZ Ղ=GH Ճ=CH Մ=M Յ=Y Ն=N Շ=SH Ո=O
        Չ=CH Պ=P Ջ=J Ռ=R Ս=S Վ=V Տ=T Ր=R Ց=TS Ւ=V Փ=P Ք=K Օ=O Ֆ=F և=EV
        ა=A ბ=B გ=G დ=D ე=E ვ=V ზ=Z თ=T ი=I კ=K ლ=L მ=M ნ=N ო=O პ=P ჟ=ZH რ=R ს=S ტ=T უ=U ფ=P ქ=K ღ=GH ყ=Q შ=SH ჩ=CH
        ც=TS ძ=DZ წ=TS ჭ=CH ხ=KH ჯ=J ჰ=H
        """;

    /// <summary>Two letters that are one sound.</summary>
    private static readonly FrozenDictionary<(char, char), string> Pairs = new Dictionary<(char, char), string>
    {
        [('Ο', 'Υ')] = "OU", [('Ο', 'Ύ')] = "OU", [('Ό', 'Υ')] = "OU", [('Μ', 'Π')] = "B", [('Ν', 'Τ')] = "ND",
        [('Γ', 'Κ')] = "G", [('Τ', 'Σ')] = "TS", [('Γ', 'Γ')] = "NG",
        [('Α', 'Υ')] = "AV", [('Α', 'Ύ')] = "AV", [('Ε', 'Υ')] = "EV",
        [('Ε', 'Ύ')] = "EV", [('Ո', 'Ւ')] = "U", [('К', 'С')] = "KS",
    }.ToFrozenDictionary();

    /// <summary>
    /// What the letters at the beginning are written as, and how many were read; null when they are of another script.
    /// </summary>
    public static (string? Plain, int Used) Of(ReadOnlySpan<char> word)
    {
        // At the end of a name from another language it stands for the sound that Greek lacks.
        if (word is "ΤΣ")
            return ("CH", 2);
        if (word.Length > 1 && Pairs.TryGetValue((word[0], word[1]), out var pair))
            return (pair, 2);
        return (LatinLetters.Of(word[0]) ?? Letters.GetValueOrDefault(Mkhedruli(word[0])), 1);
    }

    /// <summary>Georgian has upper-case forms that nobody writes names with; upper-casing yields them.</summary>
    private static char Mkhedruli(char letter) =>
        letter is >= '\u1C90' and <= '\u1CBF' ? (char)(letter - 0x1C90 + 0x10D0) : letter;

    private static FrozenDictionary<char, string> Parse() => Table
        .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .ToFrozenDictionary(pair => pair[0][0], pair => pair[1]);
}
