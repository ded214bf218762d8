using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Model;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Answers one round of a transfer: both parties, their banks and what was written against the lists, every country
/// against the policy, and the rules. A hit opens a case, unless two people let the same pass in an earlier round.
/// Without good lists, or without the parties' details, there is no answer, and the transfer waits.
/// </summary>
internal sealed partial class ScreenTransfer(
    DbSession session, Outbox outbox, ComplianceDb db, ListSnapshots lists, PartyDirectory parties,
    TransferTextDirectory transferTexts, RuleBook rules, ScreeningRequests requests, FalsePositives falsePositives,
    PepMatches peps, StandingReleases releases, JointFreezes freezes, ComplianceOptions options, TimeProvider clock,
    ILogger<ScreenTransfer> logger)
{
    /// <exception cref="TransientException">It cannot be screened now.</exception>
    public async Task RunAsync(TransactionId transaction, TransactionFacts facts, int round, DateTimeOffset fundedAt,
        CancellationToken cancellationToken, bool refundOnly = false)
    {
        var tenant = session.Tenant;
        var remembered = await requests.RecordAsync(
            tenant, FundedTransfer.Of(transaction, facts, fundedAt), round, cancellationToken);
        var rounds = await db.Screenings
            .Where(screening => screening.TenantId == tenant && screening.TransactionId == transaction)
            .Select(screening => screening.ScreeningRound!.Value).ToListAsync(cancellationToken);
        if (rounds.Contains(round))
            return;

        var released = rounds.Count == 0 ? null : await releases.FindAsync(transaction, refundOnly, cancellationToken);
        var (evidence, evaluation) = refundOnly
            ? (await GatherRefundAsync(transaction, facts, released?.Evidence, cancellationToken), null)
            : await GatherAsync(transaction, facts, remembered, released?.Evidence, cancellationToken);
        evidence = evidence with
        {
            CustomerCases = await CustomerCases.HoldingAsync(
                session, refundOnly ? [facts.SenderId] : [facts.SenderId, facts.BeneficiaryId], cancellationToken),
        };
        if (released is not null && evidence.NeedsReview() && evidence.HoldsNothingBeyond(released.Evidence))
            evidence = evidence with { ReleasedBy = released.CaseId };
        var screening = ScreeningRecord.OfTransfer(tenant, transaction, round, evidence, clock);
        db.Screenings.Add(screening);
        await db.SaveChangesAsync(cancellationToken);
        if (evaluation is not null)
            await RuleLog.WriteAsync(session, screening.Id, round, evaluation, cancellationToken);
        if (!refundOnly && rounds.All(other => other < round))
            await CustomerStore.NoteTransferAsync(
                session, facts.SenderId, evidence.Rules, screening.ScreenedAt, cancellationToken);
        // A round that comes after a newer one was answered is recorded, but decides nothing any more.
        var opened = rounds.Any(other => other > round) ? null : await TurnToAsync(screening, cancellationToken);
        await ScreeningRequests.AnswerAsync(session, transaction, round, screening.Id, cancellationToken);
        await outbox.AddAsync(new ScreeningCompleted(transaction, screening.Id, round, screening.Outcome, opened?.Id,
            screening.ListVersion, screening.PolicyVersion), cancellationToken);
        if (opened is not null)
            await freezes.FollowAsync(opened, evidence, cancellationToken);
        session.AfterCommit(() => LogScreened(
            logger, transaction, round, screening.Outcome, screening.ListVersion, screening.PolicyVersion));
    }

    /// <summary>Who gets the money back, and whose account it goes to; no rule asks about that.</summary>
    private async Task<Evidence> GatherRefundAsync(
        TransactionId transaction, TransactionFacts facts, Evidence? earlier, CancellationToken cancellationToken)
    {
        var policy = await db.RequirePolicyAsync(session.Tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(session, policy.Content, cancellationToken);
        var sender = await parties.GetAsync(session.Tenant, facts.SenderId, cancellationToken);
        var terms = new ScreeningTerms(snapshot.Index, policy.Content, options.PepLists,
            new Corridor(facts.SendCountry, facts.ReceiveCountry), earlier);
        var payer = (await transferTexts.GetAsync(session.Tenant, transaction, cancellationToken)) with
        {
            Note = null, Relationship = null,
        };
        PartyEvidence[] names =
        [
            .. await MarkAsync(sender, PartyScreener.Screen(sender, PartyRole.Sender, terms), cancellationToken),
            .. await falsePositives.MarkAsync(
                sender, [.. PartyScreener.Screen(payer, sender, terms)], cancellationToken, payer),
        ];
        return new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
            policy.Content.ReviewThreshold, names, [],
            [.. CountryScreener.Screen(sender, PartyRole.Sender, policy.Content)]);
    }

    private async Task<(Evidence, RuleEvaluation?)> GatherAsync(TransactionId transaction, TransactionFacts facts,
        DateTimeOffset fundedAt, Evidence? earlier, CancellationToken cancellationToken)
    {
        var tenant = session.Tenant;
        // The policy is read before the lists and the rules: at worst newer ones answer under the older version, which
        // then is taken for too old, never the other way round.
        var policy = await db.RequirePolicyAsync(tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(session, policy.Content, cancellationToken);
        var sender = await parties.GetAsync(tenant, facts.SenderId, cancellationToken, transaction);
        var beneficiary = await parties.GetAsync(tenant, facts.BeneficiaryId, cancellationToken, transaction);
        var texts = await transferTexts.GetAsync(tenant, transaction, cancellationToken);
        var customer = await CustomerStore.FactsAsync(session, sender, options, clock.GetUtcNow(), cancellationToken);
        var evaluation = await rules.EvaluateAsync(transaction, customer.AddTo(
            RuleFacts.Of(facts, fundedAt, sender.Kind, beneficiary.Kind)), cancellationToken);
        var corridor = new Corridor(facts.SendCountry, facts.ReceiveCountry);
        var terms = new ScreeningTerms(snapshot.Index, policy.Content, options.PepLists, corridor, earlier);
        PartyEvidence[] names =
        [
            .. await MarkAsync(
                sender, PartyScreener.Screen(sender, PartyRole.Sender, terms), cancellationToken),
            .. await MarkAsync(
                beneficiary, PartyScreener.Screen(beneficiary, PartyRole.Beneficiary, terms), cancellationToken),
            .. await falsePositives.MarkAsync(
                sender, [.. PartyScreener.Screen(texts, sender, terms)], cancellationToken, texts),
        ];
        CountryCheck[] countries =
        [
            .. CountryScreener.Screen(sender, PartyRole.Sender, policy.Content),
            .. CountryScreener.Screen(beneficiary, PartyRole.Beneficiary, policy.Content),
            .. CountryScreener.Screen(corridor, policy.Content),
        ];
        return (new Evidence(Screener.AlgorithmVersion, snapshot.Version, policy.Version,
            policy.Content.ReviewThreshold, names, evaluation.Hits, countries), evaluation);
    }

    /// <summary>What two people decided earlier of these details and these entries.</summary>
    private async Task<IReadOnlyList<PartyEvidence>> MarkAsync(
        Party party, IReadOnlyList<PartyEvidence> found, CancellationToken cancellationToken) =>
        await peps.MarkAsync(
            party, await falsePositives.MarkAsync(party, found, cancellationToken), cancellationToken);

    /// <summary>
    /// The newest screening answers: an older case is closed, a new one opened where someone has to look.
    /// </summary>
    private async Task<Case?> TurnToAsync(ScreeningRecord screening, CancellationToken cancellationToken)
    {
        var earlier = await db.LockOpenCaseAsync(
            screening.TenantId, screening.TransactionId!.Value, cancellationToken);
        if (earlier is not null)
        {
            earlier.Supersede(clock);
            // Before the new one is inserted: a transfer has one open case at any time.
            await db.SaveStepsAsync(earlier, cancellationToken);
        }
        if (screening.Outcome == ScreeningOutcome.Clear)
            return null;
        var opened = Case.Open(screening, TimeSpan.FromHours(options.CaseDueHours), clock);
        db.Cases.Add(opened);
        await db.SaveStepsAsync(opened, cancellationToken);
        return opened;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Screened {TransactionId}, round {Round}: {Outcome} "
        + "under list version {ListVersion} and policy version {PolicyVersion}")]
    private static partial void LogScreened(ILogger logger, TransactionId transactionId, int round,
        ScreeningOutcome outcome, long listVersion, long policyVersion);
}
