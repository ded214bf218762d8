using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>
/// The travel rule as data: FATF Recommendation 16 with its interpretive note, and how countries made it law. A line
/// that names both ends stands alone for its corridors. For any other corridor the line of the sending country counts,
/// or the one that names no country, and besides it that of the receiving country, whose institution has to see that
/// nothing is missing.
/// </summary>
internal sealed record TravelRuleBook(IReadOnlyList<TravelRule> Lines)
{
    public const int MaxLines = 200;
    public const int MaxCountries = 250;
    public const int MaxDetails = 20;
    public const int MaxSourceLength = 500;

    /// <summary>Countries of one end times those of the other, of all lines together.</summary>
    public const int MaxCorridors = 10_000;

    /// <summary>What counts while a tenant never said otherwise. Data, with its sources: travel-rules.json.</summary>
    public static TravelRuleBook Shipped { get; } = Read();

    /// <summary>The lines that count for this corridor; one or two.</summary>
    public IReadOnlyList<TravelRule> Of(string sendCountry, string receiveCountry)
    {
        var own = Lines.FirstOrDefault(line =>
            line.SendCountries.Contains(sendCountry) && line.ReceiveCountries.Contains(receiveCountry));
        if (own is not null)
            return [own];
        var sending = Lines.FirstOrDefault(line =>
                line.SendCountries.Contains(sendCountry) && line.ReceiveCountries.Count == 0)
            ?? Lines.Single(line => line.SendCountries.Count == 0 && line.ReceiveCountries.Count == 0);
        var receiving = Lines.FirstOrDefault(line =>
            line.SendCountries.Count == 0 && line.ReceiveCountries.Contains(receiveCountry));
        return receiving is null ? [sending] : [sending, receiving];
    }

    /// <summary>What is needed for this corridor and amount, each once.</summary>
    public IReadOnlyList<DetailNeeded> Needed(
        string sendCountry, string receiveCountry, Money sent, Money received)
    {
        var needed = new List<DetailNeeded>();
        foreach (var detail in Of(sendCountry, receiveCountry).Where(line => line.AppliesTo(sent, received))
                     .SelectMany(line => line.Details))
        {
            if (!needed.Any(detail.IsTheSameAs))
                needed.Add(detail);
        }
        return needed;
    }

    /// <summary>Those of the details that the parties do not have yet.</summary>
    public static IReadOnlyList<DetailNeeded> Missing(IReadOnlyList<DetailNeeded> needed,
        (PartyRecord Record, string? Reference) sender, (PartyRecord Record, string? Reference) beneficiary) =>
    [
        .. needed.Where(one =>
        {
            var (record, reference) = one.Party == PartyRole.Sender ? sender : beneficiary;
            return !one.AnyOf.Any(detail => TravelDetails.Has(record, reference, detail));
        }),
    ];

    /// <summary>JSON pointers into the book, each with a sentence; none when it can be used.</summary>
    public IEnumerable<(string Pointer, string Detail)> WhatIsWrong()
    {
        if (Lines is not { Count: > 0 and <= MaxLines })
        {
            yield return ("/lines", $"1 to {MaxLines} lines.");
            yield break;
        }
        for (var i = 0; i < Lines.Count; i++)
        {
            if (WhatIsWrong(Lines[i]) is { } wrong)
                yield return ($"/lines/{i}{wrong.Pointer}", wrong.Detail);
        }
        if (Lines.Any(line => line is null || WhatIsWrong(line) is not null))
            yield break;
        if (Lines.Count(line => line.SendCountries.Count == 0 && line.ReceiveCountries.Count == 0) != 1)
            yield return ("/lines", "One line, and one only, names no country: it is for all that no other line has.");
        if (Lines.Sum(CorridorsOf) > MaxCorridors)
            yield return ("/lines", $"At most {MaxCorridors} pairs of countries.");
        else if (Lines.SelectMany(Ends).GroupBy(ends => ends).FirstOrDefault(ends => ends.Count() > 1) is { } twice)
            yield return ("/lines", $"Two lines are for {twice.Key}.");
    }

    private static (string Pointer, string Detail)? WhatIsWrong(TravelRule? line)
    {
        if (line is null)
            return ("", "Something is missing here.");
        if (line.SendCountries is not { Count: <= MaxCountries } || !line.SendCountries.All(IsCountry))
            return ("/sendCountries", "A list of ISO 3166-1 alpha-2 codes; an empty one for any.");
        if (line.ReceiveCountries is not { Count: <= MaxCountries } || !line.ReceiveCountries.All(IsCountry))
            return ("/receiveCountries", "A list of ISO 3166-1 alpha-2 codes; an empty one for any.");
        if (line.Threshold is { IsPositive: false })
            return ("/threshold", "An amount greater than zero, or none.");
        if (line.Source?.Length > MaxSourceLength)
            return ("/source", $"At most {MaxSourceLength} characters.");
        if (line.Details is not { Count: <= MaxDetails })
            return ("/details", $"A list of at most {MaxDetails} details.");
        var unknown = line.Details.ToList().FindIndex(one =>
            one?.AnyOf is not { Count: > 0 and <= MaxDetails } || !one.AnyOf.All(TravelDetails.IsKnown));
        return unknown < 0 ? null : ($"/details/{unknown}/anyOf",
            $"Any of {string.Join(", ", TravelDetails.All)}, or several with \" and \" between them.");
    }

    private static bool IsCountry(string? code) => code is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    private static int CorridorsOf(TravelRule line) =>
        Math.Max(1, line.SendCountries.Count) * Math.Max(1, line.ReceiveCountries.Count);

    private static IEnumerable<string> Ends(TravelRule line) =>
        from send in line.SendCountries.DefaultIfEmpty("*")
        from receive in line.ReceiveCountries.DefaultIfEmpty("*")
        select $"{send}-{receive}";

    private static TravelRuleBook Read()
    {
        using var file = typeof(TravelRuleBook).Assembly
            .GetManifestResourceStream("FinCode.Transactions.Model.travel-rules.json")!;
        return JsonSerializer.Deserialize<TravelRuleBook>(file, ContractJson.Options)!;
    }
}
