using FinCode.Messaging;

namespace FinCode.Notifications.Webhooks;

/// <summary>A delivery that this process may send until the lease ends, with all that sending needs.</summary>
internal sealed record LeasedDelivery(
    Guid DeliveryId,
    Guid LeaseId,
    TenantId Tenant,
    int Tries,
    WebhookMessageId MessageId,
    string Body,
    WebhookEndpointId EndpointId,
    string Url,
    byte[] Secret,
    byte[]? PreviousSecret,
    DateTimeOffset? PreviousSecretUntil);

/// <summary>
/// Leases and results in plain SQL. A process that dies between sending and recording leaves a lease that ends by
/// itself; then the
/// message is sent again with the same id.
/// </summary>
internal sealed class DeliveryRecords(DbSession session, WebhookSettings settings, TimeProvider clock)
{
    /// <summary>Under way at one endpoint at the same time, over all replicas: a slow one takes no more than
    /// these.</summary>
    internal const int MaxPerEndpoint = 4;

    /// <summary>Longer than the longest request.</summary>
    private const int LeaseSeconds = 60;

    private const string LeaseSql = """
        with due as (
            select d.id
            from webhook_endpoints e
            cross join lateral (
                select id, next_attempt_at from webhook_deliveries
                where endpoint_id = e.id and status = 'Pending' and next_attempt_at <= $1
                    and (leased_until is null or leased_until <= $1)
                order by next_attempt_at
                limit greatest(0, $3 - (
                    select count(*) from webhook_deliveries under_way
                    where under_way.endpoint_id = e.id and under_way.status = 'Pending'
                        and under_way.leased_until > $1))
                for update skip locked) d
            where e.status = 'Enabled'
            order by d.next_attempt_at
            limit $4),
        leased as (
            update webhook_deliveries w set lease_id = $5, leased_until = $2
            from due where w.id = due.id
            returning w.id, w.tenant_id, w.tries, w.message_id, w.endpoint_id)
        select l.id, l.tenant_id, l.tries, m.id, m.body, e.id, e.url, e.secret, e.previous_secret,
            e.previous_secret_until
        from leased l
        join webhook_messages m on m.id = l.message_id
        join webhook_endpoints e on e.id = l.endpoint_id
        """;

    public async Task<IReadOnlyList<LeasedDelivery>> LeaseAsync(int limit, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lease = Guid.CreateVersion7(now);
        await session.BeginForAllTenantsAsync(cancellationToken);
        var leased = new List<LeasedDelivery>();
        await using (var command = session.Command(
            LeaseSql, now, now.AddSeconds(LeaseSeconds), (long)MaxPerEndpoint, (long)limit, lease))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                leased.Add(new LeasedDelivery(
                    row.GetGuid(0), lease, new TenantId(row.GetGuid(1)), row.GetInt32(2),
                    new WebhookMessageId(row.GetGuid(3)), row.GetString(4), new WebhookEndpointId(row.GetGuid(5)),
                    row.GetString(6), row.GetFieldValue<byte[]>(7),
                    row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8),
                    row.IsDBNull(9) ? null : row.GetFieldValue<DateTimeOffset>(9)));
        }
        await session.CommitAsync(cancellationToken);
        return leased;
    }

    /// <summary>Writes down what came of an attempt. False when the lease had ended and another process went on with
    /// it.</summary>
    public async Task<bool> RecordAsync(
        LeasedDelivery delivery, DateTimeOffset startedAt, int durationMilliseconds, SendResult result,
        CancellationToken cancellationToken)
    {
        await session.BeginAsync(delivery.Tenant, cancellationToken);
        var now = clock.GetUtcNow();
        var pause = RetrySchedule.PauseAfter(delivery.Tries + 1);
        var status = result.IsSuccess ? "Delivered" : pause is null ? "Failed" : "Pending";
        await using var update = session.Command(
            "update webhook_deliveries set tries = tries + 1, attempts = attempts + 1, "
            + "lease_id = null, leased_until = null, "
            + "status = case when status = 'Pending' then $3 else status end, next_attempt_at = $4 "
            + "where id = $1 and lease_id = $2 returning attempts",
            delivery.DeliveryId, delivery.LeaseId, status, now + (pause ?? TimeSpan.Zero));
        if (await update.ExecuteScalarAsync(cancellationToken) is not int number)
            return false;
        await using var insert = session.Command(
            "insert into webhook_attempts (delivery_id, number, tenant_id, started_at, duration_milliseconds, "
            + "status_code, error, response_excerpt) values ($1, $2, $3, $4, $5, $6::int, $7::text, $8::text)",
            delivery.DeliveryId, number, delivery.Tenant.Value, startedAt, durationMilliseconds,
            result.StatusCode, result.Error, result.ResponseExcerpt);
        await insert.ExecuteNonQueryAsync(cancellationToken);
        await RecordAtEndpointAsync(delivery, now, result, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Gives a lease back that was not used, so that the delivery need not wait for its end.</summary>
    public async Task ReleaseAsync(LeasedDelivery delivery, CancellationToken cancellationToken)
    {
        await session.BeginAsync(delivery.Tenant, cancellationToken);
        await using var update = session.Command(
            "update webhook_deliveries set lease_id = null, leased_until = null where id = $1 and lease_id = $2",
            delivery.DeliveryId, delivery.LeaseId);
        await update.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>A success ends a run of failures; one that lasts too long, or a receiver that says so, ends the
    /// endpoint.</summary>
    private async Task RecordAtEndpointAsync(
        LeasedDelivery delivery, DateTimeOffset now, SendResult result, CancellationToken cancellationToken)
    {
        await using var update = result switch
        {
            { IsSuccess: true } => session.Command(
                "update webhook_endpoints set failing_since = null where id = $1 and failing_since is not null",
                delivery.EndpointId.Value),
            { IsGone: true } => session.Command(
                "update webhook_endpoints set status = 'Disabled', status_reason = $2 "
                + "where id = $1 and status = 'Enabled'",
                delivery.EndpointId.Value, Model.EndpointReasons.Gone),
            _ => session.Command(
                "update webhook_endpoints set failing_since = coalesce(failing_since, $2), "
                + "status = case when status = 'Enabled' and failing_since <= $3 then 'Disabled' else status end, "
                + "status_reason = case when status = 'Enabled' and failing_since <= $3 then $4 else status_reason end "
                + "where id = $1",
                delivery.EndpointId.Value, now, now - settings.DisableAfter, Model.EndpointReasons.KeptFailing),
        };
        await update.ExecuteNonQueryAsync(cancellationToken);
    }
}
