using System.Text;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Tests.Lists;

public sealed class OfacListsTests
{
    [Fact]
    public void An_entry_has_its_aliases_births_and_countries()
    {
        var entry = Excerpt.Content.Entries.Single(one => one.EntryId == "9000001");

        entry.Kind.ShouldBe(ListedKind.Person);
        entry.Names.ShouldBe([
            new ListedName("ZARKHOVAN, Temirbek Oslanovich", NameStrength.Primary),
            new ListedName("OSLANOV, Temir", NameStrength.Alias),
            new ListedName("ZARKHOVANI, Temirbek", NameStrength.Alias),
            new ListedName("THE CARPENTER", NameStrength.WeakAlias)]);
        entry.Births.ShouldBe([new BirthSpan(new DateOnly(1964, 10, 7), new DateOnly(1964, 10, 7))]);
        entry.Countries.ShouldBe(["RU"]);
        entry.Programmes.ShouldBe(["DEMO-SDGT"]);
    }

    [Fact]
    public void A_remark_that_goes_on_in_the_comments_is_read_as_one()
    {
        var entry = Excerpt.Content.Entries.Single(one => one.EntryId == "9000015");

        entry.Names.Where(name => name.Strength == NameStrength.WeakAlias).Select(name => name.Text)
            .ShouldBe(["LANTERN", "BLACK LAMP"]);
    }

    [Theory]
    [InlineData("9000005", "1968-01-01..1972-12-31", "1968-01-01..1968-12-31")]
    [InlineData("9000010", "1966-01-01..1967-12-31")]
    [InlineData("9000011", "1975-09-01..1975-09-30")]
    [InlineData("9000014", "1959-01-01..1962-12-31")]
    public void Dates_of_birth_are_read_as_days_months_years_guesses_and_spans(string entryId, params string[] spans) =>
        Excerpt.Content.Entries.Single(one => one.EntryId == entryId).Births
            .Select(span => span.ToString()).ShouldBe(spans);

    [Fact]
    public void All_rows_are_counted()
    {
        var counts = Excerpt.Content.Counts;
        (counts.Entries, counts.Names, counts.WeakAliases, counts.Orphans).ShouldBe((16, 36, 8, 0));
        counts.Parts.ShouldBe(new Dictionary<string, int>
        {
            ["sdn.csv"] = 16,
            ["alt.csv"] = 12,
            ["add.csv"] = 12,
            ["sdn_comments.csv"] = 1,
        }, ignoreOrder: true);
        Excerpt.Content.Entries.Select(entry => entry.Kind).Distinct().Order().ShouldBe(
            [ListedKind.Person, ListedKind.Entity, ListedKind.Vessel, ListedKind.Aircraft]);
    }

    [Fact]
    public void An_alias_without_its_entry_is_dropped_and_counted()
    {
        var content = Read("alt.csv", text => text + "\r\n9999999,1,\"aka\",\"NOBODY\",-0- ");

        content.Counts.Orphans.ShouldBe(1);
        content.Entries.SelectMany(entry => entry.Names).ShouldNotContain(name => name.Text == "NOBODY");
    }

    [Fact]
    public void Older_files_in_latin_1_are_read_as_such()
    {
        var files = new Dictionary<string, byte[]>(Excerpt.Files);
        files["sdn.csv"] = Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(files["sdn.csv"])
                .Replace("Jean-Baptiste", "Jos\u00e9", StringComparison.Ordinal));

        OfacLists.Read(files).Entries.SelectMany(entry => entry.Names)
            .ShouldContain(name => name.Text == "DUVALCROIX, Jos\u00e9");
    }

    [Theory]
    [InlineData("a quote that never closes", "9000020,\"ENDLESS")]
    [InlineData("too few fields", "9000020,\"SHORT\",-0- ")]
    [InlineData("too many fields", "9000020,\"L\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ")]
    [InlineData("no number", "x,\"L\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ")]
    [InlineData("no name", "9000020,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ")]
    [InlineData("an entry twice", "9000001,\"L\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ")]
    [InlineData("an error page", "<html><body>Service Unavailable</body></html>")]
    [InlineData("a stray quote", "9000020,A\"B,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ")]
    public void A_damaged_file_is_refused(string damage, string row) =>
        Should.Throw<DamagedListException>(() => Read("sdn.csv", text => text + "\r\n" + row), damage);

    [Fact]
    public void A_file_cut_off_anywhere_inside_a_row_is_refused()
    {
        var whole = Excerpt.Files["sdn.csv"];
        var rowEnds = Enumerable.Range(1, whole.Length - 1)
            .Where(i => whole[i - 1] == '\r' || whole[i - 1] == '\n' || whole[i] == '\r').ToHashSet();
        for (var length = 1; length < whole.Length - 3; length++)
        {
            if (rowEnds.Contains(length))
                continue;
            var files = new Dictionary<string, byte[]>(Excerpt.Files) { ["sdn.csv"] = whole[..length] };
            // A row that has lost nothing but its end of line is whole.
            if (whole[length] is (byte)'\r' or (byte)' ' && whole[length - 1] is (byte)'"' or (byte)'-')
                continue;
            try
            {
                OfacLists.Read(files).Counts.Entries.ShouldBeLessThan(16, $"cut after {length} bytes");
                Assert.Fail($"A file cut after {length} bytes was read.");
            }
            catch (DamagedListException)
            {
                // As it should be.
            }
        }
    }

    [FullListsFact]
    public void The_full_set_of_2021_is_read_completely()
    {
        var content = OfacLists.Read(FullFiles("ofac-snapshot-2021-07"));

        content.Counts.Entries.ShouldBe(8_976);
        content.Counts.Parts["alt.csv"].ShouldBe(11_910);
        content.Counts.Parts["add.csv"].ShouldBe(13_837);
        content.Counts.Parts["sdn_comments.csv"].ShouldBe(5);
        content.Counts.Orphans.ShouldBe(0);
        content.Entries.Count(entry => entry.Births.Count > 0).ShouldBeGreaterThan(3_000);
        content.Entries.Count(entry => entry.Countries.Count > 0).ShouldBeGreaterThan(7_000);
    }

    [FullListsFact]
    public void The_full_primary_file_of_2024_is_read_completely()
    {
        var content = OfacLists.Read(FullFiles("ofac-2024-07"));

        content.Counts.Entries.ShouldBe(15_443);
        content.Counts.WeakAliases.ShouldBeInRange(3_690, 3_900);
        content.Entries.Count(entry => entry.Kind == ListedKind.Person).ShouldBe(6_927);
        content.Entries.Count(entry => entry.Kind == ListedKind.Vessel).ShouldBe(872);
        content.Entries.Count(entry => entry.Kind == ListedKind.Aircraft).ShouldBe(374);
    }

    /// <summary>Files that a folder lacks are taken from the one of aliases and addresses of 2025.</summary>
    internal static Dictionary<string, byte[]> FullFiles(string folder) => OfacLists.FileNames.ToDictionary(
        name => name,
        name =>
        {
            var file = Path.Combine(FullListsFactAttribute.Folder, "..", folder, name);
            return File.ReadAllBytes(File.Exists(file)
                ? file
                : Path.Combine(FullListsFactAttribute.Folder, "..", "ofac-aliases-addresses-2025-12", name));
        });

    private static ListContent Read(string file, Func<string, string> change)
    {
        var files = new Dictionary<string, byte[]>(Excerpt.Files);
        var text = Encoding.ASCII.GetString(files[file]).TrimEnd('\u001a', '\r', '\n');
        files[file] = Encoding.ASCII.GetBytes(change(text));
        return OfacLists.Read(files);
    }
}
