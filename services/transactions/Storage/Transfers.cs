using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Storage;

/// <summary>
/// The transfers of the session. A transfer is locked before anything about it is decided, so that a callback, a
/// command, a reaction and a job that come at once follow each other; attempts are only touched under the lock of
/// their transfer.
/// </summary>
internal sealed partial class Transfers(
    DbSession session, Lazy<TransactionsDb> db, Outbox outbox, TimeProvider clock, ILogger<Transfers> logger)
{
    public TransactionsDb Db => db.Value;

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public TenantId Tenant => session.Tenant;

    public async Task<Transfer?> LockAsync(TransactionId id, CancellationToken cancellationToken)
    {
        var rows = await Db.Transfers.FromSql(
            $"select * from transactions where id = {id.Value} and tenant_id = {Tenant.Value} for update")
            .ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>
    /// The transfer that an event of another service is about; one that this tenant does not have is a dead letter.
    /// </summary>
    public async Task<Transfer> RequireAsync(TransactionId id, CancellationToken cancellationToken) =>
        await LockAsync(id, cancellationToken)
        ?? throw new InvalidOperationException($"An event names the transfer {id}, which this tenant does not have.");

    /// <summary>
    /// Lets the lifecycle table decide, moves the transfer, writes the timeline, tells of a new public status, and
    /// records what does not fit. Commands that are refused leave no trace; the caller answers 409.
    /// </summary>
    public async Task<Decision> ApplyAsync(
        Transfer transfer, TransferEvent what, CancellationToken cancellationToken, string? detail = null,
        string? reason = null)
    {
        var before = new Standing(transfer.Status, transfer.Stage);
        var decision = transfer.Apply(what, Now, reason);
        if (decision.Kind == DecisionKind.Anomaly && !Lifecycle.IsCommand(what))
            await RecordAnomalyAsync(transfer, "UNEXPECTED_EVENT", what, Contracts.Roles.Compliance, cancellationToken,
                detail);
        if (decision.Kind != DecisionKind.Transition)
            return decision;
        var isNewStatus = before.Status != transfer.Status;
        AddTimeline(transfer, Words.Of(what), isNewStatus);
        if (!isNewStatus)
            return decision;
        await PublishStatusAsync(transfer, before.Status, cancellationToken);
        LogStatus(logger, transfer.Id, before.Status, transfer.Status);
        return decision;
    }

    public async Task<PartiesNow> PartiesOfAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select s.version, b.version, s.name_key, b.name_key, s.phone_key from parties s, parties b "
            + "where s.tenant_id = $1 and s.id = $2 and b.tenant_id = $1 and b.id = $3",
            transfer.TenantId.Value, transfer.SenderId.Value, transfer.BeneficiaryId.Value);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new PartiesNow(new PartyVersions(row.GetInt32(0), row.GetInt32(1)), row.GetString(2), row.GetString(3),
            await row.IsDBNullAsync(4, cancellationToken) ? null : row.GetString(4));
    }

    /// <summary>Lists, policy or a party are newer than what the transfer was cleared under.</summary>
    public async Task<bool> IsOvertakenAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select exists (select from screening_basis where tenant_id in ($1, $2) "
            + "and (list_version > $3 or policy_version > $4)) "
            + "or exists (select from parties where tenant_id = $1 "
            + "and ((id = $5 and version > $6) or (id = $7 and version > $8)))",
            transfer.TenantId.Value, Tenants.Platform.Value, transfer.ClearedListVersion,
            transfer.ClearedPolicyVersion, transfer.SenderId.Value, transfer.SenderVersion,
            transfer.BeneficiaryId.Value, transfer.BeneficiaryVersion);
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>When something first happened to the transfer; null: never.</summary>
    public Task<DateTimeOffset?> FirstAsync(
        Transfer transfer, TransferEvent what, CancellationToken cancellationToken) =>
        Db.Timeline.Where(row => row.TenantId == transfer.TenantId && row.TransactionId == transfer.Id
            && row.Event == Words.Of(what)).MinAsync(row => (DateTimeOffset?)row.At, cancellationToken);

    /// <summary>
    /// Lists, policy or the sender are newer than those under which the sender may have the money back.
    /// </summary>
    public async Task<bool> IsRefundOvertakenAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select exists (select from screening_basis where tenant_id in ($1, $2) "
            + "and (list_version > $3 or policy_version > $4)) "
            + "or exists (select from parties where tenant_id = $1 and id = $5 and version > $6)",
            transfer.TenantId.Value, Tenants.Platform.Value, transfer.RefundListVersion,
            transfer.RefundPolicyVersion, transfer.SenderId.Value, transfer.SenderVersion);
        return (bool)(await find.ExecuteScalarAsync(cancellationToken))!;
    }

    public void AddTimeline(Transfer transfer, string what, bool isPublic) => Db.Timeline.Add(new TimelineRow
    {
        TenantId = transfer.TenantId,
        TransactionId = transfer.Id,
        At = Now,
        Event = what,
        Status = transfer.Status,
        Stage = transfer.Stage,
        Reason = isPublic ? transfer.Reason : null,
        IsPublic = isPublic,
    });

    /// <summary>
    /// A row that somebody of the owning role works off, once per dedupe key, and an internal line in the timeline.
    /// </summary>
    public async Task RecordAnomalyAsync(
        Transfer transfer, string kind, TransferEvent what, string owner, CancellationToken cancellationToken,
        string? detail = null, string? dedupeKey = null)
    {
        var isNew = await InsertAnomalyAsync(new AnomalyRow
        {
            TenantId = transfer.TenantId,
            TransactionId = transfer.Id,
            At = Now,
            Kind = kind,
            Event = Words.Of(what),
            Status = transfer.Status,
            Stage = transfer.Stage,
            Detail = detail,
            Owner = owner,
            DedupeKey = dedupeKey,
        }, cancellationToken);
        if (!isNew)
            return;
        AddTimeline(transfer, kind, isPublic: false);
        LogAnomaly(logger, transfer.Id);
    }

    /// <summary>For facts that belong to no transfer of ours; false when the fact was recorded before.</summary>
    public async Task<bool> InsertAnomalyAsync(AnomalyRow row, CancellationToken cancellationToken)
    {
        await using var insert = session.Command(
            "insert into anomalies "
            + "(tenant_id, transaction_id, at, kind, event, status, stage, detail, owner, dedupe_key) "
            + "values ($1, $2::uuid, $3, $4, $5, $6::text, $7::text, $8::text, $9, $10::text) on conflict do nothing",
            row.TenantId.Value, row.TransactionId?.Value, row.At, row.Kind, row.Event,
            row.Status is { } status ? Words.Of(status) : null, row.Stage is { } stage ? Words.Of(stage) : null,
            row.Detail, row.Owner, row.DedupeKey);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Ends what is open of a kind, by the beginning of its dedupe key: it is over by itself.</summary>
    public async Task EndAnomaliesAsync(string kind, string keyPrefix, CancellationToken cancellationToken)
    {
        await using var end = session.Command(
            "update anomalies set ended_at = $4 "
            + "where tenant_id = $1 and kind = $2 and starts_with(dedupe_key, $3) and ended_at is null",
            session.Tenant.Value, kind, keyPrefix, Now);
        await end.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellationToken) where TEvent : IEvent =>
        outbox.AddAsync(message, cancellationToken);

    public Task PublishStatusAsync(Transfer transfer, TransactionStatus? from, CancellationToken cancellationToken) =>
        PublishAsync(new TransactionStatusChanged(
            transfer.Id, transfer.Pcn, from, transfer.Status, transfer.Reason, transfer.SendAmount,
            transfer.ReceiveAmount,
            transfer.TotalToPay, transfer.SendCountry, transfer.ReceiveCountry, transfer.PayoutMethod),
                cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => Db.SaveChangesAsync(cancellationToken);

    /// <summary>A hint for after the commit.</summary>
    public void AfterCommit(Action action) => session.AfterCommit(action);

    // Whoever reads the log learns no more than a partner does: stages and events are in the timeline, for COMPLIANCE.
    [LoggerMessage(Level = LogLevel.Information, Message = "Transfer {TransactionId}: {From} -> {To}")]
    private static partial void LogStatus(
        ILogger logger, TransactionId transactionId, TransactionStatus from, TransactionStatus to);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Transfer {TransactionId}: an anomaly is recorded for a person")]
    private static partial void LogAnomaly(ILogger logger, TransactionId transactionId);
}
