using FinCode.Compliance.Jobs;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Tests.Screening;

/// <summary>Customers meet entries that changed in an index of their own, which says what all lists say.</summary>
public sealed class NarrowIndexTests
{
    private static readonly string[] s_names =
        [.. Excerpt.Content.Entries.SelectMany(entry => entry.Names).Select(name => name.Text)];

    [Fact]
    public void It_finds_of_its_entries_what_all_lists_find_of_them_with_the_same_scores()
    {
        foreach (var entry in Excerpt.Content.Entries)
        {
            var only = Excerpt.Index.Only(Set(entry));
            only.ShouldNotBeSameAs(Excerpt.Index);
            foreach (var name in s_names)
            {
                var text = $"Payment for {name}, as agreed";
                Shown(Screener.Find(new ScreenedSubject(name), only, 1)).ShouldBe(
                    Shown(Screener.Find(new ScreenedSubject(name), Excerpt.Index, 1), entry), name);
                Shown(Screener.FindInText(text, only, 40)).ShouldBe(
                    Shown(Screener.FindInText(text, Excerpt.Index, 40), entry), text);
            }
        }
    }

    [Fact]
    public void It_finds_by_number_and_is_kept_for_equal_entries()
    {
        var listed = Excerpt.Content.Entries.First(entry => entry.EntryId == "9000001");
        var subject = new ScreenedSubject("Somebody Else", Identifiers: [
            new GivenIdentifier(IdentifierType.Passport, "00x 0000001", null)]);
        var only = Excerpt.Index.Only(Set(listed));

        Screener.Find(subject, only, 85).Hits.ShouldHaveSingleItem().EntryId.ShouldBe("9000001");
        Excerpt.Index.Only(Set(listed)).ShouldBeSameAs(only);
        Excerpt.Index.Only(Set(Excerpt.Content.Entries[1])).ShouldNotBeSameAs(only);
        Excerpt.Index.Only(Set([.. Excerpt.Content.Entries])).ShouldBeSameAs(Excerpt.Index);
        Screener.Find(subject, Excerpt.Index.Only(new HashSet<ChangedEntry>()), 1).Hits.ShouldBeEmpty();
    }

    [FullListsFact]
    public void A_customer_is_found_by_it_exactly_where_all_lists_find_something_new()
    {
        var entries = ListFolder.Read(Path.Combine(FullListsFactAttribute.Folder, ".."));
        var index = new NameIndex(entries);
        var random = new Random(7);
        var changed = entries.Where(_ => random.Next(20) == 0).ToArray();
        var isNew = new NewHits(Set(changed), IsPolicy: false, null);
        var terms = new ScreeningTerms(index, PolicyContent.Default, new HashSet<string>());
        var found = 0;
        for (var i = 0; i < 1_500; i++)
        {
            var listed = i % 3 == 0 ? changed[random.Next(changed.Length)] : entries[random.Next(entries.Count)];
            var names = listed.Names;
            var party = new Party(PartyId.New(), 1, PartyKinds.Person, names[random.Next(names.Count)].Text, null,
                null, null, null, Address: $"c/o {entries[random.Next(entries.Count)].Names[0].Text}, 7 Dock Street");

            var now = isNew.Find(party, PartyRole.Sender, terms);

            var all = PartyScreener.Screen(party, PartyRole.Sender, terms);
            // Where more is found than is shown nobody can say from the evidence which.
            if (all.All(one => one.HitCount == one.Hits.Count))
                Hits(now).ShouldBe(all.Any(isNew.AreIn) ? Hits(all) : [], $"party {i}");
            found += now.Count > 0 ? 1 : 0;
        }
        found.ShouldBeInRange(400, 1_000);
    }

    private static string[] Hits(IReadOnlyList<PartyEvidence> evidence) =>
        [.. evidence.SelectMany(one => one.Hits.Select(hit => $"{one.Name} {hit.List} {hit.EntryId} {hit.Score}"))];

    private static string[] Shown(ScreeningResult result, ListedEntry? of = null) =>
        [.. result.Hits.Where(hit => of is null || hit.EntryId == of.EntryId)
            .Select(hit => $"{hit.EntryId} {hit.ListedName} {hit.Score}")];

    private static HashSet<ChangedEntry> Set(params ListedEntry[] entries) =>
        [.. entries.Select(entry => new ChangedEntry(entry.List, entry.EntryId))];
}
