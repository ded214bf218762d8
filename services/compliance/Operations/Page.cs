using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>A page of a list as callers ask for it: how many, and after which one.</summary>
internal static class Page
{
    public const int DefaultSize = 50;
    public const int MaxSize = 100;

    public static int Size(Validation validation, int? limit)
    {
        var size = limit ?? DefaultSize;
        validation.Check(size is > 0 and <= MaxSize, "limit", $"From 1 to {MaxSize}.");
        return size;
    }

    /// <param name="edge">The id of the last one of an earlier page; null for the first page.</param>
    public static Guid? Edge<TKind>(Validation validation, string? edge, string parameter) where TKind : IEntityKind
    {
        Guid? id = Id<TKind>.TryParse(edge, null, out var last) ? last.Value : null;
        validation.Check(edge is null || id is not null, parameter, "The value of next in an earlier page.");
        return id;
    }
}
