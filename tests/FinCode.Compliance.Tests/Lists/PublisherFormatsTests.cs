using System.Text;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Tests.Lists;

public sealed class PublisherFormatsTests
{
    [Theory]
    [InlineData("UK_CSV")]
    [InlineData("EU_CSV")]
    [InlineData("PLAIN_CSV")]
    public void One_byte_that_is_not_utf_8_refuses_the_file(string format)
    {
        var known = ListFormat.Find(format)!;
        var content = Encoding.UTF8.GetBytes(Samples.Of(format));
        content[content.Length / 2] = 0xE9;

        Should.Throw<DamagedListException>(() => known.Read(
            "DEMO", new Dictionary<string, byte[]> { [known.Parts[0]] = content })).Message.ShouldContain("UTF-8");
    }

    [Fact]
    public void The_united_nations_list_gives_names_in_all_scripts_births_countries_and_documents()
    {
        var content = Samples.Read("UN_XML", Samples.Un);

        var person = content.Entries[0];
        person.Names.ShouldBe([
            new ListedName("MIRWAND QASHTALI DARGAN", NameStrength.Primary),
            new ListedName("ميروند قشتلي", NameStrength.Alias),
            new ListedName("Mirwan Qashtaly", NameStrength.Alias),
            new ListedName("Mirvand Kashtali", NameStrength.Alias),
            new ListedName("The Tailor", NameStrength.WeakAlias),
            new ListedName("Портной", NameStrength.WeakAlias),
            new ListedName("Group of the Tailor", NameStrength.Alias),
            new ListedName("GOTT", NameStrength.WeakAlias)]);
        person.Kind.ShouldBe(ListedKind.Person);
        person.Gender.ShouldBe(ListedGender.Male);
        person.Programmes.ShouldBe(["Demo"]);
        person.Countries.ShouldBe(["IR", "KP", "TR", "YE"]);
        person.Births.Select(span => span.ToString()).ShouldBe(
            ["1962-04-05", "1961-03-04", "1958-01-01..1962-12-31", "1958-01-01..1963-12-31"]);
        person.Identifiers.ShouldBe([new ListedIdentifier(IdentifierType.Passport, "00X9100001", "SY")]);
        content.Entries[1].Kind.ShouldBe(ListedKind.Entity);
        content.Entries[1].Countries.ShouldBe(["SO"]);
        content.Counts.Parts.ShouldBe(
            new Dictionary<string, int> { ["INDIVIDUALS"] = 1, ["ENTITIES"] = 1, ["ALIASES"] = 5 });
    }

    [Fact]
    public void The_european_xml_takes_the_first_strong_name_first_and_no_years_of_other_calendars()
    {
        var content = Samples.Read("EU_XML", Samples.Eu);

        var person = content.Entries[0];
        person.EntryId.ShouldBe("9200001");
        person.Names.ShouldBe([
            new ListedName("Radovar Plesnik", NameStrength.Primary),
            new ListedName("The Quiet One", NameStrength.WeakAlias),
            new ListedName("Радовар Плесник", NameStrength.Alias)]);
        person.Countries.ShouldBe(["BY"]);
        person.Gender.ShouldBe(ListedGender.Male);
        person.Births.Select(span => span.ToString()).ShouldBe(["1971-02-03", "1968-01-01..1972-12-31",
            "1969-01-01..1972-12-31", "1880-01-01..1980-12-31"]);
        person.Identifiers.ShouldBe([
            new ListedIdentifier(IdentifierType.Passport, "00X9200001", "BY"),
            new ListedIdentifier(IdentifierType.TaxNumber, "YY-77", null)]);
        content.Entries[1].Kind.ShouldBe(ListedKind.Entity);
        content.Entries[1].Programmes.ShouldBe(["DEMO"]);
    }

    [Fact]
    public void The_european_csv_gathers_the_rows_of_an_entity()
    {
        var content = Samples.Read("EU_CSV", Samples.EuCsv);

        var person = content.Entries[0];
        person.Names.ShouldBe([
            new ListedName("Radovar Plesnik", NameStrength.Primary),
            new ListedName("Радовар Плесник", NameStrength.Alias)]);
        person.Births.Select(span => span.ToString()).ShouldBe(["1971-02-03", "1968-01-01..1972-12-31"]);
        person.Countries.ShouldBe(["BY", "RU"]);
        person.Identifiers.ShouldBe([new ListedIdentifier(IdentifierType.Passport, "00X9200001", "BY")]);
        content.Entries[1].Names[0].Text.ShouldBe("Lantern Bay; \"Metals\"");
        content.Counts.Parts.Values.ShouldBe([7]);
    }

