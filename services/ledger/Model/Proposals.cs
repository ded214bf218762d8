namespace FinCode.Ledger.Model;

internal enum ProposalStatus
{
    Proposed,
    Approved,
    Rejected,
    Withdrawn,
}

/// <summary>
/// What a person asks the ledger to do. It is done when a second person approves it, exactly as asked.
/// </summary>
/// <param name="RequestKey">The Idempotency-Key of the request, unique in the tenant for ever.</param>
/// <param name="Kind">Which operation carries it out.</param>
/// <param name="Content">What was asked for, as JSON.</param>
/// <param name="Result">What came of it, as JSON, once it is approved.</param>
internal sealed record Proposal(
    ProposalId Id, string RequestKey, string Kind, string Content, string Reason, ProposalStatus Status,
    string ProposedBy, DateTimeOffset ProposedAt, string? DecidedBy = null, DateTimeOffset? DecidedAt = null,
    string? Result = null)
{
    public Proposal Decide(ProposalStatus status, string by, DateTimeOffset at, string? result = null) =>
        this with { Status = status, DecidedBy = by, DecidedAt = at, Result = result };
}
