using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Forgetting a customer, with everybody whom the customer sent money to. While the law wants the record, its use is
/// restricted: no new transfers, no changes. Afterwards the keys are destroyed; ids, amounts and entries stay, and
/// every chain over them still holds.
/// </summary>
internal sealed partial class Erasure(
    DbSession session, Transfers transfers, CustomerRetention retention, ComplianceHolds holds,
    ILogger<Erasure> logger)
{
    /// <summary>A transfer that was being created when the customer was restricted is there by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Until compliance is asked again about somebody whom a case holds.</summary>
    private static readonly TimeSpan HeldPause = TimeSpan.FromHours(1);

    /// <summary>
    /// Restricts the customer and returns until when the record is kept; null when there is no such customer.
    /// </summary>
    public async Task<DateTimeOffset?> RestrictAsync(PartyId id, string by, CancellationToken cancellationToken)
    {
        if (await LockAsync(id, cancellationToken) is not { ErasedAt: null } row)
            return null;
        row.ErasureAskedBy ??= by;
        row.RestrictedAt ??= transfers.Now;
        var retained = await RetainedUntilAsync(id, cancellationToken) ?? transfers.Now;
        var graceEnd = row.RestrictedAt.Value + Grace;
        row.EraseAfter = retained > graceEnd ? retained : graceEnd;
        await transfers.SaveAsync(cancellationToken);
        return row.EraseAfter;
    }

    /// <summary>
    /// Somebody approves what somebody else asked for. Null when there is no such customer, or nobody asked; false for
    /// whoever asked.
    /// </summary>
    public async Task<(bool IsApproved, DateTimeOffset EraseAfter)?> ApproveAsync(
        PartyId id, string by, CancellationToken cancellationToken)
    {
        if (await LockAsync(id, cancellationToken) is not
            { ErasedAt: null, ErasureAskedBy: { } asker, EraseAfter: { } after } row)
            return null;
        if (asker == by)
            return (false, after);
        row.ErasureApprovedBy ??= by;
        await transfers.SaveAsync(cancellationToken);
        return (true, after);
    }

    /// <summary>
    /// Destroys the keys, unless there is still a reason to wait: then it waits until that ends. Compliance is asked
    /// whether a case holds one of them.
    /// </summary>
    public async Task<bool> TryEraseAsync(PartyId id, CancellationToken cancellationToken)
    {
        if (await LockAsync(id, cancellationToken) is not
            { ErasedAt: null, EraseAfter: not null, ErasureApprovedBy: not null } customer)
            return false;
        if (await RetainedUntilAsync(id, cancellationToken) is { } retained && retained > transfers.Now)
        {
            customer.EraseAfter = retained;
            return false;
        }
        var beneficiaries = await transfers.Db.Parties.FromSql(
            $"""
            select * from parties where tenant_id = {session.Tenant.Value} and owner_id = {id.Value}
            and erased_at is null order by id for no key update
            """).ToListAsync(cancellationToken);
        if (await holds.AnyAsync(
            session.Tenant, [id, .. beneficiaries.Select(beneficiary => beneficiary.Id)], cancellationToken))
        {
            customer.EraseAfter = transfers.Now + HeldPause;
            return false;
        }
        foreach (var row in (PartyRow[])[customer, .. beneficiaries])
        {
            (row.ErasureAskedBy, row.ErasureApprovedBy) = (customer.ErasureAskedBy, customer.ErasureApprovedBy);
            await EraseAsync(row, cancellationToken);
        }
        foreach (var transfer in await TransfersOf(id).ToListAsync(cancellationToken))
            transfer.Forget();
        session.AfterCommit(() => LogErased(logger, id, beneficiaries.Count));
        return true;
    }

    private IQueryable<Transfer> TransfersOf(PartyId id) =>
        transfers.Db.Transfers.Where(row => row.TenantId == session.Tenant && row.SenderId == id);

    /// <summary>
    /// So many years after the last transfer; as long as one is under way, that long from now. Null: there is none.
    /// </summary>
    private async Task<DateTimeOffset?> RetainedUntilAsync(PartyId id, CancellationToken cancellationToken)
    {
        var years = (await retention.GetAsync(cancellationToken)).Years;
        if (await TransfersOf(id).AnyAsync(row => row.Stage != TransferStage.Ended, cancellationToken))
            return transfers.Now.AddYears(years);
        return (await TransfersOf(id).MaxAsync(row => (DateTimeOffset?)row.UpdatedAt, cancellationToken))
            ?.AddYears(years);
    }

    private async Task<PartyRow?> LockAsync(PartyId id, CancellationToken cancellationToken) =>
        (await transfers.Db.Parties.FromSql(
            $"""
            select * from parties where id = {id.Value} and tenant_id = {session.Tenant.Value} and role = 'SENDER'
            for no key update
            """).ToListAsync(cancellationToken)).SingleOrDefault();

    private Task EraseAsync(PartyRow row, CancellationToken cancellationToken)
    {
        PartyVault.Destroy(row);
        row.Reference = row.Fingerprint = row.EmailKey = row.PhoneKey = null;
        row.LinkKey = row.NameKey = row.Id.Value.ToString();
        row.ErasedAt = row.UpdatedAt = transfers.Now;
        return transfers.PublishAsync(new PartyErased(row.Id, row.Role), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Customer {PartyId} was erased with {Beneficiaries} beneficiaries")]
    private static partial void LogErased(ILogger logger, PartyId partyId, int beneficiaries);
}