    [Fact]
    public void The_uk_list_gathers_the_rows_of_a_designation()
    {
        var content = Samples.Read("UK_CSV", Samples.Uk);

        var person = content.Entries[0];
        person.Names.ShouldBe([
            new ListedName("Osric Tam BRACKENWOLD", NameStrength.Primary),
            new ListedName("Осрик", NameStrength.Alias),
            new ListedName("Osrik BRACKENVOLD", NameStrength.Alias),
            new ListedName("The \"Fox\"", NameStrength.WeakAlias)]);
        person.Births.Select(span => span.ToString()).ShouldBe(
            ["1964-10-07", "1964-01-01..1964-12-31", "1963-09-01..1963-09-30"]);
        person.Countries.ShouldBe(["BY", "RU", "UA"]);
        person.Gender.ShouldBe(ListedGender.Male);
        person.Programmes.ShouldBe(["Demo regime"]);
        person.Identifiers.ShouldBe([
            new ListedIdentifier(IdentifierType.Passport, "00X9300001", "RU"),
            new ListedIdentifier(IdentifierType.NationalId, "4411-22", null)]);
        content.Entries[1].Identifiers.ShouldBe([
            new ListedIdentifier(IdentifierType.SwiftBic, "MSALRUMM", null),
            new ListedIdentifier(IdentifierType.CompanyNumber, "5501234567", null)]);
        content.Entries[2].Kind.ShouldBe(ListedKind.Vessel);
        content.Entries[2].Identifiers.ShouldBe([new ListedIdentifier(IdentifierType.Imo, "0000017", null)]);
        content.Entries[2].Countries.ShouldBe(["PA"]);
    }

    [Fact]
    public void The_reshaped_uk_list_joins_its_files_and_drops_names_of_nobody()
    {
        var content = ListFormat.Find("UK_DEVELOPMENT")!.Read("DEMO", Samples.UkDevelopment);

        content.Counts.Orphans.ShouldBe(1);
        var person = content.Entries[0];
        person.Names.ShouldBe([
            new ListedName("Osric Tam BRACKENWOLD", NameStrength.Primary),
            new ListedName("Fox", NameStrength.WeakAlias)]);
        person.Births.Single().ToString().ShouldBe("1964-10-01..1964-10-31");
        person.Countries.ShouldBe(["RU", "XK"]);
        person.Programmes.ShouldBe(["DMO"]);
        person.Identifiers.ShouldBe([new ListedIdentifier(IdentifierType.Passport, "00X9300001", "RU")]);
        content.Entries[1].Names.ShouldBe([new ListedName("PALE HERON", NameStrength.Primary)]);
        content.Entries[1].Identifiers.ShouldBe([new ListedIdentifier(IdentifierType.Imo, "0000017", null)]);
    }

    [Fact]
    public void The_consolidated_list_of_ofac_is_read_like_the_sdn_list()
    {
        var files = OfacLists.FileNames.Zip(OfacLists.ConsolidatedFileNames)
            .ToDictionary(names => names.Second, names => Excerpt.Files[names.First]);

        var content = ListFormat.Find("OFAC_CONSOLIDATED")!.Read("DEMO", files);

        content.Entries.Count.ShouldBe(16);
        content.Entries.ShouldAllBe(entry => entry.List == "DEMO");
        content.Counts.Parts["cons_alt.csv"].ShouldBe(12);
    }

