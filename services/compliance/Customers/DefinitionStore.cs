using System.Text.Json;
using System.Text.Json.Nodes;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Npgsql;
using NpgsqlTypes;

namespace FinCode.Compliance.Customers;

/// <summary>A version of a definition.</summary>
/// <param name="Version">0 is the shipped one, which nobody proposed.</param>
internal sealed record DefinitionVersion<T>(
    int Version, T Content, DefinitionState State, string? Reason, string? ProposedBy, DateTimeOffset? ProposedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt) where T : IDefinition<T>
{
    public static DefinitionVersion<T> Shipped { get; } =
        new(0, T.Default, DefinitionState.InForce, null, null, null, null, null);
}

/// <summary>The definitions of the session's tenant.</summary>
internal static class DefinitionStore
{
    private const string Columns =
        "version, content, state, reason, proposed_by, proposed_at, approved_by, approved_at";

    /// <summary>One after the other for a tenant, whatever the kind: versions are given once, and what refers to one
    /// another is looked at together.</summary>
    public static async Task LockAsync(DbSession session, CancellationToken cancellationToken)
    {
        await using var take = session.Command("select pg_advisory_xact_lock(hashtextextended($1, 0))",
            $"kyc-definitions:{session.Tenant}");
        await take.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<DefinitionVersion<T>> InForceAsync<T>(
        DbSession session, CancellationToken cancellationToken) where T : IDefinition<T> =>
        await FindAsync<T>(session, "state = 'IN_FORCE'", 0, cancellationToken) ?? DefinitionVersion<T>.Shipped;

    public static Task<DefinitionVersion<T>?> WaitingAsync<T>(
        DbSession session, CancellationToken cancellationToken) where T : IDefinition<T> =>
        FindAsync<T>(session, "state = 'PROPOSED'", 0, cancellationToken);

    public static async Task<DefinitionVersion<T>?> FindAsync<T>(
        DbSession session, int version, CancellationToken cancellationToken) where T : IDefinition<T> => version == 0
        ? DefinitionVersion<T>.Shipped
        : await FindAsync<T>(session, "version = $3", version, cancellationToken);

    /// <summary>Proposes the next version; one that still waited is withdrawn.</summary>
    public static async Task<int> ProposeAsync<T>(DbSession session, T content, string reason, string by,
        DateTimeOffset now, CancellationToken cancellationToken) where T : IDefinition<T>
    {
        await using var withdraw = session.Command("update kyc_definitions set state = 'WITHDRAWN' "
            + "where tenant_id = $1 and kind = $2 and state = 'PROPOSED'", session.Tenant.Value, Words.Of(T.Kind));
        await withdraw.ExecuteNonQueryAsync(cancellationToken);
        await using var add = session.Command(
            "insert into kyc_definitions (tenant_id, kind, version, content, reason, state, proposed_by, proposed_at) "
            + "select $1, $2, coalesce(max(version), 0) + 1, $3::jsonb, $4, 'PROPOSED', $5, $6 from kyc_definitions "
            + "where tenant_id = $1 and kind = $2 returning version",
            session.Tenant.Value, Words.Of(T.Kind), Json(content), reason, by, now);
        return (int)(await add.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>In force from now on; every customer of the tenant is looked at again.</summary>
    public static async Task ApproveAsync<T>(DbSession session, int version, string by, DateTimeOffset now,
        CancellationToken cancellationToken) where T : IDefinition<T>
    {
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction)
        {
            BatchCommands =
            {
                Command("update kyc_definitions set state = 'REPLACED' "
                    + "where tenant_id = $1 and kind = $2 and state = 'IN_FORCE'",
                    session.Tenant.Value, Words.Of(T.Kind)),
                Command("update kyc_definitions set state = 'IN_FORCE', approved_by = $4, approved_at = $5 "
                    + "where tenant_id = $1 and kind = $2 and version = $3 and state = 'PROPOSED'",
                    session.Tenant.Value, Words.Of(T.Kind), version, by, now),
                // All of them: one that is looked at right now by what was in force is looked at once more.
                Command("update kyc_customers set due_at = $2 where tenant_id = $1",
                    session.Tenant.Value, now),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whatever the order of their members.</summary>
    public static bool IsTheSame<T>(T one, T other) =>
        JsonNode.DeepEquals(JsonNode.Parse(Json(one)), JsonNode.Parse(Json(other)));

    private static string Json<T>(T content) => JsonSerializer.Serialize(content, ContractJson.Options);

    private static async Task<DefinitionVersion<T>?> FindAsync<T>(
        DbSession session, string which, int version, CancellationToken cancellationToken) where T : IDefinition<T>
    {
        await using var command = session.Command($"select {Columns} from kyc_definitions "
            + $"where tenant_id = $1 and kind = $2 and {which}", session.Tenant.Value, Words.Of(T.Kind));
        if (version > 0)
            command.Parameters.Add(new NpgsqlParameter { Value = version, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return new DefinitionVersion<T>(row.GetInt32(0),
            JsonSerializer.Deserialize<T>(row.GetString(1), ContractJson.Options)!,
            Words.Parse<DefinitionState>(row.GetString(2)), row.GetString(3), row.GetString(4),
            row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetString(6),
            row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7));
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return command;
    }
}
