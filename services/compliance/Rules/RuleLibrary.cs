using System.Reflection;

namespace FinCode.Compliance.Rules;

/// <summary>A rule that comes with the service, for tenants to take and change.</summary>
/// <param name="Key">The file's name: <c>structuring</c>.</param>
public sealed record LibraryRule(string Key, string Name, string Text);

/// <summary>
/// The texts in Rules/Library. None is in force anywhere until a tenant's two people have made it so.
/// </summary>
internal static class RuleLibrary
{
    private const string Folder = ".Rules.Library.";
    private const string Ending = ".rule";

    public static IReadOnlyList<LibraryRule> All { get; } = Read();

    private static LibraryRule[] Read()
    {
        var assembly = typeof(RuleLibrary).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal)
                && name.EndsWith(Ending, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(name => Read(assembly, name))];
    }

    private static LibraryRule Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var text = reader.ReadToEnd();
        var key = resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..^Ending.Length];
        var (rule, errors) = Language.CompiledRule.Compile(text);
        return rule is null
            ? throw new InvalidOperationException($"The shipped rule {key} is wrong at {errors[0]}")
            : new LibraryRule(key, rule.Name, text);
    }
}