    [Fact]
    public void The_remarks_of_ofac_give_gender_and_identifiers()
    {
        var draft = new EntryDraft("DEMO", "1", ListedKind.Person);
        draft.AddName("SOMEBODY", NameStrength.Primary);
        OfacRemarks.Read(
            "Gender Female; Passport C 1415363 (Russia) issued 21 May 2000 expires 20 May 2005; alt. Passport 00X2; "
            + "National ID No. 12-34 (Iran); Tax ID No. 770 123 (Russia); Registration Number 1077711000102 (Russia); "
            + "Unified Social Credit Code (USCC) 911100005 (China); SWIFT/BIC DEMORUMM; "
            + "Legal Entity Number 253400V1H6; "
            + "Vessel Registration Identification IMO 0000000; MMSI 000000001; Aircraft Tail Number RA-00000; "
            + "Digital Currency Address - XBT demo1q0; alt. Digital Currency Address - ETH 0xdemo2; "
            + "Email Address a@example.test; Passport unknown; Linked To: SOMEONE.", draft);

        var entry = draft.ToEntry()!;
        entry.Gender.ShouldBe(ListedGender.Female);
        entry.Identifiers.Select(one => $"{one.Type} {one.Value} {one.Country}".Trim()).ShouldBe([
            "Passport C 1415363 RU", "Passport 00X2", "NationalId 12-34 IR", "TaxNumber 770 123 RU",
            "CompanyNumber 1077711000102 RU", "CompanyNumber 911100005 CN", "SwiftBic DEMORUMM", "Lei 253400V1H6",
            "Imo 0000000", "Mmsi 000000001", "AircraftRegistration RA-00000", "DigitalCurrencyAddress demo1q0",
            "DigitalCurrencyAddress 0xdemo2", "Email a@example.test"]);
    }

    [Fact]
    public void Our_plain_format_holds_everything()
    {
        var person = Samples.Read("PLAIN_CSV", Samples.Plain).Entries[0];

        person.Names.ShouldBe([
            new ListedName("Velmar, Tobiah", NameStrength.Primary),
            new ListedName("Tobias Velmar", NameStrength.Alias),
            new ListedName("Tobiah Welmar", NameStrength.Alias),
            new ListedName("Toby", NameStrength.WeakAlias)]);
        person.Births.Select(span => span.ToString()).ShouldBe(
            ["1952-10-07", "1948-01-01..1952-12-31", "1949-01-01..1951-12-31"]);
        person.Countries.ShouldBe(["GB", "IE"]);
        person.Gender.ShouldBe(ListedGender.Male);
        person.Identifiers.ShouldBe([
            new ListedIdentifier(IdentifierType.Passport, "00X1", "GB"),
            new ListedIdentifier(IdentifierType.Email, "t@example.test", null)]);
        person.Programmes.ShouldBe(["PEP"]);
    }

    [Theory]
    [InlineData("id,kind,name\n1,PERSON,\n", "name")]
    [InlineData("id,kind,name\n1,ROBOT,R\n", "kind")]
    [InlineData("id,kind,name,births\n1,PERSON,P,07.10.1952\n", "births")]
    [InlineData("id,kind,name,births\n1,PERSON,P,1954..1950\n", "births")]
    [InlineData("id,kind,name,countries\n1,PERSON,P,Russia\n", "countries")]
    [InlineData("id,kind,name,gender\n1,PERSON,P,M\n", "gender")]
    [InlineData("id,kind,name,identifiers\n1,PERSON,P,00X1\n", "identifiers")]
    [InlineData("id,kind,name,identifiers\n1,PERSON,P,PASSPORT:00X1:Russia\n", "identifiers")]
    [InlineData("id,kind,name\n1,PERSON,P\n1,PERSON,Q\n", "id")]
    [InlineData("id,name\n1,P\n", "kind")]
    public void A_mistake_in_our_plain_format_is_named(string text, string column) =>
        Should.Throw<DamagedListException>(() => Samples.Read("PLAIN_CSV", text)).Message.ShouldContain(column);

    [Theory]
    [InlineData("UN_XML")]
    [InlineData("EU_XML")]
    [InlineData("EU_CSV")]
    [InlineData("UK_CSV")]
    [InlineData("PLAIN_CSV")]
    public void A_file_cut_off_anywhere_is_refused_or_ends_with_a_whole_row(string format)
    {
        var whole = Encoding.UTF8.GetBytes(Samples.Of(format));
        var known = ListFormat.Find(format)!;
        var entries = Samples.Read(format, Samples.Of(format)).Entries.Count;
        for (var length = 0; length < whole.Length - 1; length++)
        {
            try
            {
                var content = known.Read(
                    "DEMO", new Dictionary<string, byte[]> { [known.Parts[0]] = whole[..length] });
                // Rows that are whole cannot be told from a shorter file: the gate on counts stands behind this.
                (whole[length - 1] == '\n' || whole[..length].AsSpan().EndsWith(">"u8)).ShouldBeTrue();
                content.Entries.Count.ShouldBeLessThanOrEqualTo(entries);
            }
            catch (DamagedListException damage)
            {
                damage.Message.ShouldNotContain("BRACKENWOLD");
            }
        }
    }

