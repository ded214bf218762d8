using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Contracts;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Storage;

/// <summary>How a list stands: which edition is in force, and how looking for newer ones went.</summary>
/// <param name="CheckedAt">When its files were last found good, new or unchanged.</param>
/// <param name="AlarmedAt">Since when operators know that it grows old.</param>
internal sealed record ListStanding(
    string List, long? Edition, DateTimeOffset? CheckedAt, DateTimeOffset? RefusedAt, string? RefusedReason,
    DateTimeOffset? AlarmedAt);

/// <summary>A list version: the edition of each list that is screened with together.</summary>
internal sealed record ListVersion(long Version, IReadOnlyDictionary<string, long> Editions, DateTimeOffset LoadedAt);

/// <summary>Lists, their versions, and the one row that says which is in force. No tenant's.</summary>
internal static class ListStore
{
    private const int MaxListedVersions = 50;

    /// <summary>Null before the first one.</summary>
    public static async Task<long?> ReadActiveVersionAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command("select active_version from list_state");
        return await command.ExecuteScalarAsync(cancellationToken) as long?;
    }

    /// <summary>
    /// Holds the row until the transaction ends: one replica decides, the others wait and see its decision.
    /// </summary>
    public static async Task<long?> LockAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using (var take = session.Command("select 1 from list_state for update"))
            await take.ExecuteNonQueryAsync(cancellationToken);
        return await ReadActiveVersionAsync(session, cancellationToken);
    }

    public static async Task<List<ListStanding>> ReadStandingsAsync(
        DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select list, edition, checked_at, refused_at, refused_reason, alarmed_at from list_standings "
            + "order by list");
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var standings = new List<ListStanding>();
        while (await rows.ReadAsync(cancellationToken))
        {
            standings.Add(new ListStanding(rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetInt64(1),
                Time(rows, 2), Time(rows, 3), rows.IsDBNull(4) ? null : rows.GetString(4), Time(rows, 5)));
        }
        return standings;
    }

    /// <summary>The editions in force become the next list version, and that is in force from now on.</summary>
    public static async Task<long> AddVersionAsync(
        DbSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            with next as (
                insert into list_versions (loaded_at, editions)
                select $1, coalesce(jsonb_object_agg(list, edition), '{}') from list_standings where edition is not null
                returning version)
            update list_state set active_version = next.version from next returning active_version
            """, now);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The editions in force with this one of the owner's own list: a version for that owner.</summary>
    /// <param name="ownEdition">Null: it says nothing of the owner's own.</param>
    public static async Task<long> AddVersionOfAsync(
        DbSession session, Guid owner, long? ownEdition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into list_versions (loaded_at, owner, editions) "
            + "select $1, $2, coalesce(jsonb_object_agg(list, edition), '{}') "
            + "|| jsonb_strip_nulls(jsonb_build_object($3::text, $4::bigint)) "
            + "from list_standings where edition is not null returning version",
            now, owner, OwnList.Name, ownEdition);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The platform's versions, the newest first.</summary>
    public static async Task<List<ListVersion>> ReadVersionsAsync(
        DbSession session, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select version, editions, loaded_at from list_versions where owner is null "
            + "order by version desc limit $1", MaxListedVersions);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var versions = new List<ListVersion>();
        while (await rows.ReadAsync(cancellationToken))
        {
            versions.Add(new ListVersion(
                rows.GetInt64(0), Editions(rows.GetString(1)), rows.GetFieldValue<DateTimeOffset>(2)));
        }
        return versions;
    }

    public static async Task<IReadOnlyDictionary<string, long>> ReadEditionsAsync(
        DbSession session, long version, CancellationToken cancellationToken)
    {
        await using var command = session.Command("select editions from list_versions where version = $1", version);
        return Editions((string)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>
    /// True for the one replica that is to look at the list now; its next look is due after the interval.
    /// </summary>
    public static async Task<bool> ClaimLookAsync(
        DbSession session, ListSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into list_standings as known (list, looked_at) values ($1, $2) "
            + "on conflict (list) do update set looked_at = excluded.looked_at "
            + "where known.looked_at is null or known.looked_at <= $3",
            source.Name, now, now - TimeSpan.FromSeconds(source.IntervalSeconds));
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>After a failure the next look comes sooner than the interval says.</summary>
    public static async Task LookAgainAtAsync(
        DbSession session, ListSource source, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = session.Command("update list_standings set looked_at = $2 where list = $1",
            source.Name, at - TimeSpan.FromSeconds(source.IntervalSeconds));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task MarkGoodAsync(
        DbSession session, string list, long edition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into list_standings (list, edition, checked_at) values ($1, $2, $3) "
            + "on conflict (list) do update set edition = excluded.edition, checked_at = excluded.checked_at, "
            + "refused_at = null, refused_reason = null, alarmed_at = null", list, edition, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task MarkRefusedAsync(
        DbSession session, string list, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into list_standings (list, refused_at, refused_reason) values ($1, $2, $3) "
            + "on conflict (list) do update set refused_at = excluded.refused_at, "
            + "refused_reason = excluded.refused_reason", list, now, reason);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>True the first time since the list was last found good.</summary>
    public static async Task<bool> MarkAlarmedAsync(
        DbSession session, string list, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "update list_standings set alarmed_at = $2 where list = $1 and alarmed_at is null", list, now);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>It is screened with no more; its editions stay.</summary>
    public static async Task RetireAsync(DbSession session, string list, CancellationToken cancellationToken)
    {
        await using var command = session.Command("delete from list_standings where list = $1", list);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Dictionary<string, long> Editions(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, long>>(json, ContractJson.Options)!;

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
