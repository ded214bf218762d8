using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FinCode.Architecture.Tests;

/// <summary>The hard ends of the conventions, checked over every C# file.</summary>
public sealed class CodeRulesTests
{
    private const int MaxFileLines = 300;
    private const int MaxMethodLines = 70;
    private const int MaxLineColumns = 120;

    private static readonly string[] BannedSuffixes =
        ["Helper", "Helpers", "Manager", "Util", "Utils", "Utility", "Common", "Data", "Info"];

    /// <summary>MANAGER is also a role of the product.</summary>
    private static readonly string[] AboutTheRoleManager = ["FirstManager", "CreatedManager"];

    private static readonly string[] BannedCalls =
    [
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
        "Thread.Sleep", "Environment.TickCount",
    ];

    private static readonly IReadOnlyList<(string Path, SyntaxTree Tree)> Sources =
        [.. Repository.Files(".cs").Select(file => (file, CSharpSyntaxTree.ParseText(Repository.Read(file))))];

    [Fact]
    public void The_rules_see_the_code() => Sources.Count.ShouldBeGreaterThan(100);

    [Fact]
    public void No_file_is_longer_than_300_lines() => Offenders(source =>
        source.Tree.GetText().Lines.Count > MaxFileLines + 1 ? [$"{source.Tree.GetText().Lines.Count} lines"] : [])
        .ShouldBeEmpty();

    [Fact]
    public void No_line_is_wider_than_120_columns() => Offenders(source => source.Tree.GetText().Lines
        .Where(line => line.End - line.Start > MaxLineColumns)
        .Select(line => $"line {line.LineNumber + 1}")).ShouldBeEmpty();

    [Fact]
    public void No_method_is_longer_than_70_lines() => Offenders(source => source.Tree.GetRoot().DescendantNodes()
        .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
        .Where(node => Lines(node) > MaxMethodLines)
        .Select(node => $"line {LineOf(node)}: {Lines(node)} lines")).ShouldBeEmpty();

    [Fact]
    public void Binary_floating_point_does_not_occur_where_money_is() => Offenders(
        source => source.Tree.GetRoot().DescendantNodes().OfType<PredefinedTypeSyntax>()
            .Where(type => type.Keyword.Kind() is SyntaxKind.DoubleKeyword or SyntaxKind.FloatKeyword)
            .Select(type => $"line {LineOf(type)}"),
        path => path.StartsWith("services/", StringComparison.Ordinal)
            && !path.StartsWith("services/shared/FinCode.Messaging/", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Types_are_named_for_what_they_are() => Offenders(source => source.Tree.GetRoot().DescendantNodes()
        .OfType<BaseTypeDeclarationSyntax>()
        .Where(type => !AboutTheRoleManager.Contains(type.Identifier.Text))
        .Where(type => BannedSuffixes.Any(suffix => type.Identifier.Text.EndsWith(suffix, StringComparison.Ordinal)))
        .Select(type => type.Identifier.Text)).ShouldBeEmpty();

    [Fact]
    public void Time_comes_from_a_TimeProvider_and_ids_are_of_version_7() => Offenders(source => source.Tree.GetRoot()
        .DescendantNodes().OfType<MemberAccessExpressionSyntax>()
        .Where(access => BannedCalls.Contains(access.ToString()))
        .Select(access => $"line {LineOf(access)}: {access}")).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later_in_comments() => Offenders(source => source.Tree.GetRoot().DescendantTrivia()
        .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia)
        .Where(trivia => Marks.Any(mark => trivia.ToString().Contains(mark, StringComparison.Ordinal)))
        .Select(trivia => trivia.ToString())).ShouldBeEmpty();

    [Fact]
    public void No_method_is_async_void() => Offenders(source => source.Tree.GetRoot().DescendantNodes()
        .OfType<MethodDeclarationSyntax>()
        .Where(method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() == "void")
        .Select(method => method.Identifier.Text)).ShouldBeEmpty();

    [Fact]
    public void Program_files_are_short() => Offenders(
        source => Lines(source.Tree.GetRoot()) > 40 ? ["longer than 40 lines"] : [],
        path => path.EndsWith("/Program.cs", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void A_service_references_no_other_service()
    {
        var services = Repository.Files(".csproj")
            .Where(path => path.StartsWith("services/", StringComparison.Ordinal)
                && !path.StartsWith("services/shared/", StringComparison.Ordinal));
        var allowed = new[] { "../../FinCode.ServiceDefaults/", "../shared/" };
        foreach (var service in services)
        {
            var references = System.Xml.Linq.XDocument.Parse(Repository.Read(service))
                .Descendants("ProjectReference").Select(element => (string)element.Attribute("Include")!);
            references.ShouldAllBe(reference =>
                allowed.Any(prefix => reference.StartsWith(prefix, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_model_knows_no_HTTP_no_EF_and_no_Kafka() => Offenders(
        source => source.Tree.GetCompilationUnitRoot().Usings.Select(directive => directive.Name!.ToString())
            .Where(name => ModelBans.Any(ban => name.StartsWith(ban, StringComparison.Ordinal))),
        path => path.Contains("/Model/", StringComparison.Ordinal)).ShouldBeEmpty();

    private static readonly string[] ModelBans =
        ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Npgsql", "Confluent", "System.Net.Http"];

    private static readonly string[] Marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:"];

    private static IEnumerable<string> Offenders(
        Func<(string Path, SyntaxTree Tree), IEnumerable<string>> find, Func<string, bool>? among = null) =>
        [.. Sources.Where(source => among is null || among(source.Path))
            .SelectMany(source => find(source).Select(problem => $"{source.Path}: {problem}"))];

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
