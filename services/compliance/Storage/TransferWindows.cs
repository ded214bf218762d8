using System.Globalization;
using System.Text;
using FinCode.Compliance.Rules;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>
/// Works figures of the history out in the database: one statement for all figures that a tenant's rules need, and for
/// any number of transfers, so that a screening and a backtest ask the same.
/// </summary>
internal static class TransferWindows
{
    /// <summary>Above this an amount is no <see cref="Money"/> any more.</summary>
    private const decimal MaxMinorUnits = 999_999_999_999_999_999m;

    private const int ColumnsBeforeFigures = 5;

    /// <summary>That one statement works out of each of its transfers.</summary>
    private const int MaxFigures = 100;

    private static readonly Dictionary<string, Figure> Nothing = [];

    /// <summary>
    /// The figures of each transfer by their names, at least those that it needs. A transfer that is not remembered has
    /// none.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TransactionId, IReadOnlyDictionary<string, Figure>>> ReadAsync(
        DbSession session, IEnumerable<(TransactionId Id, IReadOnlyCollection<WindowRequest> Windows)> transfers,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<TransactionId, IReadOnlyDictionary<string, Figure>>();
        var (together, windows) = (new List<TransactionId>(), new HashSet<WindowRequest>());
        foreach (var (id, needed) in transfers)
        {
            // Transfers of one currency mostly need the same; those that do not go by statements of their own.
            if (together.Count > 0 && windows.Union(needed).Count() > MaxFigures)
                await ReadTogetherAsync();
            together.Add(id);
            windows.UnionWith(needed);
        }
        await ReadTogetherAsync();
        return found;

