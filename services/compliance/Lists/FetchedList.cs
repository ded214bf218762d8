namespace FinCode.Compliance.Lists;

/// <summary>A file of a list, with what its server said about it.</summary>
internal sealed record FetchedPart(byte[] Content, string? ETag = null, DateTimeOffset? LastModified = null);

/// <summary>What looking for a list gave: its files, that nothing changed, or why there is nothing.</summary>
/// <param name="Parts">By the names of the format; null when unchanged or when there is a problem.</param>
/// <param name="Problem">Holds no list data.</param>
internal sealed record FetchedList(IReadOnlyDictionary<string, FetchedPart>? Parts, string? Problem)
{
    public static FetchedList Unchanged { get; } = new(null, null);

    public static FetchedList Failed(string problem) => new(null, problem);

    public static FetchedList Of(IReadOnlyDictionary<string, FetchedPart> parts) => new(parts, null);
}
