using FinCode.Compliance.Lists;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>What each running replica is configured to screen with. No tenant's.</summary>
internal static class ListConfigurations
{
    /// <summary>
    /// Writes down what this replica has, and returns the lists of one that runs longer and has something else; null
    /// when there is none. One replica at a time: of two that begin together, one sees the other.
    /// </summary>
    /// <param name="goneAfter">Who has not been seen for so long is gone.</param>
    public static async Task<string?> MeetAsync(DbSession session, Guid replica, ListConfiguration own,
        DateTimeOffset now, TimeSpan goneAfter, CancellationToken cancellationToken)
    {
        await using (var take = session.Command(
            "select pg_advisory_xact_lock(hashtextextended('list-configurations', 0))"))
            await take.ExecuteNonQueryAsync(cancellationToken);
        await using (var forget = session.Command(
            "delete from list_configurations where seen_at < $1", now - goneAfter))
            await forget.ExecuteNonQueryAsync(cancellationToken);
        await using (var say = session.Command(
            "insert into list_configurations (replica, fingerprint, lists, started_at, seen_at) "
            + "values ($1, $2, $3, $4, $4) on conflict (replica) do update set seen_at = excluded.seen_at",
            replica, own.Fingerprint, own.Lists, now))
            await say.ExecuteNonQueryAsync(cancellationToken);
        await using var other = session.Command(
            "select o.lists from list_configurations o, list_configurations i where i.replica = $1 "
            + "and o.fingerprint <> i.fingerprint and (o.started_at, o.replica) < (i.started_at, i.replica) "
            + "order by o.started_at, o.replica limit 1", replica);
        return await other.ExecuteScalarAsync(cancellationToken) as string;
    }

    public static async Task LeaveAsync(DbSession session, Guid replica, CancellationToken cancellationToken)
    {
        await using var leave = session.Command("delete from list_configurations where replica = $1", replica);
        await leave.ExecuteNonQueryAsync(cancellationToken);
    }
}
