using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Compliance.Customers;

/// <summary>The customers of the session's tenant.</summary>
internal static class CustomerStore
{
    private const string Columns = "party_id, first_seen_at, recorded_version, profile_version, profile, tier, "
        + "pep_since, risk_number, risk_level, reviewed_at, review_due_at, ended_on, event_count, due_at, "
        + "identity_hash, due_diligence_since, overrides_since";

    /// <summary>A sender was recorded or corrected: it is a customer from then on, and looked at soon.</summary>
    public static async Task RecordAsync(
        DbSession session, PartyRecorded recorded, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (recorded.Role == PartyRole.Sender)
            await MarkAsync(session, recorded.PartyId, recorded.Version, now, cancellationToken);
    }

    /// <summary>
    /// A transfer of the customer was screened: a relationship that had ended goes on, what rules ask for is asked, and
    /// the customer is looked at soon. Not for a refund, nor for a round after which a newer one was answered.
    /// </summary>
    public static async Task NoteTransferAsync(DbSession session, PartyId sender, IReadOnlyList<RuleHit> hits,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await MarkAsync(session, sender, 0, now, cancellationToken);
        var file = (await LockAsync(session, sender, cancellationToken))!;
        // What was shown is kept from the next end on; what was destroyed stays so.
        if (file.EndedOn is not null && !await IsErasedAsync(session, sender, cancellationToken))
        {
            file.EndedOn = null;
            file.Note(CustomerEvent.RelationshipResumed, null, null, null, now);
        }
        string[] items = [.. hits.SelectMany(hit => hit.Documents ?? []).Distinct().Order(StringComparer.Ordinal)];
        if (items.Length > 0)
        {
            var (asks, shown) = (new CustomerAsks(session),
                await ShownEvidence.ReadAsync(session, sender, file.IdentityHash, cancellationToken));
            // What is valid already is not asked for again.
            foreach (var item in items.Where(item => !shown.Evidence.Any(
                         one => one.Kind == item && one.IsValidOn(Today(now)))))
                await asks.AskAsync(file, item, AskCause.Rule, null, now, cancellationToken);
        }
        if (file.NewEvents.Count > 0)
            await SaveAsync(session, file, cancellationToken);
    }

