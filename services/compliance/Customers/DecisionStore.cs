using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

public enum CustomerDecisionKind
{
    /// <summary>Another level of risk until a day.</summary>
    RiskOverride,

    /// <summary>Not a politically exposed person after all.</summary>
    PepCleared,

    /// <summary>The source of wealth was looked into; a MANAGER approves.</summary>
    EnhancedDueDiligence,
    RelationshipEnded,

    /// <summary>Five years after the relationship ended: the customer's key is destroyed.</summary>
    Erasure,
}

public enum CustomerDecisionState
{
    Proposed,
    Approved,
    Withdrawn,
}

/// <summary>Something that two people decide about a customer.</summary>
internal sealed record StoredDecision(
    Guid Id, CustomerDecisionKind Kind, RiskLevel? Level, DateTimeOffset? Until, byte[] SealedReason,
    CustomerDecisionState State, string ProposedBy, DateTimeOffset ProposedAt, string? ClosedBy,
    DateTimeOffset? ClosedAt);

/// <summary>Decisions about customers of the session's tenant.</summary>
internal static class DecisionStore
{
    public static async Task<List<StoredDecision>> OfCustomerAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select id, kind, level, until, sealed_reason, state, proposed_by, proposed_at, closed_by, closed_at "
            + "from kyc_decisions where tenant_id = $1 and party_id = $2 order by id desc",
            session.Tenant.Value, customer.Value);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<StoredDecision>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new StoredDecision(rows.GetGuid(0), Words.Parse<CustomerDecisionKind>(rows.GetString(1)),
                rows.IsDBNull(2) ? null : Words.Parse<RiskLevel>(rows.GetString(2)),
                rows.IsDBNull(3) ? null : rows.GetFieldValue<DateTimeOffset>(3), rows.GetFieldValue<byte[]>(4),
                Words.Parse<CustomerDecisionState>(rows.GetString(5)), rows.GetString(6),
                rows.GetFieldValue<DateTimeOffset>(7), rows.IsDBNull(8) ? null : rows.GetString(8),
                rows.IsDBNull(9) ? null : rows.GetFieldValue<DateTimeOffset>(9)));
        return found;
    }

    /// <summary>
    /// The override in force: the one approved last, until it ends or other details are heard of; an earlier one does
    /// not come back.
    /// </summary>
    public static StoredDecision? OverrideOf(
        CustomerFile file, IEnumerable<StoredDecision> decisions, DateTimeOffset now) => decisions
        .Where(one => one is { Kind: CustomerDecisionKind.RiskOverride, State: CustomerDecisionState.Approved })
        .MaxBy(one => one.ClosedAt) is { } last
        && last.Until > now && !IsOfOtherDetails(file, last) ? last : null;

    /// <summary>It was proposed before the details changed that it was to be for.</summary>
    public static bool IsOfOtherDetails(CustomerFile file, StoredDecision one) =>
        one.Kind == CustomerDecisionKind.RiskOverride && one.ProposedAt < file.OverridesSince;

    public static async Task AddAsync(
        DbSession session, PartyId customer, StoredDecision one, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into kyc_decisions (tenant_id, id, party_id, kind, level, until, sealed_reason, state, "
            + "proposed_by, proposed_at) values ($1, $2, $3, $4, $5::text, $6::timestamptz, $7, 'PROPOSED', $8, $9)",
            session.Tenant.Value, one.Id, customer.Value, Words.Of(one.Kind),
            one.Level is { } level ? Words.Of(level) : null, one.Until, one.SealedReason, one.ProposedBy,
            one.ProposedAt);
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task CloseAsync(DbSession session, Guid id, CustomerDecisionState state, string by, string role,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var close = session.Command(
            "update kyc_decisions set state = $3, closed_by = $4, closed_as = $5, closed_at = $6 "
            + "where tenant_id = $1 and id = $2 and state = 'PROPOSED'",
            session.Tenant.Value, id, Words.Of(state), by, role, now);
        if (await close.ExecuteNonQueryAsync(cancellationToken) != 1)
            throw new InvalidOperationException($"Decision {id} was not waiting.");
    }
}

/// <summary>
/// What a politically exposed person needs: the source of wealth shown and valid, and a due diligence that was proposed
/// since the mark and that a MANAGER approved within the time after which high risks are reviewed.
/// </summary>
internal static class DueDiligence
{
    public static async Task<bool> IsDoneAsync(DbSession session, CustomerFile file,
        IEnumerable<StoredDecision> decisions, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        var shown = await ShownEvidence.ReadAsync(session, file.Id, file.IdentityHash, cancellationToken);
        return DoneUntil(file, rules, shown, decisions, now) is not null;
    }

    /// <summary>Until when it is done, as long as what was shown stays valid; null when it is not.</summary>
    public static DateTimeOffset? DoneUntil(CustomerFile file, TierRules rules, ShownEvidence shown,
        IEnumerable<StoredDecision> decisions, DateTimeOffset now) =>
        InForce(file, rules, shown, decisions, now)?.Until;

    /// <summary>The decision by which it is done, and until when.</summary>
    public static (Guid Id, DateTimeOffset Until)? InForce(CustomerFile file, TierRules rules, ShownEvidence shown,
        IEnumerable<StoredDecision> decisions, DateTimeOffset now)
    {
        var last = decisions.Where(one =>
                one is { Kind: CustomerDecisionKind.EnhancedDueDiligence, State: CustomerDecisionState.Approved }
                && one.ProposedAt >= file.PepSince)
            .MaxBy(one => one.ClosedAt);
        return last?.ClosedAt?.AddMonths(rules.ReviewMonths.High) is { } until && until > now
            && IsShown(rules, shown, now)
                ? (last.Id, until)
                : null;
    }

    /// <summary>Whether everything that it is about is there and valid.</summary>
    public static bool IsShown(TierRules rules, ShownEvidence shown, DateTimeOffset now) =>
        rules.Enhanced.All(one => KycStanding.Of(null, one, shown.Evidence, shown.Attempts, CustomerStore.Today(now))
            .State == RequirementState.Met);
}
