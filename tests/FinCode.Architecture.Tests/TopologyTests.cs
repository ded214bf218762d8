using System.Text.RegularExpressions;
using FinCode.Architecture.Tests.Charts;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using YamlDotNet.RepresentationModel;

namespace FinCode.Architecture.Tests;

/// <summary>Three ways to run, one topology.</summary>
public sealed partial class TopologyTests
{
    private static readonly IEnumerable<string> Expected = Topology.Nodes.Select(node => node.ToString());

    [Fact]
    public void The_AppHost_draws_the_topology()
    {
        var drawing = CSharpSyntaxTree.ParseText(Repository.Read("FinCode.AppHost/AppHost.cs")).GetRoot();
        var nodes = drawing.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => NameOf(call) == "AddService")
            .Select(NodeOf);

        nodes.Select(node => node.ToString()).ShouldBe(Expected, ignoreOrder: true);
    }

    [Fact]
    public async Task The_chart_renders_the_topology()
    {
        var manifests = await Helm.RenderAsync("--set", "services.sandbox.enabled=true");
        var nodes = manifests.Where(manifest => Text(manifest, "kind") == "Deployment").Select(NodeOf);

        nodes.Select(node => node.ToString()).ShouldBe(Expected, ignoreOrder: true);
    }

    [Fact]
    public async Task The_chart_migrates_each_database_before_its_service_starts()
    {
        var manifests = await Helm.RenderAsync();
        var jobs = manifests.Where(manifest => Text(manifest, "kind") == "Job")
            .Select(job => Text(job, "metadata", "name"));

        jobs.ShouldBe(Topology.Nodes.Where(node => node.Database).Select(node => $"fincode-{node.Noun}-migrations"),
            ignoreOrder: true);
    }

    [Fact]
    public void The_standalone_host_runs_every_service()
    {
        var source = Repository.Read("FinCode.Standalone/Hosting/PlatformServices.cs");
        var services = ServiceOf().Matches(source).Select(match => match.Groups["name"].Value.ToLowerInvariant());

        services.ShouldBe(Topology.Nodes.Select(node => node.Noun), ignoreOrder: true);
    }

    [Fact]
    public void A_service_has_migrations_and_reactions_where_it_has_a_database_and_Kafka()
    {
        foreach (var node in Topology.Nodes)
        {
            var folder = node.Noun == "gateway" ? "gateway" : $"services/{node.Noun}";
            var setup = Repository.Read($"{folder}/Setup.cs");
            Regex.IsMatch(setup, @"\bMigrations\s*=").ShouldBe(node.Database, folder);
            setup.Contains("AddMessaging(", StringComparison.Ordinal).ShouldBe(node.Kafka, folder);
        }
    }

    /// <summary>
    /// The chain of With... and Calls that follows an AddService in the drawing; of two that ask each other one calls
    /// the other in a line of its own.
    /// </summary>
    private static Node NodeOf(InvocationExpressionSyntax addService)
    {
        var noun = ((LiteralExpressionSyntax)addService.ArgumentList.Arguments[0].Expression).Token.ValueText;
        var chain = addService.Ancestors()
            .TakeWhile(node => node is MemberAccessExpressionSyntax or InvocationExpressionSyntax)
            .OfType<InvocationExpressionSyntax>().ToDictionary(NameOf);
        var later = addService.SyntaxTree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(one => one.Expression.ToString() == $"{noun}.Calls");
        var calls = chain.Where(one => one.Key == "Calls").Select(one => one.Value).Concat(later)
            .SelectMany(one => one.ArgumentList.Arguments.Select(argument => argument.ToString())).ToArray();
        return new Node(noun, chain.ContainsKey("WithDatabase"), chain.ContainsKey("WithKafka"),
            chain.ContainsKey("WithRedis"), calls);
    }

    private static string NameOf(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax access ? access.Name.Identifier.Text : "";

    private static Node NodeOf(YamlMappingNode deployment)
    {
        var container = (YamlMappingNode)At(deployment, "spec", "template", "spec", "containers")[0];
        var noun = container["name"].ToString();
        var variables = ((YamlSequenceNode)container["env"]).Select(entry => entry["name"].ToString()).ToArray();
        var calls = variables.Where(name => name.StartsWith("services__", StringComparison.Ordinal))
            .Select(name => name.Split("__")[1]).ToArray();
        return new Node(noun, variables.Contains($"ConnectionStrings__{noun}"),
            variables.Contains("ConnectionStrings__kafka"), variables.Contains("ConnectionStrings__redis"), calls);
    }

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (inner, key) => inner[key]);

    private static string Text(YamlNode node, params string[] path) => At(node, path).ToString();

    [GeneratedRegex(@"(?<name>\w+)App\.Service\b")]
    private static partial Regex ServiceOf();
}
