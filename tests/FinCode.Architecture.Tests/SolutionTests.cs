using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FinCode.Architecture.Tests;

public sealed partial class SolutionTests
{
    private const string AppHost = "FinCode.AppHost/FinCode.AppHost.csproj";

    private static readonly IReadOnlyList<string> Projects = Repository.Files(".csproj");

    [Fact]
    public void The_solution_holds_every_project_and_builds_it_in_both_configurations()
    {
        var solution = Repository.Read("FinCode.sln");
        var entries = ProjectLine().Matches(solution)
            .ToDictionary(match => match.Groups["path"].Value.Replace('\\', '/'), match => match.Groups["id"].Value);

        entries.Keys.ShouldBe(Projects, ignoreOrder: true);
        foreach (var id in entries.Values)
        {
            solution.ShouldContain($"{id}.Debug|Any CPU.Build.0 = Debug|Any CPU");
            solution.ShouldContain($"{id}.Release|Any CPU.Build.0 = Release|Any CPU");
        }
    }

    [Fact]
    public void The_portable_filter_holds_all_but_the_AppHost()
    {
        using var filter = JsonDocument.Parse(Repository.Read("FinCode.Portable.slnf"));
        var projects = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray()
            .Select(element => element.GetString()!.Replace('\\', '/'));

        projects.ShouldBe(Projects.Where(path => path != AppHost), ignoreOrder: true);
    }

    [Fact]
    public void The_AppHost_names_one_version_of_Aspire()
    {
        var project = XDocument.Parse(Repository.Read(AppHost));
        var version = project.Descendants("AspireVersion").Single().Value;

        ((string)project.Root!.Attribute("Sdk")!).ShouldBe($"Aspire.AppHost.Sdk/{version}");
        project.Descendants("PackageReference").Select(element => (string)element.Attribute("Version")!)
            .ShouldAllBe(value => value == "$(AspireVersion)");
    }

    [Fact]
    public void No_project_but_the_AppHost_names_a_package_version()
    {
        foreach (var path in Projects.Where(path => path != AppHost))
            XDocument.Parse(Repository.Read(path)).Descendants("PackageReference")
                .ShouldAllBe(element => element.Attribute("Version") == null, path);
    }

    [Fact]
    public void Documents_link_only_to_files_that_exist()
    {
        var broken = Repository.Files(".md").SelectMany(file => Link().Matches(Repository.Read(file))
            .Select(match => match.Groups["target"].Value.Split('#')[0])
            .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Where(target => !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)))
            .Select(target => $"{file}: {target}"));

        broken.ShouldBeEmpty();
    }

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+)", "(?<id>[^"]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();

    [GeneratedRegex("""\]\((?<target>[^)\s]+)\)""")]
    private static partial Regex Link();
}