        async Task ReadTogetherAsync()
        {
            await ReadAsync(session, together, windows, found, cancellationToken);
            together.Clear();
            windows.Clear();
        }
    }

    private static async Task ReadAsync(DbSession session, List<TransactionId> transfers,
        HashSet<WindowRequest> windows,
        Dictionary<TransactionId, IReadOnlyDictionary<string, Figure>> found, CancellationToken cancellationToken)
    {
        if (windows.Count == 0)
        {
            foreach (var id in transfers)
                found[id] = Nothing;
            return;
        }
        WindowRequest[] ordered = [.. windows.OrderBy(window => window.Name, StringComparer.Ordinal)];
        await using var read = session.Command(
            Sql(ordered), session.Tenant.Value, transfers.Select(id => id.Value).ToArray());
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            var figures = new Dictionary<string, Figure>(StringComparer.Ordinal);
            var column = ColumnsBeforeFigures;
            foreach (var window in ordered)
                figures[window.Name] = Read(rows, window, ref column);
            found[new TransactionId(rows.GetGuid(0))] = figures;
        }
    }

    /// <summary>
    /// The same for one transfer, in at most that time: figures that take longer are not known, and the session goes
    /// on.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, Figure>> TryReadAsync(DbSession session,
        TransactionId transfer, IReadOnlyCollection<WindowRequest> windows, TimeSpan atMost,
        CancellationToken cancellationToken)
    {
        const string savepoint = "windows";
        if (windows.Count == 0)
            return Nothing;
        await session.Transaction.SaveAsync(savepoint, cancellationToken);
        try
        {
            await SetTimeoutAsync(session, ((long)atMost.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
                cancellationToken);
            var found = await ReadAsync(session, [(transfer, windows)], cancellationToken);
            await SetTimeoutAsync(session, "0", cancellationToken);
            await session.Transaction.ReleaseAsync(savepoint, cancellationToken);
            return found[transfer];
        }
        catch (PostgresException slow) when (slow.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            await session.Transaction.RollbackAsync(savepoint, cancellationToken);
            return windows.Distinct().ToDictionary(window => window.Name,
                window => Figure.NotKnown($"{window.Name} could not be worked out in time"), StringComparer.Ordinal);
        }
    }

    private static async Task SetTimeoutAsync(DbSession session, string value, CancellationToken cancellationToken)
    {
        await using var set = session.Command("select set_config('statement_timeout', $1, true)", value);
        await set.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Figure Read(NpgsqlDataReader row, WindowRequest window, ref int column)
    {
        var at = column;
        column += window.Measure == WindowMeasure.Sum ? 2 : 1;
        if ((window.Key == WindowKey.Device && row.GetBoolean(3))
            || (window.Key == WindowKey.Phone && row.GetBoolean(4)))
            return Figure.NotKnown($"the {WindowRequest.Word(window.Key)} is not known");
        switch (window.Measure)
        {
            case WindowMeasure.Sum:
                var currency = row.GetString(InReceiveCurrency(window) ? 2 : 1);
                if (row.GetInt64(at + 1) > 0)
                    return Figure.NotKnown($"{window.Name} holds amounts in other currencies than {currency}");
                var sum = row.GetDecimal(at);
                return sum <= MaxMinorUnits
                    ? new Figure(Sum: Money.Of((long)sum, currency))
                    : Figure.NotKnown($"{window.Name} is too large");
            case WindowMeasure.Previous or WindowMeasure.First:
                return row.IsDBNull(at)
                    ? Figure.NotKnown($"there is no {window.Name}")
                    : new Figure(At: new DateTimeOffset(row.GetDateTime(at)));
            default:
                return new Figure(Count: row.GetInt64(at));
        }
    }

    /// <summary>
    /// What a sender got earlier is compared with what he sends now, so it is summed in that currency.
    /// </summary>
    private static bool InReceiveCurrency(WindowRequest window) =>
        window.Field == WindowField.ReceiveAmount && window.Key != WindowKey.Incoming;

    /// <summary>
    /// $1 is the tenant, $2 the transfers. Each key's history is read once, as far back as its longest window reaches.
    /// </summary>
    private static string Sql(WindowRequest[] windows)
    {
        var columns = new StringBuilder();
        var joins = new StringBuilder();
        foreach (var group in windows.Where(window => window.IsOverWindow).GroupBy(window => window.Key))
        {
            var hours = group.Max(window => window.Hours);
            joins.Append("\ncross join lateral (select ")
                .AppendJoin(", ", group.SelectMany(window => Aggregates(window, Array.IndexOf(windows, window))))
                .Append(" from funded_transfers h where ").Append(Matches(group.Key))
                .Append(" and h.funded_at <= t.funded_at and h.funded_at > ").Append(Start(hours))
                .Append(") ").Append(WindowRequest.Word(group.Key)).Append("_windows");
        }
        for (var i = 0; i < windows.Length; i++)
        {
            var window = windows[i];
            columns.Append(", ").Append(Column(i));
            if (window.Measure == WindowMeasure.Sum)
                columns.Append(", ").Append(Column(i)).Append("_other");
            if (!window.IsOverWindow)
                joins.Append(LookedUp(window, Column(i)));
        }
        return "select t.transaction_id, t.send_currency, t.receive_currency, t.device_key is null, "
            + $"t.phone_key is null{columns} from funded_transfers t{joins} "
            + "where t.tenant_id = $1 and t.transaction_id = any($2)";
    }

    private static IEnumerable<string> Aggregates(WindowRequest window, int index)
    {
        var within = $"h.funded_at > {Start(window.Hours)}{Only(window)}";
        switch (window.Measure)
        {
            case WindowMeasure.Count:
                yield return $"count(*) filter (where {within}) as {Column(index)}";
                break;
            case WindowMeasure.Distinct:
                var field = FieldColumn(window.Field);
                yield return $"count(distinct h.{field}) filter (where {within}) as {Column(index)}";
                break;
            default:
                var side = window.Field == WindowField.SendAmount ? "send" : "receive";
                var same = $"h.{side}_currency = t.{(InReceiveCurrency(window) ? "receive" : "send")}_currency";
                yield return $"coalesce(sum(h.{side}_minor) filter (where {within} and {same}), 0) as {Column(index)}";
                yield return $"count(*) filter (where {within} and not {same}) as {Column(index)}_other";
                break;
        }
    }

    private static string Only(WindowRequest window)
    {
        if (window.Only is not { } only)
            return "";
        var side = window.Key == WindowKey.Incoming ? "receive" : "send";
        var test = only.Test switch
        {
            AmountTest.RoundTo => $"h.{side}_minor % {Number(only.First)} = 0",
            AmountTest.AtLeast => $"h.{side}_minor >= {Number(only.First)}",
            _ => $"h.{side}_minor >= {Number(only.First)} and h.{side}_minor < {Number(only.Second!.Value)}",
        };
        return $" and h.{side}_currency = '{only.First.Currency.Code}' and {test}";
    }

    private static string Number(Money amount) => amount.MinorUnits.ToString(CultureInfo.InvariantCulture);

    /// <summary>Two transfers funded in the same instant each have the other before them.</summary>
    private static string LookedUp(WindowRequest window, string column)
    {
        if (window.Measure == WindowMeasure.Count)
        {
            return $"\ncross join lateral (select count(*) as {column} from (select 1 from funded_transfers h "
                + $"where {Matches(window.Key)} and h.funded_at <= t.funded_at "
                + string.Create(CultureInfo.InvariantCulture, $"limit {WindowRequest.MostCounted}) {column}_counted")
                + $") {column}_row";
        }
        var order = window.Measure == WindowMeasure.Previous ? "desc" : "asc";
        var others = window.Measure == WindowMeasure.Previous ? " and h.transaction_id <> t.transaction_id" : "";
        return $"\nleft join lateral (select h.funded_at as {column} from funded_transfers h "
            + $"where {Matches(window.Key)} and h.funded_at <= {Start(window.Hours)}{others} "
            + $"order by h.funded_at {order} limit 1) {column}_row on true";
    }

    private static string Matches(WindowKey key) => "h.tenant_id = t.tenant_id and " + key switch
    {
        WindowKey.Sender => "h.sender_key = t.sender_key",
        WindowKey.Beneficiary => "h.beneficiary_key = t.beneficiary_key",
        WindowKey.Pair => "h.sender_key = t.sender_key and h.beneficiary_key = t.beneficiary_key",
        WindowKey.Device => "h.device_key = t.device_key",
        WindowKey.Phone => "h.phone_key = t.phone_key",
        WindowKey.Corridor => "h.corridor = t.corridor",
        WindowKey.Incoming => "h.beneficiary_name_key = t.sender_name_key",
        _ => throw new InvalidOperationException($"No history is kept by {key}."),
    };

    private static string FieldColumn(WindowField field) => field switch
    {
        WindowField.Sender => "sender_key",
        WindowField.Beneficiary => "beneficiary_key",
        WindowField.Device => "device_key",
        WindowField.Phone => "phone_key",
        WindowField.Corridor => "corridor",
        WindowField.SendCountry => "send_country",
        WindowField.ReceiveCountry => "receive_country",
        WindowField.SendCurrency => "send_currency",
        WindowField.PayoutMethod => "payout_method",
        _ => throw new InvalidOperationException($"{field} is not told apart."),
    };

    /// <summary>In hours: days of an interval are as long as the session's time zone makes them.</summary>
    private static string Start(int hours) =>
        string.Create(CultureInfo.InvariantCulture, $"t.funded_at - interval '{hours} hours'");

    private static string Column(int index) => string.Create(CultureInfo.InvariantCulture, $"f{index}");
}
