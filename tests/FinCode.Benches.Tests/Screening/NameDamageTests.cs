using FinCode.Benches.Screening;

namespace FinCode.Benches.Tests.Screening;

public sealed class NameDamageTests
{
    private const string Name = "AL-ZARKHOVANI, Temirbek Ali";

    [Fact]
    public void One_edit_is_one_edit_in_a_word_of_five_letters_or_more()
    {
        var damage = new NameDamage(7);
        for (var i = 0; i < 2_000; i++)
        {
            var edited = damage.Edit(Name).ShouldNotBeNull().Split(' ');
            edited.Length.ShouldBe(3);
            edited[2].ShouldBe("Ali");
            var first = Distance(edited[0], "AL-ZARKHOVANI");
            var second = Distance(edited[1], "Temirbek");
            (first + second).ShouldBeInRange(1, 2, "a swap counts as two");
            (first == 0 || second == 0).ShouldBeTrue();
        }
    }

    [Fact]
    public void Every_kind_of_edit_and_every_place_occurs()
    {
        var damage = new NameDamage(7);
        var edits = Enumerable.Range(0, 4_000).Select(_ => damage.Edit("Temirbek")!).ToArray();

        edits.Count(edit => edit.Length == 9).ShouldBeInRange(800, 1_200);
        edits.Count(edit => edit.Length == 7).ShouldBeInRange(800, 1_200);
        for (var i = 0; i < 8; i++)
            edits.ShouldContain(edit => edit.Length == 8 && edit[i] != "Temirbek"[i]);
    }

    [Fact]
    public void A_name_of_short_words_is_not_edited() => new NameDamage(7).Edit("LI, Wei An").ShouldBeNull();

    [Fact]
    public void A_mutated_query_is_split_glued_and_written_with_digits_and_letters_of_another_script()
    {
        var damage = new NameDamage(7);
        var mutated = Enumerable.Range(0, 4_000).Select(_ => damage.Mutate("Temirbek Zarkhovan", "")).ToArray();

        mutated.ShouldContain(query => query.Any(char.IsAsciiDigit));
        mutated.ShouldContain(query => query.Any(letter => letter >= '\u0400'));
        mutated.ShouldContain("TemirbekZarkhovan");
        mutated.ShouldContain("Temir bek Zarkhovan");
    }

    [Fact]
    public void The_same_seed_gives_the_same_damage() =>
        Enumerable.Range(0, 50).Select(_ => new NameDamage(3).Edit(Name)).Distinct().Count().ShouldBe(1);

    [Fact]
    public void A_folder_without_lists_is_answered_with_what_is_needed()
    {
        var (lists, problem) = ScreeningLists.Load(Path.Combine(Path.GetTempPath(), "no-such-folder"));

        lists.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain("--lists");
    }

    /// <summary>Insertions, deletions and substitutions.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var before = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, before + (left[i - 1] == right[j - 1] ? 0 : 1));
                before = above;
            }
        }
        return row[right.Length];
    }
}