    /// <summary>
    /// At this moment: the tier from what was shown and is valid, the risk with its override, the mark, and since when.
    /// </summary>
    /// <param name="sender">As it is now: what was shown for another name or date of birth does not count.</param>
    public static async Task<CustomerFacts> FactsAsync(DbSession session, Party sender, ComplianceOptions options,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rules = await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken);
        var identity = CustomerIdentity.HashOf(options, session.Tenant, sender);
        var shown = await ShownEvidence.ReadAsync(session, sender.Id, identity, cancellationToken);
        var standing = KycStanding.Of(rules.Content, shown.Evidence, shown.Attempts, Today(now));
        var level = await LevelAsync(session, sender.Id, now, cancellationToken, identity);
        var file = await FindAsync(session, sender.Id, cancellationToken);
        return new CustomerFacts(sender, standing.Tier, level, file is { Pep: true }, file?.FirstSeenAt);
    }

    /// <summary>
    /// The level in force: the override that was approved last, until it ends or other details are heard of, else the
    /// rating's. Of whom nothing is known any more, the risk is high.
    /// </summary>
    /// <param name="identity">As it was read now: an override of another one does not count.</param>
    public static async Task<RiskLevel?> LevelAsync(DbSession session, PartyId customer, DateTimeOffset now,
        CancellationToken cancellationToken, string? identity = null)
    {
        await using var command = session.Command("""
            select case when exists (select from kyc_customer_keys
                where tenant_id = $1 and party_id = $2 and destroyed_at is not null) then 'HIGH'
            else coalesce(
                (select last_approved.level from (select level, until, proposed_at from kyc_decisions
                    where tenant_id = $1 and party_id = $2 and kind = 'RISK_OVERRIDE' and state = 'APPROVED'
                    order by closed_at desc limit 1) last_approved
                join kyc_customers c on c.tenant_id = $1 and c.party_id = $2
                where last_approved.until > $3
                    and last_approved.proposed_at >= coalesce(c.overrides_since, '-infinity')
                    and ($4::text is null or c.identity_hash is null or c.identity_hash = $4)),
                (select risk_level from kyc_customers where tenant_id = $1 and party_id = $2)) end
            """, session.Tenant.Value, customer.Value, now, identity);
        return Words.Find<RiskLevel>(await command.ExecuteScalarAsync(cancellationToken) as string);
    }

    /// <summary>Whether the customer's key was destroyed: nothing can be shown any more.</summary>
    public static async Task<bool> IsErasedAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select 1 from kyc_customer_keys where tenant_id = $1 and party_id = $2 and destroyed_at is not null",
            session.Tenant.Value, customer.Value);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    /// <summary>The customer from now on, if it was not yet; due at once.</summary>
    public static async Task MarkAsync(
        DbSession session, PartyId customer, int version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "insert into kyc_customers (tenant_id, party_id, first_seen_at, recorded_version, profile_version, tier, "
            + "pep, risk_number, event_count, due_at) values ($1, $2, $4, $3, 0, 0, false, 0, 0, $4) "
            + "on conflict (tenant_id, party_id) do update set due_at = least(kyc_customers.due_at, excluded.due_at), "
            + "recorded_version = greatest(kyc_customers.recorded_version, excluded.recorded_version)",
            session.Tenant.Value, customer.Value, version, now);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Its row locked until the transaction ends; null when there is no such customer.</summary>
    public static Task<CustomerFile?> LockAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) =>
        ReadAsync(session, customer, " for update", cancellationToken);

    public static Task<CustomerFile?> FindAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) =>
        ReadAsync(session, customer, "", cancellationToken);

    public static async Task SaveAsync(DbSession session, CustomerFile file, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        // The events first: the row is not taken without those that its changes follow from.
        foreach (var one in file.NewEvents)
            Add(batch, "insert into kyc_events (tenant_id, party_id, number, type, actor, subject_id, detail, at) "
                + "values ($1, $2, $3, $4, $5::text, $6::uuid, $7::text, $8)",
                session.Tenant.Value, file.Id.Value, one.Number, one.Type, one.Actor, one.SubjectId, one.Detail,
                one.At);
        Add(batch, "update kyc_customers set profile_version = $3, profile = $4::bytea, tier = $5, pep = $6, "
            + "risk_number = $7, risk_level = $8::text, reviewed_at = $9::timestamptz, "
            + "review_due_at = $10::timestamptz, ended_on = $11::date, event_count = $12, due_at = $13, "
            + "pep_since = $14::timestamptz, identity_hash = $15::text, due_diligence_since = $16::timestamptz, "
            + "overrides_since = $17::timestamptz "
            + "where tenant_id = $1 and party_id = $2",
            session.Tenant.Value, file.Id.Value, file.ProfileVersion, file.Profile, file.Tier, file.Pep,
            file.RiskNumber, file.RiskLevel is { } level ? Words.Of(level) : null, file.ReviewedAt, file.ReviewDueAt,
            file.EndedOn, file.EventCount, file.DueAt, file.PepSince, file.IdentityHash, file.DueDiligenceSince,
            file.OverridesSince);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        file.EventsAreSaved();
    }

    public static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private static async Task<CustomerFile?> ReadAsync(
        DbSession session, PartyId customer, string how, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            $"select {Columns} from kyc_customers where tenant_id = $1 and party_id = $2{how}",
            session.Tenant.Value, customer.Value);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return null;
        return new CustomerFile
        {
            Id = new PartyId(row.GetGuid(0)),
            FirstSeenAt = row.GetFieldValue<DateTimeOffset>(1),
            RecordedVersion = row.GetInt32(2),
            ProfileVersion = row.GetInt32(3),
            Profile = row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
            Tier = row.GetInt32(5),
            PepSince = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
            RiskNumber = row.GetInt32(7),
            RiskLevel = row.IsDBNull(8) ? null : Words.Parse<RiskLevel>(row.GetString(8)),
            ReviewedAt = row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9),
            ReviewDueAt = row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
            EndedOn = row.IsDBNull(11) ? null : row.GetFieldValue<DateOnly>(11),
            DueAt = row.GetFieldValue<DateTimeOffset>(13),
            IdentityHash = row.IsDBNull(14) ? null : row.GetString(14),
            DueDiligenceSince = row.IsDBNull(15) ? null : row.GetFieldValue<DateTimeOffset>(15),
            OverridesSince = row.IsDBNull(16) ? null : row.GetFieldValue<DateTimeOffset>(16),
        }.WithEvents(row.GetInt32(12));
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }
}
