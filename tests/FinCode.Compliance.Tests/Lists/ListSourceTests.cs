using Microsoft.Extensions.Configuration;

namespace FinCode.Compliance.Tests.Lists;

public sealed class ListSourceTests
{
    [Fact]
    public void A_list_says_its_format_where_it_comes_from_and_how_old_it_may_become()
    {
        var options = Read(
            ("Lists:0:Format", "UN_XML"), ("Lists:0:Urls:0", "https://lists.example.test/un.xml"),
            ("Lists:0:IntervalSeconds", "600"), ("Lists:0:MaxAgeHours", "48"),
            ("Lists:1:Format", "PLAIN_CSV"), ("Lists:1:Name", "PEP"), ("Lists:1:Folder", "/lists/pep"),
            ("Lists:1:Required", "false"), ("Lists:1:RefusedLossPercent", "30"), ("Lists:1:MaxFileAgeHours", "200"));

        var (un, pep) = (options.Lists[0], options.Lists[1]);
        (un.Name, un.Urls.Count, un.IntervalSeconds, un.IsRequired).ShouldBe(("UN_CONSOLIDATED", 1, 600, true));
        (pep.Name, pep.Folder, pep.IntervalSeconds, pep.IsRequired).ShouldBe(("PEP", "/lists/pep", 3_600, false));
        (un.RefusedLossPercent, pep.RefusedLossPercent).ShouldBe((10, 30));
        (un.MaxFileAgeHours, pep.MaxFileAgeHours).ShouldBe((null, 200));
        options.MaxAgeOf("UN_CONSOLIDATED").ShouldBe(TimeSpan.FromHours(48));
        options.AlarmAgeOf("UN_CONSOLIDATED").ShouldBe(TimeSpan.FromHours(24));
        options.MaxAgeOf("PEP").ShouldBe(TimeSpan.FromHours(24));
        options.ListsFolder.ShouldBe("");
    }

    [Theory]
    [InlineData("Lists:0:Format", "", "Format")]
    [InlineData("Lists:0:Format", "SDN", "Format")]
    [InlineData("Lists:0:Name", "sdn", "Name")]
    [InlineData("Lists:0:Name", "OWN", "Name")]
    [InlineData("Lists:0:Urls:0", "http://lists.example.test/un.xml", "https")]
    [InlineData("Lists:0:Urls:0", "ftp://lists.example.test/un.xml", "https")]
    [InlineData("Lists:0:Urls:0", "un.xml", "https")]
    [InlineData("Lists:0:Urls:1", "https://lists.example.test/two.xml", "Urls")]
    [InlineData("Lists:0:IntervalSeconds", "0", "IntervalSeconds")]
    [InlineData("Lists:0:MaxAgeHours", "-1", "MaxAgeHours")]
    [InlineData("Lists:0:MaxFileAgeHours", "24", "MaxFileAgeHours")]
    [InlineData("Lists:1:Format", "UN_XML", "twice")]
    [InlineData("MaxListMegabytes", "0", "MaxListMegabytes")]
    [InlineData("DownloadTimeoutSeconds", "0", "DownloadTimeoutSeconds")]
    public void A_wrong_setting_stops_the_service_with_its_name(string key, string value, string named)
    {
        (string, string)[] good =
            [("Lists:0:Format", "UN_XML"), ("Lists:0:Urls:0", "https://lists.example.test/un.xml")];

        Should.Throw<InvalidOperationException>(
            () => Read([.. good.Where(setting => setting.Item1 != key), (key, value)])).Message.ShouldContain(named);
    }

    [Fact]
    public void Two_lists_of_one_format_do_not_lie_in_one_folder() =>
        Should.Throw<InvalidOperationException>(() => Read(
            ("ListsFolder", "/lists"), ("Lists:0:Format", "PLAIN_CSV"), ("Lists:0:Name", "PEP"),
            ("Lists:1:Format", "PLAIN_CSV"), ("Lists:1:Name", "INTERNAL"))).Message.ShouldContain("one folder");

    [Fact]
    public void Without_lists_of_their_own_places_a_folder_is_required()
    {
        Should.Throw<InvalidOperationException>(() => Read()).Message.ShouldContain("ListsFolder");
        Should.Throw<InvalidOperationException>(() => Read(("Lists:0:Format", "UN_XML")))
            .Message.ShouldContain("ListsFolder");
        Read(("ListsFolder", "/lists")).ListsFolder.ShouldBe("/lists");
    }

    private static ComplianceOptions Read(params (string Key, string Value)[] settings) => ComplianceOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection([
            new("Compliance:MasterKey", Convert.ToBase64String(new byte[32])),
            .. settings.Select(setting =>
                new KeyValuePair<string, string?>($"Compliance:{setting.Key}", setting.Value)),
        ]).Build());
}
