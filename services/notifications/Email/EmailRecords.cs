using FinCode.Messaging;
using FinCode.Notifications.Model;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Email;

/// <summary>An e-mail that this process may send until the lease ends.</summary>
internal sealed record LeasedEmail(
    CustomerEmailId Id, Guid LeaseId, DateTimeOffset LeasedUntil, TenantId Tenant, TransactionId Transaction,
    EmailKind Kind, int Tries, string Content);

/// <summary>What became of a try.</summary>
/// <param name="Status">Pending: it is tried again, unless that was the last time.</param>
internal readonly record struct EmailOutcome(EmailStatus Status, string? Error = null)
{
    public static EmailOutcome Sent => new(EmailStatus.Sent);

    public static EmailOutcome Skipped(string error) => new(EmailStatus.Skipped, error);

    public static EmailOutcome Refused(string error) => new(EmailStatus.Failed, error);

    public static EmailOutcome Later(string error) => new(EmailStatus.Pending, error);
}

/// <summary>
/// Leases and outcomes. A process that dies between sending and recording leaves a lease that ends by itself; then the
/// e-mail is sent again under the same Message-ID.
/// </summary>
internal sealed class EmailRecords(DbSession session, TimeProvider clock)
{
    internal const int LeaseSeconds = 180;

    // Of one transfer the next e-mail waits for the one before: nobody reads "paid out" before "being processed".
    private const string LeaseSql = """
        with due as (
            select e.id from customer_emails e
            where e.status = 'Pending' and e.next_attempt_at <= $1
                and (e.leased_until is null or e.leased_until <= $1)
                and not exists (
                    select from customer_emails earlier
                    where earlier.transaction_id = e.transaction_id and earlier.tenant_id = e.tenant_id
                        and earlier.status = 'Pending' and earlier.sequence < e.sequence)
            order by e.next_attempt_at
            limit $3
            for update skip locked)
        update customer_emails w set lease_id = $4, leased_until = $2
        from due where w.id = due.id
        returning w.id, w.tenant_id, w.transaction_id, w.kind, w.tries, w.content
        """;

    public async Task<IReadOnlyList<LeasedEmail>> LeaseAsync(int limit, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var until = now.AddSeconds(LeaseSeconds);
        var lease = Guid.CreateVersion7(now);
        await session.BeginForAllTenantsAsync(cancellationToken);
        var leased = new List<LeasedEmail>();
        await using (var command = session.Command(LeaseSql, now, until, (long)limit, lease))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                leased.Add(new LeasedEmail(
                    new CustomerEmailId(row.GetGuid(0)), lease, until, new TenantId(row.GetGuid(1)),
                    new TransactionId(row.GetGuid(2)), Enum.Parse<EmailKind>(row.GetString(3)), row.GetInt32(4),
                    row.GetString(5)));
        }
        await session.CommitAsync(cancellationToken);
        return leased;
    }

    /// <summary>
    /// Writes down what came of a try. False when the lease had ended and another process went on with it.
    /// </summary>
    public async Task<bool> RecordAsync(LeasedEmail email, EmailOutcome outcome, CancellationToken cancellationToken)
    {
        await session.BeginAsync(email.Tenant, cancellationToken);
        var now = clock.GetUtcNow();
        var pause = outcome.Status == EmailStatus.Pending ? RetrySchedule.PauseAfter(email.Tries + 1) : null;
        var status = outcome.Status == EmailStatus.Pending && pause is null ? EmailStatus.Failed : outcome.Status;
        await using var update = session.Command(
            "update customer_emails set status = $4, error = $5::text, tries = tries + 1, next_attempt_at = $6, "
            + "settled_at = case when $4 = 'Pending' then null else $7 end, lease_id = null, leased_until = null "
            + "where id = $1 and tenant_id = $2 and lease_id = $3 and status = 'Pending'",
            email.Id.Value, email.Tenant.Value, email.LeaseId, status.ToString(), outcome.Error,
            now + (pause ?? TimeSpan.Zero), now);
        var isRecorded = await update.ExecuteNonQueryAsync(cancellationToken) == 1;
        await session.CommitAsync(cancellationToken);
        return isRecorded;
    }

    /// <summary>
    /// Gives a lease back that was not used, so that the e-mail need not wait for its end. False when it had ended.
    /// </summary>
    public async Task<bool> ReleaseAsync(LeasedEmail email, CancellationToken cancellationToken)
    {
        await session.BeginAsync(email.Tenant, cancellationToken);
        await using var update = session.Command(
            "update customer_emails set lease_id = null, leased_until = null "
            + "where id = $1 and tenant_id = $2 and lease_id = $3",
            email.Id.Value, email.Tenant.Value, email.LeaseId);
        var isReleased = await update.ExecuteNonQueryAsync(cancellationToken) == 1;
        await session.CommitAsync(cancellationToken);
        return isReleased;
    }
}
