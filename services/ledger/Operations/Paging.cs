using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FinCode.Ledger.Model;
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

    /// <summary>A cursor over positions in the books.</summary>
    public static bool TryPosition(string? cursor, out long before, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        before = long.MaxValue;
        problem = cursor is null
            || (long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before) && before > 0)
            ? null
            : Problems.Invalid("before", "This is not a cursor that a page ended with.");
        return problem is null;
    }

    public static string Cursor(long position) => position.ToString(CultureInfo.InvariantCulture);
}
