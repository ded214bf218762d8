using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

public sealed class TextScreenerTests
{
    [Theory]
    [InlineData("rent for Temirbek Oslanovich Zarkhovan, March", "9000001", 2, 3)]
    [InlineData("RENT FOR ZARKHOVAN TEMIRBEK/March", "9000001", 2, 2)]
    [InlineData("для Темирбек Зархован", "9000001", 1, 2)]
    [InlineData("Kestrel Harbour Trading LLC invoice 12", "9000003", 0, 4)]
    [InlineData("c/o Kestrel-Harbour Trading, Unit 4, Testovgrad", "9000003", 2, 2)]
    [InlineData("Temirbek Zarkhovam", "9000001", 0, 2)]
    [InlineData("rent for 𝐓𝐞𝐦𝐢𝐫𝐛𝐞𝐤 𝓩𝓪𝓻𝓴𝓱𝓸𝓿𝓪𝓷", "9000001", 2, 2)]
    [InlineData("Ⓣⓔⓜⓘⓡⓑⓔⓚ 🅉🄰🅁🄺🄷🄾🅅🄰🄽", "9000001", 0, 2)]
    public void A_listed_name_is_found_where_it_stands(string text, string entry, int first, int words)
    {
        var hit = Find(text).Hits.ShouldHaveSingleItem();

        (hit.EntryId, hit.Window).ShouldBe((entry, new TextWindow(first, words)));
        hit.Score.ShouldBe(ExplainedScore.OfHit(hit) / 100m);
    }

    [Theory]
    [InlineData("school fees of the second term")]
    [InlineData("Zarkhovan")]
    [InlineData("the general machinery of a foundation")]
    [InlineData("thanks to Samuel and to Okonjo's brother")]
    [InlineData("invoice 4711/2026-03-01 12.50")]
    [InlineData("🎂 happy birthday!")]
    [InlineData("🎂")]
    [InlineData("🇬🇧 to 🇳🇬, 🅿️ 12")]
    [InlineData("𝐡𝐚𝐩𝐩𝐲 𝐛𝐢𝐫𝐭𝐡𝐝𝐚𝐲")]
    [InlineData("lantern for the garden")]
    public void What_names_nobody_alerts_nobody(string text)
    {
        var found = Find(text);

        found.Hits.ShouldBeEmpty();
        found.IsComparable.ShouldBeTrue();
    }

    [Theory]
    [InlineData("rent for \u1797\u17bc\u1791\u17b8\u1793")]
    [InlineData("for P U T I N")]
    [InlineData("𐐔𐐯𐑅𐐨𐑉𐐯𐐻")]
    [InlineData("𝝥𝝾𝞄𝞃𝝸𝝼")]
    public void A_text_that_cannot_be_read_is_for_a_person_to_look_at(string text) =>
        Find(text).IsComparable.ShouldBeFalse();

    [Fact]
    public void A_text_of_too_many_words_is_looked_at_as_far_as_the_bound_and_by_a_person()
    {
        var most = string.Join(' ', Enumerable.Repeat("rent", TextScreener.MaxWords));

        Find(most).IsComparable.ShouldBeTrue();
        Find(most + " and Temirbek Zarkhovan").IsComparable.ShouldBeFalse();
        Find("Temirbek Zarkhovan " + most).Hits.ShouldHaveSingleItem().EntryId.ShouldBe("9000001");
    }

    [Fact]
    public void Every_listed_name_that_says_enough_is_found_in_the_middle_of_a_sentence()
    {
        var looked = 0;
        foreach (var entry in Excerpt.Content.Entries)
        {
            foreach (var name in entry.Names.Where(name => name.Strength != Compliance.Lists.NameStrength.WeakAlias))
            {
                var tokens = NameNormalizer.Normalize(name.Text);
                var telling = tokens.Tokens.ToArray().Count(token => token.IsTelling);
                if (telling < 2 || name.Text.Split([' ', ',']).Length > TextScreener.MaxWindow)
                    continue;
                looked++;
                Find($"fees of the second term for {name.Text} as was agreed").Hits
                    .ShouldContain(hit => hit.EntryId == entry.EntryId, name.Text);
            }
        }
        looked.ShouldBeGreaterThan(15);
    }

    private static ScreeningResult Find(string text) => Screener.FindInText(text, Excerpt.Index, 90);
}
