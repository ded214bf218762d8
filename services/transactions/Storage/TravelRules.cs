using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using Npgsql;

namespace FinCode.Transactions.Storage;

internal enum TravelRuleState
{
    Proposed,
    InForce,
    Replaced,
    Withdrawn,
}

/// <param name="Version">0 is the shipped one, which nobody proposed.</param>
internal sealed record TravelRuleVersion(
    int Version, TravelRuleBook Content, TravelRuleState State, string? Reason, string? ProposedBy,
    DateTimeOffset? ProposedAt, string? ApprovedBy, DateTimeOffset? ApprovedAt)
{
    public static TravelRuleVersion Shipped { get; } =
        new(0, TravelRuleBook.Shipped, TravelRuleState.InForce, null, null, null, null, null);
}

/// <summary>What a tenant says has to travel with money: versioned, and changed by two people.</summary>
internal sealed class TravelRules(DbSession session, TimeProvider clock)
{
    private const string Columns =
        "version, content, state, reason, proposed_by, proposed_at, approved_by, approved_at";

    /// <summary>One change after the other for a tenant, so that versions are given once.</summary>
    public async Task LockAsync(CancellationToken cancellationToken)
    {
        await using var take = session.Command("select pg_advisory_xact_lock(hashtextextended($1, 0))",
            $"travel-rules:{session.Tenant}");
        await take.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<TravelRuleVersion> InForceAsync(CancellationToken cancellationToken) =>
        await FindAsync("state = 'IN_FORCE'", null, cancellationToken) ?? TravelRuleVersion.Shipped;

    public Task<TravelRuleVersion?> WaitingAsync(CancellationToken cancellationToken) =>
        FindAsync("state = 'PROPOSED'", null, cancellationToken);

    public async Task<TravelRuleVersion?> FindAsync(int version, CancellationToken cancellationToken) => version == 0
        ? TravelRuleVersion.Shipped
        : await FindAsync("version = $2", version, cancellationToken);

    /// <summary>Proposes the next version; one that still waited is withdrawn.</summary>
    public async Task<TravelRuleVersion> ProposeAsync(
        TravelRuleBook content, string reason, string by, CancellationToken cancellationToken)
    {
        await WriteAsync("update travel_rules set state = 'WITHDRAWN' where tenant_id = $1 and state = 'PROPOSED'",
            cancellationToken);
        await WriteAsync(
            "insert into travel_rules (tenant_id, version, content, reason, state, proposed_by, proposed_at) "
            + "select $1, coalesce(max(version), 0) + 1, $2::jsonb, $3, 'PROPOSED', $4, $5 from travel_rules "
            + "where tenant_id = $1", cancellationToken, Json(content), reason, by, clock.GetUtcNow());
        return (await WaitingAsync(cancellationToken))!;
    }

    /// <summary>In force for every transfer that is not on its way yet.</summary>
    public async Task ApproveAsync(int version, string by, CancellationToken cancellationToken)
    {
        await WriteAsync("update travel_rules set state = 'REPLACED' where tenant_id = $1 and state = 'IN_FORCE'",
            cancellationToken);
        await WriteAsync("update travel_rules set state = 'IN_FORCE', approved_by = $3, approved_at = $4 "
            + "where tenant_id = $1 and version = $2 and state = 'PROPOSED'",
            cancellationToken, version, by, clock.GetUtcNow());
    }

    /// <summary>Whatever the order of their members.</summary>
    public static bool AreTheSame(TravelRuleBook one, TravelRuleBook other) =>
        JsonNode.DeepEquals(JsonNode.Parse(Json(one)), JsonNode.Parse(Json(other)));

    private static string Json(TravelRuleBook content) => JsonSerializer.Serialize(content, ContractJson.Options);

    private async Task WriteAsync(string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var write = session.Command(sql, [session.Tenant.Value, .. arguments]);
        await write.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<TravelRuleVersion?> FindAsync(
        string which, int? version, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            $"select {Columns} from travel_rules where tenant_id = $1 and {which}", session.Tenant.Value);
        if (version is not null)
            find.Parameters.Add(new NpgsqlParameter { Value = version.Value });
        await using var row = await find.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return new TravelRuleVersion(row.GetInt32(0),
            JsonSerializer.Deserialize<TravelRuleBook>(row.GetString(1), ContractJson.Options)!,
            Words.Parse<TravelRuleState>(row.GetString(2)), row.GetString(3), row.GetString(4),
            row.GetFieldValue<DateTimeOffset>(5),
            await row.IsDBNullAsync(6, cancellationToken) ? null : row.GetString(6),
            await row.IsDBNullAsync(7, cancellationToken) ? null : row.GetFieldValue<DateTimeOffset>(7));
    }
}

/// <summary>
/// The rules in force, as they were at most <see cref="MaxAge"/> ago: they are asked for several times for every
/// transfer, and change a few times a year.
/// </summary>
internal sealed class TravelRulesInForce(TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private const int MaxTenants = 2_000;

    private readonly ConcurrentDictionary<TenantId, (DateTimeOffset ReadAt, TravelRuleBook Book)> _read = new();

    /// <summary>Of the session's tenant.</summary>
    public async Task<TravelRuleBook> GetAsync(DbSession session, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_read.TryGetValue(session.Tenant, out var known) && (now - known.ReadAt).Duration() < MaxAge)
            return known.Book;
        var book = (await new TravelRules(session, clock).InForceAsync(cancellationToken)).Content;
        if (_read.Count >= MaxTenants)
            _read.Clear();
        _read[session.Tenant] = (now, book);
        return book;
    }

    public void Forget(TenantId tenant) => _read.TryRemove(tenant, out _);
}
