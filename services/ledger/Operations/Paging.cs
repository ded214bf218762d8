using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations;

/// <summary>Limits and cursors of lists. A cursor is the last item's place, and means nothing to callers.</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public static bool TryLimit(int? asked, out int limit, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        limit = asked ?? DefaultLimit;
        problem = limit is >= 1 and <= MaxLimit
            ? null
            : Problems.Invalid("limit", $"A page has 1 to {MaxLimit} items.");
        return problem is null;
    }

    /// <summary>A cursor over accounts: "code/currency".</summary>
    public static bool TryAccount(
        string? cursor, out AccountName? after, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        after = null;
        problem = null;
        if (cursor is null)
            return true;
        var slash = cursor.LastIndexOf('/');
        if (slash > 0 && Currency.Find(cursor[(slash + 1)..]) is { } currency)
            after = new AccountName(cursor[..slash], currency);
        else
            problem = Problems.Invalid("after", "This is not a cursor that a page ended with.");
        return problem is null;
    }

    public static string Cursor(AccountName account) => $"{account.Code}/{account.Currency.Code}";

    /// <summary>A cursor over an account's history: "position.leg".</summary>
    public static bool TryPlace(
        string? cursor, out HistoryPlace before, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        before = HistoryPlace.End;
        problem = null;
        if (cursor is null)
            return true;
        var parts = cursor.Split('.');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var leg))
            before = new HistoryPlace(position, leg);
        else
            problem = Problems.Invalid("before", "This is not a cursor that a page ended with.");
        return problem is null;
    }

    public static string Cursor(HistoryPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.Position}.{place.Leg}");
}
