using System.Text.RegularExpressions;

namespace FinCode.Architecture.Tests;

/// <summary>
/// The topic table of services/README.md against the events and against what each service says it reacts to.
/// </summary>
public sealed partial class FlowTableTests
{
    private static readonly IReadOnlyList<TopicRow> Rows = ReadTopicTable();

    [Fact]
    public void The_topic_table_lists_every_event_on_its_topic() => Rows
        .Select(row => (row.Event, row.Topic))
        .ShouldBe(Events.Types.Values.Select(type => (type.Name, Events.TopicOf(type))), ignoreOrder: true);

    [Fact]
    public void The_topic_table_names_those_who_react() => Rows
        .SelectMany(row => row.Consumers.Select(consumer => (row.Event, consumer)))
        .ShouldBe(Reactions(), ignoreOrder: true);

    [Fact]
    public void The_topic_table_names_those_who_publish() => Rows
        .Select(row => (row.Event, row.Producer))
        .ShouldBe(Publications(), ignoreOrder: true);

    [Fact]
    public void The_flow_table_names_only_events_and_folders_that_exist()
    {
        var readme = Repository.Read("services/README.md");
        var flow = readme[readme.IndexOf("## The way of a transfer", StringComparison.Ordinal)..];
        flow = flow[..flow.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var names = Events.Types.Values.Select(type => type.Name).ToHashSet();

        foreach (var row in flow.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1))
        {
            var cells = Cells(row);
            foreach (Match folder in Folder().Matches(cells[2]))
                Directory.Exists(Repository.PathOf($"services/{folder.Value}")).ShouldBeTrue(folder.Value);
            foreach (Match word in EventWord().Matches(cells[3]))
                names.ShouldContain(word.Groups[1].Value);
        }
    }

    private static IReadOnlyList<TopicRow> ReadTopicTable()
    {
        var readme = Repository.Read("services/README.md");
        var table = readme[readme.IndexOf("## Topics", StringComparison.Ordinal)..];
        var rows = table.Split('\n').Where(line => line.StartsWith("| `fincode.", StringComparison.Ordinal));
        return [.. rows.Select(line =>
        {
            var cells = Cells(line);
            var consumers = cells[3].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new TopicRow(cells[0], cells[1], cells[2], [.. consumers.Where(consumer => consumer != "-")]);
        })];
    }

    private static string[] Cells(string row) =>
        [.. row.Trim().Trim('|').Split('|').Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal))];

    private static IEnumerable<(string, string)> Reactions() => ServiceSources()
        .SelectMany(source => Reaction().Matches(source.Text)
            .Select(match => (match.Groups["event"].Value, source.Service))).Distinct();

    private static IEnumerable<(string, string)> Publications()
    {
        var names = Events.Types.Values.Select(type => type.Name).ToHashSet();
        return ServiceSources()
            .SelectMany(source => Construction().Matches(source.Text)
                .Where(match => names.Contains(match.Groups["event"].Value))
                .Select(match => (match.Groups["event"].Value, source.Service)))
            .Distinct();
    }

    private static IEnumerable<(string Service, string Text)> ServiceSources() => Repository.Files(".cs")
        .Where(path => path.StartsWith("services/", StringComparison.Ordinal)
            && !path.StartsWith("services/shared/", StringComparison.Ordinal))
        .Select(path => (path.Split('/')[1], Repository.Read(path)));

    private sealed record TopicRow(string Topic, string Event, string Producer, IReadOnlyList<string> Consumers);

    [GeneratedRegex(@"\.On<(?<event>\w+),\s*\w+>\(\)")]
    private static partial Regex Reaction();

    [GeneratedRegex(@"new (?<event>[A-Z]\w+)\s*\(")]
    private static partial Regex Construction();

    [GeneratedRegex(@"\b[a-z]+/[A-Z]\w+")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\b([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b")]
    private static partial Regex EventWord();
}
