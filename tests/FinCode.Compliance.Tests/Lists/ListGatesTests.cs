using System.Text;
using CsCheck;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Tests.Lists;

public sealed class ListGatesTests
{
    private static readonly string[] Countries = ["GB", "IR", "RU"];

    private static readonly Gen<ListedEntry> AnyEntry =
        from id in Gen.Int[1, 40]
        from kind in Gen.Enum<ListedKind>()
        from names in Gen.String[Gen.Char['a', 'e'], 1, 4].Array[1, 4]
        from programmes in Gen.String[Gen.Char['a', 'c'], 0, 2].Array[0, 2]
        from years in Gen.Int[1900, 1905].Array[0, 2]
        from countries in Gen.Int[0, 2].Select(i => Countries[i]).Array[0, 2]
        from numbers in Gen.String[Gen.Char['0', '3'], 1, 3].Array[0, 2]
        from gender in Gen.Int[0, 2].Select(i => i == 2 ? (ListedGender?)null : (ListedGender)i)
        select new ListedEntry("DEMO", id.ToString(), kind,
            [.. names.Select((name, i) => new ListedName(name, i == 0 ? NameStrength.Primary : NameStrength.Alias))],
            programmes, [.. years.Select(year => BirthSpans.Of(year, null, null)!)], countries,
            [.. numbers.Select(number => new ListedIdentifier(IdentifierType.Passport, number, null))], gender);

    [Fact]
    public void The_order_in_which_a_publisher_writes_an_entry_is_no_change() =>
        AnyEntry.Sample(entry => EntryHash.Of(entry with
        {
            Names = [entry.Names[0], .. entry.Names.Skip(1).Reverse()],
            Programmes = [.. entry.Programmes.Reverse()],
            Births = [.. entry.Births.Reverse()],
            Countries = [.. entry.Countries.Reverse()],
            Identifiers = [.. entry.Identifiers.Reverse()],
        }).SequenceEqual(EntryHash.Of(entry)));

    [Fact]
    public void Anything_that_screening_looks_at_is_a_change() => AnyEntry.Sample(entry =>
    {
        var hash = Convert.ToHexString(EntryHash.Of(entry));
        ListedEntry[] others =
        [
            entry with { Gender = entry.Gender == ListedGender.Male ? null : ListedGender.Male },
            entry with { Kind = entry.Kind == ListedKind.Person ? ListedKind.Entity : ListedKind.Person },
            entry with { Names = [entry.Names[0] with { Text = entry.Names[0].Text + "x" }, .. entry.Names.Skip(1)] },
            entry with { Names = [.. entry.Names, new ListedName("zz", NameStrength.Alias)] },
            entry with { Names = [.. entry.Names, new ListedName("zz", NameStrength.WeakAlias)] },
            entry with { Programmes = [.. entry.Programmes, "zz"] },
            entry with { Births = [.. entry.Births, BirthSpans.Of(1950, 1, 1)!] },
            entry with { Births = [.. entry.Births, BirthSpans.Of(1950, 1, null)!] },
            entry with { Countries = [.. entry.Countries, "FR"] },
            entry with { Identifiers = [.. entry.Identifiers, new(IdentifierType.Passport, "9", null)] },
            entry with { Identifiers = [.. entry.Identifiers, new(IdentifierType.Passport, "9", "FR")] },
            entry with { Identifiers = [.. entry.Identifiers, new(IdentifierType.TaxNumber, "9", null)] },
        ];
        others.Select(other => Convert.ToHexString(EntryHash.Of(other))).Append(hash)
            .Distinct().Count().ShouldBe(others.Length + 1);
    });

    [Fact]
    public void The_hash_of_an_entry_is_the_same_on_every_machine_and_day()
    {
        var entry = new ListedEntry("DEMO", "1", ListedKind.Person, [new("A", NameStrength.Primary)], ["P"],
            [BirthSpans.Of(1964, 10, 7)!], ["GB"], [new(IdentifierType.Passport, "1", "GB")], ListedGender.Female);

        Convert.ToHexStringLower(EntryHash.Of(entry))
            .ShouldBe("03bde7b7a130e0e2213e0584f972d81426caad835359c23476e2decb1eb298a3");
    }

