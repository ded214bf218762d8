using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Customers;

/// <summary>
/// Works out what follows from a customer's file whenever something in it, or time, changed: tier, asks, rating, and
/// when to look again. In a session of the tenant, with the customer's row locked.
/// </summary>
internal sealed partial class CustomerDesk(
    DbSession session, Outbox outbox, CustomerAsks asks, CustomerRisk risk, JobSignal<RefreshCustomers> refresh,
    TimeProvider clock, ILogger<CustomerDesk> logger)
{
    /// <summary>A customer about whom nothing is due is looked at so often.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromDays(30);

    private static readonly TimeSpan RestAfterRulePoints = TimeSpan.FromDays(1);

    /// <param name="ended">How an identity verification ended, when one did.</param>
    public async Task SettleAsync(CustomerFile file, KycOutcome? ended, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = CustomerStore.Today(now);
        var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        var shown = await ShownEvidence.ReadAsync(session, file.Id, file.IdentityHash, cancellationToken);
        var standing = KycStanding.Of(rules, shown.Evidence, shown.Attempts, today);
        await ChangeTierAsync(file, standing.Tier, ended, now, cancellationToken);

        var activity = await CustomerActivity.ReadAsync(session, file.Id, now, cancellationToken);
        await risk.RateAsync(file, activity, now, cancellationToken);
        var level = await CustomerStore.LevelAsync(session, file.Id, now, cancellationToken);
        file.ReviewDueAt = (file.ReviewedAt ?? file.FirstSeenAt).AddMonths(rules.ReviewMonths.Of(level));
        await asks.SettleAsync(file, rules, shown, activity, now, cancellationToken);
        var doneUntil = file.Pep
            ? DueDiligence.DoneUntil(file, rules, shown,
                await DecisionStore.OfCustomerAsync(session, file.Id, cancellationToken), now)
            : null;
        file.DueDiligenceSince = file is { Pep: true, EndedOn: null } && doneUntil is null
            ? file.DueDiligenceSince ?? now : null;

        file.DueAt = await NextAsync(file, standing, doneUntil, activity, now, cancellationToken);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        if (file.DueAt <= now)
            session.AfterCommit(refresh.Wake);
    }

    private async Task ChangeTierAsync(
        CustomerFile file, int tier, KycOutcome? ended, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var previous = file.Tier;
        if (tier != previous)
        {
            file.Tier = tier;
            file.Note(CustomerEvent.TierChanged, null, null, $"{previous} to {tier}", now);
            session.AfterCommit(() => LogTier(logger, file.Id, previous, tier));
        }
        if (tier != previous || ended is not null)
        {
            var outcome = ended ?? (tier > previous ? KycOutcome.Approved : KycOutcome.Lapsed);
            await outbox.AddAsync(
                new KycVerificationCompleted(file.Id, outcome, tier, previous), cancellationToken);
        }
    }

    private async Task<DateTimeOffset> NextAsync(CustomerFile file, KycStanding standing, DateTimeOffset? doneUntil,
        CustomerActivity activity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A party that was corrected is asked for first; whoever does that has it due at once.
        if (file.EndedOn is null && (file.ProfileVersion < file.RecordedVersion || file.Profile is null
            || file.IdentityHash is null))
            return now;
        var next = now + (activity.RulePoints > 0 ? RestAfterRulePoints : LongestRest);
        var candidates = new List<DateTimeOffset?>
        {
            standing.ChangesOn is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null,
            file.ReviewDueAt > now ? file.ReviewDueAt : null,
            doneUntil,
            await risk.ChangesAtAsync(file, now, cancellationToken),
        };
        return candidates.OfType<DateTimeOffset>().Where(at => at > now).Append(next).Min();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{PartyId} went from tier {Previous} to {Tier}")]
    private static partial void LogTier(ILogger logger, PartyId partyId, int previous, int tier);
}
