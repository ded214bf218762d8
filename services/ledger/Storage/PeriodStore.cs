using System.Text.Json;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Storage;

/// <summary>The periods that the session's tenant has closed: records of the book's log.</summary>
internal sealed class PeriodStore(DbSession session)
{
    private const int MaxPeriods = 500;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<PeriodClosed>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            select position, content, booked_at, booked_by, approved_by from book_events
            where tenant_id = $1 and kind = 'PERIOD_CLOSED' order by position desc limit $2
            """, session.Tenant.Value, MaxPeriods);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<PeriodClosed>();
        while (await reader.ReadAsync(cancellationToken))
        {
            using var content = JsonDocument.Parse(reader.GetString(1));
            found.Add(new PeriodClosed(
                reader.GetInt64(0),
                DateOnly.Parse(content.RootElement.GetProperty("until").GetString()!,
                    System.Globalization.CultureInfo.InvariantCulture),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4)));
        }
        return found;
    }
}
