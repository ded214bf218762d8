using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>The proposals of the session's tenant.</summary>
internal sealed class ProposalStore(DbSession session)
{
    private const string Select = """
        select id, request_key, kind, content, reason, status, proposed_by, proposed_at, decided_by, decided_at, result
        from proposals where tenant_id = $1
        """;

    public async Task AddAsync(Proposal proposal, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            insert into proposals (tenant_id, id, request_key, kind, content, reason, proposed_by, proposed_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """, session.Tenant.Value, proposal.Id.Value, proposal.RequestKey, proposal.Kind, proposal.Content,
            proposal.Reason, proposal.ProposedBy, proposal.ProposedAt);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Nobody else decides it until the session ends.</summary>
    public async Task<Proposal?> LockAsync(ProposalId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"{Select} and id = $2 for update", session.Tenant.Value, id.Value);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    public async Task<Proposal?> FindAsync(string requestKey, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"{Select} and request_key = $2", session.Tenant.Value, requestKey);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    public async Task<Proposal?> FindAsync(ProposalId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command($"{Select} and id = $2", session.Tenant.Value, id.Value);
        return (await ReadAsync(command, cancellationToken)).SingleOrDefault();
    }

    /// <summary>Newest first, those before an id; of one status or of any.</summary>
    public async Task<IReadOnlyList<Proposal>> ListAsync(
        ProposalStatus? status, ProposalId? before, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"{Select} and ($2::text is null or status = $2) and ($3::uuid is null or id < $3) "
            + "order by id desc limit $4",
            session.Tenant.Value, status is { } one ? SqlNames.Of(one) : null, before?.Value, limit);
        return await ReadAsync(command, cancellationToken);
    }

    public async Task SaveDecisionAsync(Proposal decided, CancellationToken cancellationToken)
    {
        await using var command = session.Command("""
            update proposals set status = $3, decided_by = $4, decided_at = $5, result = $6::text
            where tenant_id = $1 and id = $2
            """, session.Tenant.Value, decided.Id.Value, SqlNames.Of(decided.Status), decided.DecidedBy,
            decided.DecidedAt, decided.Result);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<Proposal>> ReadAsync(
        NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Proposal>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new Proposal(
                new ProposalId(reader.GetGuid(0)), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), SqlNames.Parse<ProposalStatus>(reader.GetString(5)), reader.GetString(6),
                reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : reader.GetString(8),
                reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
                reader.IsDBNull(10) ? null : reader.GetString(10)));
        }
        return found;
    }
}
