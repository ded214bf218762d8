using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// Who freezes a customer freezes what was under way for that customer by then: each transfer on its own file, by the
/// same two people, with a report of its own; it thaws by its own licence, after the customer. What waits for a case is
/// frozen in the transaction of the approval; what was let pass before, or was being screened, when the transactions
/// service has had it screened again. Transfers that come later are held, and decided by two people.
/// </summary>
internal sealed partial class JointFreezes(
    ComplianceWork work, CaseVault vault, Outbox outbox, TimeProvider clock, ILogger<JointFreezes> logger)
{
    /// <summary>Those beyond stay held, neither to be released nor rejected, and are frozen one by one.</summary>
    private const int MaxTransfers = 500;

    /// <param name="decided">The customer's case, which two people have just approved to freeze.</param>
    public async Task ApplyAsync(Case decided, PartyId customer, CancellationToken cancellationToken)
    {
        await outbox.AddAsync(new CustomerFrozen(customer, decided.Id), cancellationToken);
        foreach (var id in await HeldAsync(customer, cancellationToken))
        {
            if (await work.Db.LockCaseAsync(work.Session.Tenant, id, cancellationToken) is not { } held
                || held.Status == CaseStatus.Closed
                || await ScreeningRequests.IsPendingAsync(work.Session, held.TransactionId!.Value, cancellationToken))
                continue;
            // Of a refund only who gets it is looked at.
            var evidence = (await CaseBasis.OfAsync(work, held, cancellationToken)).Evidence;
            if (evidence.Parties.Any(party => party.PartyId == customer))
                await FreezeAsync(held, decided, cancellationToken);
        }
    }

    /// <summary>
    /// A screening opened a case: where the transfer was under way when a party was frozen, it is frozen too. A freeze
    /// that ends at this moment may have it frozen still, until a licence of its own.
    /// </summary>
    public async Task FollowAsync(Case opened, Evidence evidence, CancellationToken cancellationToken)
    {
        if (evidence.CustomerCases is not { Count: > 0 } holding)
            return;
        var tenant = work.Session.Tenant;
        var since = await ScreeningRequests.FirstAsync(
            work.Session, opened.TransactionId!.Value, cancellationToken);
        var decided = await work.Db.Cases.AsNoTracking()
            .Where(one => one.TenantId == tenant && holding.Contains(one.Id) && one.Decision == CaseDecision.Freeze
                && one.ClosedAt > since)
            .OrderBy(one => one.Id).FirstOrDefaultAsync(cancellationToken);
        if (decided is not null)
            await FreezeAsync(opened, decided, cancellationToken);
    }

    private async Task FreezeAsync(Case held, Case decided, CancellationToken cancellationToken)
    {
        // As long as its file is it takes no proposal: it stays held.
        if (held.EventCount + 1 >= 2 * Case.MaxSteps)
            return;
        var reason = await vault.SealAsync(held.Id, $"Decided with {decided.Id}, the customer's case.",
            cancellationToken);
        if (held.Status == CaseStatus.Proposed)
            await StepAsync(held.Return(reason, decided.ApprovedBy!, clock));
        await StepAsync(held.Propose(CaseDecision.Freeze, reason, decided.ProposedBy!, clock));
        var (dueAt, terms) = await FreezeReporting.DescribeAsync(work, held, clock, cancellationToken);
        await StepAsync(held.Approve(
            held.EventCount, decided.ApprovedBy!, isScreeningPending: false, clock, dueAt, terms));
        await outbox.AddAsync(new CaseDecided(held.TransactionId!.Value, held.Id, held.ScreeningRound!.Value,
            CaseDecision.Freeze, held.ListVersion, held.PolicyVersion), cancellationToken);
        work.Session.AfterCommit(() => LogFrozen(logger, held.Id, held.TransactionId.Value, decided.Id));

        Task StepAsync(Refusal? refusal) => refusal is null
            ? work.Db.SaveStepsAsync(held, cancellationToken)
            : throw new InvalidOperationException($"{held.Id} was to be frozen with {decided.Id}: {refusal}.");
    }

    private async Task<List<CaseId>> HeldAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var find = work.Session.Command(
            """
            select c.id from cases c
            join funded_transfers f on f.tenant_id = c.tenant_id and f.transaction_id = c.transaction_id
            where c.tenant_id = $1 and (f.sender_id = $2 or f.beneficiary_id = $2) and c.status <> 'CLOSED'
            order by c.id limit $3
            """, work.Session.Tenant.Value, customer.Value, MaxTransfers);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var found = new List<CaseId>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new CaseId(rows.GetGuid(0)));
        return found;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{CaseId} of {TransactionId} is frozen with {CustomerCaseId}")]
    private static partial void LogFrozen(
        ILogger logger, CaseId caseId, TransactionId transactionId, CaseId customerCaseId);
}