    [Theory]
    [InlineData("UN_XML", "<html><body>Service Unavailable</body></html>\n")]
    [InlineData("EU_XML", "<html><body>Service Unavailable</body></html>\n")]
    [InlineData("UK_CSV", "<html><body>Service Unavailable</body></html>\n")]
    [InlineData("EU_CSV", "<html><body>Service Unavailable</body></html>\n")]
    [InlineData("UN_XML", "<CONSOLIDATED_LIST><INDIVIDUALS/><ENTITIES/></CONSOLIDATED_LIST>")]
    [InlineData("EU_XML", "<export xmlns=\"http://eu.europa.ec/fpi/fsd/export\"/>")]
    [InlineData("UN_XML", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><CONSOLIDATED_LIST>&e;"
        + "</CONSOLIDATED_LIST>")]
    public void What_is_no_list_is_refused(string format, string text) =>
        Should.Throw<DamagedListException>(() => Samples.Read(format, text));

    [Theory]
    [InlineData("UN_XML", "<DATAID>9100002</DATAID>", "<DATAID>9100001</DATAID>")]
    [InlineData("UN_XML", "<DATAID>9100002</DATAID>", "")]
    [InlineData("EU_XML", "code=\"enterprise\"", "code=\"spaceship\"")]
    [InlineData("EU_XML", "logicalId=\"9200002\"", "logicalId=\"9200001\"")]
    [InlineData("UK_CSV", "Ship,UK", "Spaceship,UK")]
    [InlineData("UK_CSV", ",DMO0003,", ",,")]
    [InlineData("UK_CSV", "Passport number", "Passport no")]
    [InlineData("UK_CSV", ",Panama\n", "\n")]
    [InlineData("EU_CSV", "\"Metals\"\"\"", "\"Metals\"\" ")]
    [InlineData("EU_CSV", "NameAlias_WholeName", "Naal_wholename")]
    public void Damage_inside_a_file_is_refused(string format, string what, string by)
    {
        var damaged = Samples.Of(format).Replace(what, by, StringComparison.Ordinal);
        damaged.ShouldNotBe(Samples.Of(format));

        Should.Throw<DamagedListException>(() => Samples.Read(format, damaged));
    }

    [Fact]
    public void A_folder_tree_gives_the_newest_of_each_list_once()
    {
        var folder = FinCode.Testing.TestServers.NewFolder("tree");
        Write("un-2026-01/UN.xml", Samples.Un);
        Write("un-2025-01/UN.xml", Samples.Un.Replace("ORCHARD", "OLD", StringComparison.Ordinal));
        Write("uk-2026-01/UK-Sanctions-List.csv", Samples.Uk);
        Write("eu/20260102-FULL-1_1.xml", Samples.Eu);
        Write("eu/20260102-FULL-1_1.csv", Samples.EuCsv);
        Write("other/readings.csv", "a,b\n1,2\n");
        foreach (var (name, content) in Excerpt.Files)
            Write($"ofac/{name}", Encoding.Latin1.GetString(content));

        var lists = ListFolder.ReadLists(folder).ToDictionary(one => one.List, one => one.Content.Entries.Count);

        lists.ShouldBe(new Dictionary<string, int>
        {
            ["OFAC_SDN"] = 16,
            ["UN_CONSOLIDATED"] = 2,
            ["UK_SANCTIONS"] = 3,
            ["EU_FSF"] = 2,
        }, ignoreOrder: true);
        ListFolder.Read(folder).SelectMany(entry => entry.Names)
            .ShouldContain(name => name.Text == "ORCHARD OF GLASS FOUNDATION");

        void Write(string path, string text)
        {
            var file = new FileInfo(Path.Combine(folder, path));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, text);
        }
    }
}
