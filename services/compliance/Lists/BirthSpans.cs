using System.Globalization;

namespace FinCode.Compliance.Lists;

/// <summary>Makes spans of what lists say about births. What is no date gives null, and then is no evidence.</summary>
internal static class BirthSpans
{
    /// <summary>What "circa" and "approximately" are taken to allow on either side.</summary>
    private const int CircaYears = 2;

    private const int FirstYear = 1000;
    private const int LastYear = 9000;

    /// <summary>A year, and a month and a day where they are known; 0 and null mean that they are not.</summary>
    public static BirthSpan? Of(int year, int? month, int? day)
    {
        if (year is < FirstYear or > LastYear)
            return null;
        if (month is null or < 1 or > 12)
            return new BirthSpan(new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
        if (day is null or < 1 || day > DateTime.DaysInMonth(year, month.Value))
        {
            var first = new DateOnly(year, month.Value, 1);
            return new BirthSpan(first, first.AddMonths(1).AddDays(-1));
        }
        var date = new DateOnly(year, month.Value, day.Value);
        return new BirthSpan(date, date);
    }

    public static BirthSpan? Years(int from, int to) =>
        from is < FirstYear or > LastYear || to is < FirstYear or > LastYear || to < from
            ? null
            : new BirthSpan(new DateOnly(from, 1, 1), new DateOnly(to, 12, 31));

    public static BirthSpan? Circa(BirthSpan? span) => span is null
        ? null
        : new BirthSpan(span.From.AddYears(-CircaYears), span.To.AddYears(CircaYears));

    /// <summary>"1952-10-07", "1952-10" or "1952".</summary>
    public static BirthSpan? OfIso(string? text)
    {
        var parts = (text ?? "").Trim().Split('-');
        if (parts.Length > 3 || Number(parts[0]) is not { } year)
            return null;
        return Of(year, parts.Length > 1 ? Number(parts[1]) : null, parts.Length > 2 ? Number(parts[2]) : null);
    }

    /// <summary>"07/10/1952"; what is not known is "00", "dd" or "mm" there.</summary>
    public static BirthSpan? OfDayMonthYear(string? text)
    {
        var parts = (text ?? "").Trim().Split('/');
        return parts.Length == 3 && Number(parts[2]) is { } year ? Of(year, Number(parts[1]), Number(parts[0])) : null;
    }

    public static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
