using FinCode.ServiceDefaults;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>Looks how much waits in the tables.</summary>
internal sealed class QueueDepthReader(NpgsqlDataSource source, MessagingPlace place)
{
    // Counting stops here, so that a check stays cheap when much has piled up.
    private const int MostCounted = 100_000;

    private const string Sql = """
        select (select count(*) from (select from outbox limit $1) as counted),
               (select extract(epoch from clock_timestamp() - occurred_at) from outbox order by position limit 1),
               (select count(*) from (select from parked_messages where consumer = $2 limit $1) as counted),
               (select count(*) from (
                 select from parked_messages where consumer = $2 and state = 'DEAD' limit $1) as counted)
        """;

    public async Task<QueueDepths> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = MostCounted });
        command.Parameters.Add(new() { Value = place.Noun });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var oldest = reader.IsDBNull(1) ? 0 : Math.Max(0, reader.GetDouble(1));
        return new QueueDepths(reader.GetInt64(0), Math.Round(oldest, 1), reader.GetInt64(2), reader.GetInt64(3));
    }
}

/// <summary>Refreshes what the gauges show.</summary>
internal sealed class ObserveQueues(QueueDepthReader reader, MessagingState state) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        state.Depths = await reader.ReadAsync(cancellationToken);
        return false;
    }
}
