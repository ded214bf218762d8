using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Characters that show letters as they are set: Arabic letters as they stand in a word, ligatures, and Roman numerals
/// of several letters. Source: Unicode Character Database, compatibility decompositions.
/// </summary>
internal static class PresentationForms
{
    private static readonly FrozenDictionary<char, string> Letters = Read();

    private static readonly SearchValues<char> All = SearchValues.Create(Letters.Keys.AsSpan());

    /// <summary>The letters of each; the text itself where it has none of them.</summary>
    public static ReadOnlySpan<char> Spread(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(All))
            return text;
        var spread = new StringBuilder(text.Length + 8);
        foreach (var letter in text)
        {
            if (Letters.TryGetValue(letter, out var letters))
                spread.Append(letters);
            else
                spread.Append(letter);
        }
        return spread.ToString();
    }

    private static FrozenDictionary<char, string> Read()
    {
        const string several = "ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅst ﬆst ⅡII ⅢIII ⅣIV ⅥVI ⅦVII ⅧVIII ⅨIX ⅪXI ⅫXII "
            + "ⅱii ⅲiii ⅳiv ⅵvi ⅶvii ⅷviii ⅸix ⅺxi ⅻxii ﷲالله ﷳاكبر ﷴمحمد ﻵلآ ﻶلآ ﻷلأ ﻸلأ ﻹلإ ﻺلإ ﻻلا ﻼلا";
        var letters = several.Split(' ').ToDictionary(pair => pair[0], pair => pair[1..]);
        Add(0xFB56, "پ4");
        Add(0xFB66, "ٹ4");
        Add(0xFB7A, "چ4");
        Add(0xFB88, "ڈ2ژ2ڑ2ک4گ4");
        Add(0xFB9E, "ں2");
        Add(0xFBA6, "ہ4ھ4ے2");
        Add(0xFBFC, "ی4");
        Add(0xFE80, "ء1آ2أ2ؤ2إ2ئ4ا2ب4ة2ت4ث4ج4ح4خ4د2ذ2ر2ز2س4ش4ص4ض4ط4ظ4ع4غ4ف4ق4ك4ل4م4ن4ه4و2ى2ي4");
        return letters.ToFrozenDictionary();

        // Each letter with how many forms it has, in the order of their numbers.
        void Add(int first, string forms)
        {
            for (var i = 0; i < forms.Length; i += 2)
            {
                for (var count = forms[i + 1] - '0'; count > 0; count--)
                    letters.Add((char)first++, forms[i].ToString());
            }
        }
    }
}