    [Fact]
    public void What_was_added_changed_and_removed_turns_one_edition_into_the_other() =>
        Gen.Select(AnyEntry.Array[0, 12], AnyEntry.Array[0, 12]).Sample((first, second) =>
        {
            var before = first.DistinctBy(entry => entry.EntryId).ToArray();
            // Half of the second edition is the first one as it was.
            var after = second.Concat(before.Where((_, i) => i % 2 == 0)).DistinctBy(entry => entry.EntryId).ToArray();

            var changes = ListDiff.Between(before, after);

            var state = before.ToDictionary(entry => entry.EntryId, entry => Convert.ToHexString(EntryHash.Of(entry)));
            foreach (var change in changes)
            {
                state.ContainsKey(change.EntryId).ShouldBe(change.Kind != EntryChangeKind.Added);
                if (change.Kind == EntryChangeKind.Removed)
                    state.Remove(change.EntryId);
                else
                {
                    state.GetValueOrDefault(change.EntryId).ShouldNotBe(Convert.ToHexString(change.Hash!));
                    state[change.EntryId] = Convert.ToHexString(change.Hash!);
                }
            }
            state.OrderBy(one => one.Key).ShouldBe(after
                .ToDictionary(entry => entry.EntryId, entry => Convert.ToHexString(EntryHash.Of(entry)))
                .OrderBy(one => one.Key));
        });

    [Theory]
    [InlineData(1_000, 901, true)]
    [InlineData(1_000, 900, false)]
    [InlineData(1_000, 5_000, true)]
    [InlineData(9, 9, true)]
    [InlineData(9, 8, false)]
    [InlineData(0, 0, true)]
    public void A_list_that_lost_a_tenth_of_anything_is_refused(int before, int after, bool isKept)
    {
        ListCounts[] losers =
        [
            Counts(after, 1_000, 1_000, 1_000), Counts(1_000, after, 1_000, 1_000), Counts(1_000, 1_000, after, 1_000),
            Counts(1_000, 1_000, 1_000, after),
        ];
        ListCounts[] had =
        [
            Counts(before, 1_000, 1_000, 1_000), Counts(1_000, before, 1_000, 1_000),
            Counts(1_000, 1_000, before, 1_000), Counts(1_000, 1_000, 1_000, before),
        ];
        foreach (var (earlier, later) in had.Zip(losers))
        {
            if (isKept)
                ListGates.RefuseLoss(earlier, later);
            else
                Should.Throw<DamagedListException>(() => ListGates.RefuseLoss(earlier, later));
        }
    }

    [Fact]
    public void An_operator_may_allow_a_larger_loss()
    {
        ListGates.RefuseLoss(Counts(100, 100, 100, 100), Counts(71, 80, 80, 80), 30);
        Should.Throw<DamagedListException>(
            () => ListGates.RefuseLoss(Counts(100, 100, 100, 100), Counts(70, 80, 80, 80), 30));
    }

    [Fact]
    public void A_part_that_is_gone_is_a_loss() => Should.Throw<DamagedListException>(() => ListGates.RefuseLoss(
        new ListCounts(1, 1, 0, 0, new Dictionary<string, int> { ["a.csv"] = 1, ["b.csv"] = 5 }),
        new ListCounts(1, 1, 0, 0, new Dictionary<string, int> { ["a.csv"] = 1 }))).Message.ShouldStartWith("b.csv");

    [Fact]
    public void The_hash_of_files_knows_in_which_of_them_a_byte_stands()
    {
        var one = ListGates.HashOf(Parts("ab", "c"));

        one.ShouldBe(ListGates.HashOf(Parts("ab", "c")));
        one.ShouldNotBe(ListGates.HashOf(Parts("a", "bc")));
        one.ShouldNotBe(ListGates.HashOf(Parts("abc", "")));
    }

    private static Dictionary<string, FetchedPart> Parts(string first, string second) => new()
    {
        ["first"] = new FetchedPart(Encoding.ASCII.GetBytes(first)),
        ["second"] = new FetchedPart(Encoding.ASCII.GetBytes(second)),
    };

    private static ListCounts Counts(int entries, int names, int weak, int rows) =>
        new(entries, names, weak, 0, new Dictionary<string, int> { ["x.csv"] = rows });
}
