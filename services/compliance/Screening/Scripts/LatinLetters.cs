using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Upper-case Latin letters with marks, and the letters A to Z that lists write them with. The service runs without
/// ICU, so Unicode's own decompositions are not at hand. Source: Unicode Character Database, compatibility
/// decompositions of the blocks Latin-1 Supplement, Latin Extended-A and -B, and Latin Extended Additional; letters
/// that have none (Ø, Ł, ß, ...) by usage.
/// </summary>
internal static class LatinLetters
{
    private static readonly FrozenDictionary<char, string> Plain = Parse();

    private const string Table = """
        A:ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ
        AE:ÆǢǼ
        B:ƁḂḄḆ
        C:ÇĆĈĊČḈ
        D:ÐĎĐƉƊḊḌḎḐḒ
        DZ:ǄǱ
        E:ÈÉÊËĒĔĖĘĚƏƐȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ
        F:Ḟ
        G:ĜĞĠĢƓƔǦǴḠ
        H:ĤĦȞḢḤḦḨḪẖ
        I:ÌÍÎÏĨĪĬĮİıƗǏȈȊḬḮỈỊ
        IJ:Ĳ
        J:Ĵǰ
        K:ĶĸƘǨḰḲḴ
        L:ĹĻĽĿŁḶḸḺḼ
        LJ:Ǉ
        M:ḾṀṂ
        N:ÑŃŅŇŉƝǸṄṆṈṊ
        NG:Ŋ
        NJ:Ǌ
        O:ÒÓÔÕÖØŌŎŐƆƠǑǪǬǾȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ
        OE:Œ
        P:ṔṖ
        R:ŔŖŘȐȒṘṚṜṞ
        S:ŚŜŞŠſȘṠṢṤṦṨ
        SS:ßẞ
        T:ŢŤŦȚṪṬṮṰẗ
        TH:Þ
        U:ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖɄṲṴṶṸṺỤỦỨỪỬỮỰ
        V:ṼṾ
        W:ŴẀẂẄẆẈẘ
        X:ẊẌ
        Y:ÝŶŸƳȲẎẙỲỴỶỸ
        Z:ŹŻŽƵẐẒẔ
        """;

    /// <summary>The plain spelling of an upper-case letter, or null when it is none of these.</summary>
    public static string? Of(char letter) => Plain.GetValueOrDefault(letter);

    /// <summary>Letters and digits that Latin words are written with.</summary>
    public static bool IsLatin(char letter) => char.IsAscii(letter) || Of(letter) is not null;

    private static FrozenDictionary<char, string> Parse() => Table
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(':'))
        .SelectMany(parts => parts[1].Select(letter => (letter, parts[0])))
        .ToFrozenDictionary(pair => pair.letter, pair => pair.Item2);
}
