using System.Collections.Frozen;
using System.Text;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Letters A to Z and digits that Unicode has once more in another dress: full width, bold or script, small capitals,
/// raised, in circles, brackets or squares, Roman numerals, and the letters of flags. The service runs without ICU, so
/// Unicode's own decompositions are not at hand. Source: Unicode Character Database, compatibility decompositions of
/// the blocks Phonetic Extensions, Letterlike Symbols, Number Forms, Enclosed Alphanumerics, Halfwidth and Fullwidth
/// Forms, Mathematical Alphanumeric Symbols and Enclosed Alphanumeric Supplement; small capitals, white letters on
/// black, and those of flags, by what they show.
/// </summary>
internal static class PlainLetters
{
    private const int First = 0x251;
    private const int FirstLetterlike = 0x2100;
    private const int Alphabet = 26;
    private const int Digits = 10;

    /// <summary>Of the block Letterlike Symbols, 16 a row; a full stop is none of them.</summary>
    private const string Letterlike =
        "..C.......GHHHHH" + "IILL.N...PQRRR.." + "....Z...Z.KABC.E" + "EF.MO....I......" + ".....DDEIJ......";

    /// <summary>Of one letter; those of several are <see cref="PresentationForms"/>.</summary>
    private const string Numerals = "I...V....X..LCDM";

    /// <summary>Small capitals and raised letters, each before its letter.</summary>
    private static readonly FrozenDictionary<char, char> Others =
        ("ɑAɡGɪIʏYᴀAʙBᴄCᴅDᴇEꜰFɢGʜHᴊJᴋKʟLᴍMɴNᴏOᴘPʀRꜱSᴛTᴜUᴠVᴡWᴢZ"
            + "ᴬAᴮBᴰDᴱEᴳGᴴHᴵIᴶJᴷKᴸLᴹMᴺNᴼOᴾPᴿRᵀTᵁUⱽVᵂWᵃAᵇBᶜCᵈDᵉEᶠFᵍGⁱIᵏKᵐMⁿNᵒOᵖPᵗTᵘUᵛVᶻZ")
        .Chunk(2).ToFrozenDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The letter, in capitals, or digit that it shows; any other as it is.</summary>
    public static Rune Of(Rune rune) => rune.Value >= First && Plain(rune.Value) is { } plain ? new Rune(plain) : rune;

    private static char? Plain(int value) => value switch
    {
        <= 0x29F or (>= 0x1D00 and <= 0x1DBF) or 0x2071 or 0x207F or 0x2C7D or 0xA730 or 0xA731 =>
            Others.TryGetValue((char)value, out var other) ? other : null,
        < FirstLetterlike => null,
        <= 0x214F => Letterlike[value - FirstLetterlike] is var letter and not '.' ? letter : null,
        >= 0x2160 and <= 0x217F => Numerals[value & 0xF] is var numeral and not '.' ? numeral : null,
        >= 0x249C and <= 0x24B5 => Letter(value - 0x249C),
        >= 0x24B6 and <= 0x24E9 => Letter(value - 0x24B6),
        >= 0xFF10 and <= 0xFF19 => Digit(value - 0xFF10),
        >= 0xFF21 and <= 0xFF3A => Letter(value - 0xFF21),
        >= 0xFF41 and <= 0xFF5A => Letter(value - 0xFF41),
        >= 0x1D400 and <= 0x1D6A3 => Letter(value - 0x1D400),
        >= 0x1D7CE and <= 0x1D7FF => Digit(value - 0x1D7CE),
        >= 0x1F110 and <= 0x1F129 => Letter(value - 0x1F110),
        >= 0x1F130 and <= 0x1F149 => Letter(value - 0x1F130),
        >= 0x1F150 and <= 0x1F169 => Letter(value - 0x1F150),
        >= 0x1F170 and <= 0x1F189 => Letter(value - 0x1F170),
        >= 0x1F1E6 and <= 0x1F1FF => Letter(value - 0x1F1E6),
        _ => null,
    };

    private static char Letter(int place) => (char)('A' + (place % Alphabet));

    private static char Digit(int place) => (char)('0' + (place % Digits));
}
