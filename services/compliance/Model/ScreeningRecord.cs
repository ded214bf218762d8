using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>
/// What was screened: a transfer with both its parties and the rules, or a party alone when it was recorded.
/// </summary>
public enum ScreeningSubject
{
    Transfer,
    Party,
}

/// <summary>One screening; never changed afterwards. There is one for each round of a transfer.</summary>
internal sealed class ScreeningRecord
{
    private ScreeningRecord()
    {
    }

    public TenantId TenantId { get; private set; }
    public ScreeningId Id { get; private set; }
    public ScreeningSubject Subject { get; private set; }
    public TransactionId? TransactionId { get; private set; }
    public int? ScreeningRound { get; private set; }
    public PartyId? PartyId { get; private set; }
    public int? PartyVersion { get; private set; }
    public ScreeningOutcome Outcome { get; private set; }
    public long ListVersion { get; private set; }
    public long PolicyVersion { get; private set; }
    public Evidence Evidence { get; private set; } = null!;
    public DateTimeOffset ScreenedAt { get; private set; }

    public static ScreeningRecord OfTransfer(
        TenantId tenant, TransactionId transaction, int round, Evidence evidence, TimeProvider clock)
    {
        var screening = Of(tenant, ScreeningSubject.Transfer, evidence, clock);
        screening.TransactionId = transaction;
        screening.ScreeningRound = round;
        return screening;
    }

    public static ScreeningRecord OfParty(
        TenantId tenant, PartyId party, int version, Evidence evidence, TimeProvider clock)
    {
        var screening = Of(tenant, ScreeningSubject.Party, evidence, clock);
        screening.PartyId = party;
        screening.PartyVersion = version;
        return screening;
    }

    private static ScreeningRecord Of(
        TenantId tenant, ScreeningSubject subject, Evidence evidence, TimeProvider clock) => new()
    {
        TenantId = tenant,
        Id = ScreeningId.New(clock),
        Subject = subject,
        // Rejecting is two people's decision, never the engine's.
        Outcome = evidence.NeedsReview() ? ScreeningOutcome.Review : ScreeningOutcome.Clear,
        ListVersion = evidence.ListVersion,
        PolicyVersion = evidence.PolicyVersion,
        Evidence = evidence,
        ScreenedAt = clock.GetUtcNow(),
    };
}
