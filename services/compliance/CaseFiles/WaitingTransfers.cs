using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// Transfers that are held for nothing but the hits of a customer whose case two people release: they go with it, so
/// that nobody decides the same hit twice. Where there is anything else to a transfer, or somebody has begun to work on
/// its case, that case is decided for itself.
/// </summary>
internal sealed partial class WaitingTransfers(
    ComplianceWork work, CaseVault vault, Outbox outbox, TimeProvider clock, ILogger<WaitingTransfers> logger)
{
    /// <summary>Those beyond are decided one by one.</summary>
    private const int MaxTransfers = 50;

    /// <param name="shown">What the case of the customer was opened for.</param>
    /// <param name="terms">What the two people said of it.</param>
    public async Task ReleaseAsync(Case decided, PartyId customer, Evidence shown, ReleaseTerms terms,
        CancellationToken cancellationToken)
    {
        foreach (var id in await HeldAsync(customer, cancellationToken))
        {
            if (await work.Db.LockCaseAsync(work.Session.Tenant, id, cancellationToken) is { IsUntouched: true } held
                && await WaitsAsync(held, shown, terms, cancellationToken))
                await ReleaseAsync(held, decided, cancellationToken);
        }
    }

    private async Task<bool> WaitsAsync(
        Case held, Evidence shown, ReleaseTerms terms, CancellationToken cancellationToken) =>
        (await CaseBasis.OfAsync(work, held, cancellationToken)).Evidence.IsAnsweredBy(shown, terms)
        && !await ScreeningRequests.IsPendingAsync(work.Session, held.TransactionId!.Value, cancellationToken)
        && !await CustomerCases.HoldAsync(work, held, cancellationToken);

    /// <summary>By the same two people, with both steps on its own file.</summary>
    private async Task ReleaseAsync(Case held, Case decided, CancellationToken cancellationToken)
    {
        var reason = await vault.SealAsync(held.Id, $"Decided with {decided.Id}, the customer's case.",
            cancellationToken);
        Require(held.Propose(CaseDecision.Release, reason, decided.ProposedBy!, clock));
        await work.Db.SaveStepsAsync(held, cancellationToken);
        Require(held.Approve(held.EventCount, decided.ApprovedBy!, isScreeningPending: false, clock));
        await work.Db.SaveStepsAsync(held, cancellationToken);
        await outbox.AddAsync(new CaseDecided(held.TransactionId!.Value, held.Id, held.ScreeningRound!.Value,
            CaseDecision.Release, held.ListVersion, held.PolicyVersion), cancellationToken);
        work.Session.AfterCommit(() => LogReleased(logger, held.Id, held.TransactionId.Value, decided.Id));

        void Require(Refusal? refusal)
        {
            if (refusal is not null)
                throw new InvalidOperationException($"{held.Id} was to go with {decided.Id}: {refusal}.");
        }
    }

    private async Task<List<CaseId>> HeldAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var find = work.Session.Command(
            """
            select c.id from cases c
            join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
            where c.tenant_id = $1 and (f.sender_id = $2 or f.beneficiary_id = $2)
                and c.status = 'NEW' and c.event_count = 1
            order by c.id limit $3
            """, work.Session.Tenant.Value, customer.Value, MaxTransfers);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var found = new List<CaseId>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new CaseId(rows.GetGuid(0)));
        return found;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{CaseId} of {TransactionId} is released with {CustomerCaseId}")]
    private static partial void LogReleased(
        ILogger logger, CaseId caseId, TransactionId transactionId, CaseId customerCaseId);
}
