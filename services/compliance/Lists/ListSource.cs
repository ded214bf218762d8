using System.Globalization;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>Where a list comes from, and how old it may become.</summary>
/// <param name="Name">The list's short name; entries, evidence and routes carry it.</param>
/// <param name="Urls">One for each part of the format, in its order; empty when the list lies in the folder.</param>
/// <param name="Folder">Where its files lie, at any depth, unless they are downloaded.</param>
/// <param name="IntervalSeconds">How often the publisher's server is asked.</param>
/// <param name="MaxAgeHours">Found good longer ago than this, nothing is screened.</param>
/// <param name="RefusedLossPercent">
/// From which loss on a new edition is refused; raised for as long as a publisher really takes so much out.
/// </param>
/// <param name="IsRequired">Without an edition of it, nothing is screened.</param>
/// <param name="MaxFileAgeHours">
/// Of a list in a folder: where the newest of its files was written longer ago, it is not found good. Null: files may
/// be of any age.
/// </param>
internal sealed partial record ListSource(
    string Name, ListFormat Format, IReadOnlyList<Uri> Urls, string? Folder, int IntervalSeconds, int MaxAgeHours,
    int RefusedLossPercent, bool IsRequired, int? MaxFileAgeHours = null)
{
    public const int DefaultIntervalSeconds = 3_600;

    /// <summary>The section <c>Compliance:Lists</c>; empty when there is none.</summary>
    /// <exception cref="InvalidOperationException">Names the setting that is wrong.</exception>
    public static IReadOnlyList<ListSource> ReadAll(IConfiguration configuration, int maxAgeHours)
    {
        var sources = configuration.GetSection("Compliance:Lists").GetChildren()
            .Select(one => Read(one, maxAgeHours)).ToArray();
        if (sources.CountBy(source => source.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new InvalidOperationException($"The setting Compliance:Lists names {twice} twice.");
        if (sources.Where(source => source.Urls.Count == 0).CountBy(source => (source.Format.Name, source.Folder))
            .FirstOrDefault(place => place.Value > 1).Key is { Name: { } shared })
        {
            throw new InvalidOperationException(
                $"The setting Compliance:Lists has two lists in the format {shared} in one folder.");
        }
        return sources;
    }

    private static ListSource Read(IConfigurationSection section, int maxAgeHours)
    {
        var format = ListFormat.Find(section["Format"] ?? "") ?? throw Wrong(section, "Format",
            $"one of {string.Join(", ", ListFormat.All.Select(one => one.Name))}");
        var name = section["Name"] ?? format.List;
        if (!NamePattern().IsMatch(name) || name == OwnList.Name)
            throw Wrong(section, "Name", "2 to 40 capitals, digits and underscores");
        var urls = section.GetSection("Urls").GetChildren().Select(one => UrlOf(one)).ToArray();
        if (urls.Length != 0 && urls.Length != format.Parts.Count)
            throw Wrong(section, "Urls", $"one for each of {string.Join(", ", format.Parts)}");
        int? fileAge = section["MaxFileAgeHours"] is null ? null : Positive(section, "MaxFileAgeHours", 0);
        if (fileAge is not null && urls.Length != 0)
            throw Wrong(section, "MaxFileAgeHours", "left out for a list with URLs");
        return new ListSource(name, format, urls, section["Folder"],
            Positive(section, "IntervalSeconds", DefaultIntervalSeconds),
            Positive(section, "MaxAgeHours", maxAgeHours),
            Positive(section, "RefusedLossPercent", ListGates.RefusedLossPercent), section.GetValue("Required", true),
            fileAge);
    }

    /// <summary>Lists decide over other people's money: only what cannot be rewritten on the way is read.</summary>
    private static Uri UrlOf(IConfigurationSection section) =>
        Uri.TryCreate(section.Value, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : throw new InvalidOperationException($"The setting {section.Path} has to be an https URL.");

    private static int Positive(IConfigurationSection section, string key, int otherwise) =>
        section[key] is not { } text
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
                ? value
                : throw Wrong(section, key, "a positive number");

    private static InvalidOperationException Wrong(IConfigurationSection section, string key, string what) =>
        new($"The setting {section.Path}:{key} has to be {what}.");

    [GeneratedRegex("^[A-Z][A-Z0-9_]{1,39}$")]
    private static partial Regex NamePattern();
}
