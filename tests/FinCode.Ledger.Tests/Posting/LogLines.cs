using System.Globalization;
using System.Text;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>A record as it stands in the tables, with the line that docs/ledger-log.md makes of it.</summary>
internal sealed record LogLine(
    long Position, string What, string Line, byte[] LeafHash, byte[] ChainHash, DateTimeOffset BookedAt);

/// <summary>
/// Writes the lines of a book from its rows, by the page and not by the service's code: entries from their columns and
/// legs; events, which the tables hold as their line, as they are.
/// </summary>
internal static class LogLines
{
    public static async Task<IReadOnlyList<LogLine>> ReadAsync(LedgerFixture ledger, TenantId tenant)
    {
        var legs = (await ledger.QueryAsync($"""
            select l.entry_position, a.code, l.currency, l.side, l.amount, l.previous_balance, l.new_balance,
                l.new_available
            from legs l join accounts a on a.id = l.account_id where l.tenant_id = '{tenant.Value}'
            order by l.entry_position, l.number
            """, reader => (Position: reader.GetInt64(0), Line: Leg(reader))))
            .GroupBy(leg => leg.Position)
            .ToDictionary(group => group.Key, group => string.Join(',', group.Select(leg => leg.Line)));
        var entries = await ledger.QueryAsync($"""
            select position, id, key, content_hash, transaction_id, step, number, kind, resolves, reverses, value_date,
                expires_at, booked_at, booked_by, approved_by, reference, description, metadata, leaf_hash, chain_hash
            from entries where tenant_id = '{tenant.Value}'
            """, reader => Entry(reader, tenant, legs.GetValueOrDefault(reader.GetInt64(0), "")));
        var events = await ledger.QueryAsync($"""
            select position, kind, content, leaf_hash, chain_hash, booked_at
            from book_events where tenant_id = '{tenant.Value}'
            """, reader => new LogLine(reader.GetInt64(0), reader.GetString(1), reader.GetString(2),
                reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4),
                reader.GetFieldValue<DateTimeOffset>(5)));
        return [.. entries.Concat(events).OrderBy(line => line.Position)];
    }

    private static LogLine Entry(NpgsqlDataReader row, TenantId book, string legs)
    {
        var line = new StringBuilder("{\"v\":1")
            .Append($",\"book\":\"{book.Value:D}\",\"position\":{row[0]},\"type\":\"ENTRY\",\"id\":\"{row[1]}\"")
            .Append($",\"key\":{Text(row, 2)},\"contentHash\":\"")
            .Append(Convert.ToHexStringLower(row.GetFieldValue<byte[]>(3)))
            .Append($"\",\"transaction\":{(row.IsDBNull(4) ? "null" : $"\"{row[4]}\"")},\"step\":{Text(row, 5)}")
            .Append($",\"number\":{row[6]},\"kind\":\"{row[7]}\"")
            .Append($",\"resolves\":{Number(row, 8)},\"reverses\":{Number(row, 9)}")
            .Append(CultureInfo.InvariantCulture,
                $",\"valueDate\":\"{row.GetFieldValue<DateOnly>(10):yyyy-MM-dd}\"")
            .Append($",\"expiresAt\":{(row.IsDBNull(11) ? "null" : Time(row, 11))},\"bookedAt\":{Time(row, 12)}")
            .Append($",\"bookedBy\":{Text(row, 13)},\"approvedBy\":{Text(row, 14)},\"reference\":{Text(row, 15)}")
            .Append($",\"description\":{Text(row, 16)},\"metadata\":{(row.IsDBNull(17) ? "null" : row[17])}")
            .Append($",\"legs\":[{legs}]}}");
        return new LogLine(row.GetInt64(0), row.GetString(2), line.ToString(), row.GetFieldValue<byte[]>(18),
            row.GetFieldValue<byte[]>(19), row.GetFieldValue<DateTimeOffset>(12));
    }

    private static string Leg(NpgsqlDataReader row) =>
        $"{{\"account\":{Text(row, 1)},\"currency\":\"{row[2]}\",\"side\":\"{row[3]}\",\"amount\":{row[4]},"
        + $"\"previousBalance\":{row[5]},\"newBalance\":{row[6]},\"newAvailable\":{row[7]}}}";

    private static string Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? "null" : $"{row[column]}";

    private static string Time(NpgsqlDataReader row, int column) => string.Create(CultureInfo.InvariantCulture,
        $"\"{row.GetFieldValue<DateTimeOffset>(column).UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffffZ}\"");

    private static string Text(NpgsqlDataReader row, int column) => row.IsDBNull(column)
        ? "null"
        : '"' + string.Concat(row.GetString(column).Select(character => character switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            < ' ' => $"\\u{(int)character:x4}",
            _ => character.ToString(),
        })) + '"';
}
