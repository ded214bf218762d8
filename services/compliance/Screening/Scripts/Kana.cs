using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Hiragana and Katakana in Hepburn's romanisation. Katakana mostly writes foreign names, so its syllables stand for
/// the sounds that those have.
/// </summary>
internal static class Kana
{
    private const int MostLettersPerSyllable = 3;
    private const int HiraganaToKatakana = 0x60;

    private static readonly FrozenDictionary<char, string> Syllables = """
        ア=A イ=I ウ=U エ=E オ=O カ=KA キ=KI ク=KU ケ=KE コ=KO サ=SA シ=SHI ス=SU セ=SE ソ=SO タ=TA チ=CHI ツ=TSU テ=TE ト=TO
        ナ=NA ニ=NI ヌ=NU ネ=NE ノ=NO ハ=HA ヒ=HI フ=FU ヘ=HE ホ=HO マ=MA ミ=MI ム=MU メ=ME モ=MO ヤ=YA ユ=YU ヨ=YO
        ラ=RA リ=RI ル=RU レ=RE ロ=RO ワ=WA ヲ=O ン=N ガ=GA ギ=GI グ=GU ゲ=GE ゴ=GO ザ=ZA ジ=JI ズ=ZU ゼ=ZE ゾ=ZO
        ダ=DA ヂ=JI ヅ=ZU デ=DE ド=DO バ=BA ビ=BI ブ=BU ベ=BE ボ=BO パ=PA ピ=PI プ=PU ペ=PE ポ=PO ヴ=VU
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenDictionary(pair => pair[0], pair => pair[2..]);

    private static readonly FrozenDictionary<char, char> Small = new Dictionary<char, char>
    {
        ['ァ'] = 'A', ['ィ'] = 'I', ['ゥ'] = 'U', ['ェ'] = 'E', ['ォ'] = 'O', ['ャ'] = 'A', ['ュ'] = 'U', ['ョ'] = 'O',
    }.ToFrozenDictionary();

    public static bool IsKana(char letter) => letter is >= '\u3041' and <= '\u30FA';

    public static void Read(ReadOnlySpan<char> word, NameTokens into)
    {
        Span<char> text = stackalloc char[MostLettersPerSyllable * word.Length];
        var length = 0;
        var isForeign = word[0] >= '\u30A1';
        foreach (var letter in word)
        {
            var kana = letter < '\u30A0' ? (char)(letter + HiraganaToKatakana) : letter;
            if (Small.TryGetValue(kana, out var vowel))
            {
                if (length > 0)
                    length--;
                text[length++] = vowel;
            }
            else if (kana != 'ッ' && Syllables.TryGetValue(kana, out var plain))
            {
                plain = isForeign ? Foreign(kana) ?? plain : plain;
                plain.CopyTo(text[length..]);
                length += plain.Length;
            }
            else if (kana != 'ッ')
            {
                into.AddUnread(word);
                return;
            }
        }
        into.Add(text[..length], isForeign ? NameScript.VowelPoor : NameScript.Transliterated);
    }

    private static string? Foreign(char kana) => kana switch
    {
        'チ' => "TI",
        'ジ' => "DI",
        'シ' => "SI",
        'ツ' => "TU",
        _ => null,
    };
}
