using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

public enum AskCause
{
    /// <summary>The first transfer above a limit.</summary>
    Limit,

    /// <summary>The first transfer on a corridor of high risk.</summary>
    Corridor,
    Review,
    Rule,

    /// <summary>An officer asks, because regulation changed for instance.</summary>
    Regulation,
}

/// <summary>Something that was asked for besides what tiers need.</summary>
/// <param name="Item">A type of document, or <c>FORM:</c> and the code of a form.</param>
/// <param name="Number">Of the step on the customer's file: what was brought with an earlier one does not
/// count.</param>
internal sealed record CustomerAsk(Guid Id, string Item, AskCause Cause, DateTimeOffset AskedAt, int Number);

/// <summary>Asks when a transfer, time or an officer makes it due, and sees when it was brought.</summary>
internal sealed class CustomerAsks(DbSession session)
{
    public async Task SettleAsync(CustomerFile file, TierRules rules, ShownEvidence shown, CustomerActivity activity,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var form = DocumentTypes.FormPrefix + rules.Assessment.Form;
        if (shown.Evidence.All(one => one.Kind != form))
        {
            if (rules.Assessment.Above.Any(limit => activity.Largest.Any(
                    sent => sent.Currency == limit.Currency && sent > limit)))
                await AskAsync(file, form, AskCause.Limit, null, now, cancellationToken);
            if (rules.Assessment.Corridors.Any(pattern =>
                    activity.Corridors.Any(one => DefinitionLimits.Matches(pattern, one))))
                await AskAsync(file, form, AskCause.Corridor, null, now, cancellationToken);
        }
        // Once for each review: what was answered since the review fell due is the answer.
        if (file.ReviewDueAt <= now
            && !shown.Evidence.Any(one => one.Kind == form && one.Since >= file.ReviewDueAt))
            await AskAsync(file, form, AskCause.Review, null, now, cancellationToken);

        foreach (var ask in await OpenAsync(file.Id, cancellationToken))
        {
            if (shown.Evidence.Any(one => one.Kind == ask.Item && one.Number > ask.Number))
                await MeetAsync(file, ask, now, cancellationToken);
        }
    }

    /// <summary>Once while it is open.</summary>
    /// <param name="actor">Who asked; null when it followed from what happened.</param>
    public async Task<bool> AskAsync(CustomerFile file, string item, AskCause cause, string? actor,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(now);
        await using var add = session.Command(
            "insert into kyc_asks (tenant_id, id, party_id, item, cause, asked_at, asked_number) "
            + "values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            session.Tenant.Value, id, file.Id.Value, item, Words.Of(cause), now, file.EventCount + 1);
        var isNew = await add.ExecuteNonQueryAsync(cancellationToken) == 1;
        if (isNew)
            file.Note(CustomerEvent.Asked, actor, id, $"{item}, {Words.Of(cause)}", now);
        return isNew;
    }

    public async Task<List<CustomerAsk>> OpenAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select id, item, cause, asked_at, asked_number from kyc_asks "
            + "where tenant_id = $1 and party_id = $2 and met_at is null order by asked_at, item",
            session.Tenant.Value, customer.Value);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<CustomerAsk>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new CustomerAsk(rows.GetGuid(0), rows.GetString(1), Words.Parse<AskCause>(rows.GetString(2)),
                rows.GetFieldValue<DateTimeOffset>(3), rows.GetInt32(4)));
        return found;
    }

    private async Task MeetAsync(
        CustomerFile file, CustomerAsk ask, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var meet = session.Command(
            "update kyc_asks set met_at = $3 where tenant_id = $1 and id = $2", session.Tenant.Value, ask.Id, now);
        await meet.ExecuteNonQueryAsync(cancellationToken);
        file.Note(CustomerEvent.AskMet, null, ask.Id, ask.Item, now);
    }
}
