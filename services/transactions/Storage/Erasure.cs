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
internal sealed partial class Erasure(DbSession session, Transfers transfers, ILogger<Erasure> logger)
{
    public const int DefaultYears = 5;

    /// <summary>A transfer that was being created when the customer was restricted is there by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>
    /// Restricts the customer and returns until when the record is kept; null when there is no such customer.
    /// </summary>
    public async Task<DateTimeOffset?> RestrictAsync(PartyId id, CancellationToken cancellationToken)
    {
        if (await LockAsync(id, cancellationToken) is not { ErasedAt: null } row)
            return null;
        row.RestrictedAt ??= transfers.Now;
        var retained = await RetainedUntilAsync(id, cancellationToken) ?? transfers.Now;
        var graceEnd = row.RestrictedAt.Value + Grace;
        row.EraseAfter = retained > graceEnd ? retained : graceEnd;
        await transfers.SaveAsync(cancellationToken);
        return row.EraseAfter;
    }

    /// <summary>Destroys the keys, unless there is still a reason to wait: then it waits until that ends.</summary>
    public async Task<bool> TryEraseAsync(PartyId id, CancellationToken cancellationToken)
    {
        if (await LockAsync(id, cancellationToken) is not { ErasedAt: null, EraseAfter: not null } customer)
            return false;
        if (await RetainedUntilAsync(id, cancellationToken) is { } retained && retained > transfers.Now)
        {
            customer.EraseAfter = retained;
            return false;
        }
        var beneficiaries = await transfers.Db.Parties
            .Where(row => row.TenantId == session.Tenant && row.OwnerId == id && row.ErasedAt == null)
            .ToListAsync(cancellationToken);
        foreach (var row in (PartyRow[])[customer, .. beneficiaries])
            await EraseAsync(row, cancellationToken);
        foreach (var transfer in await TransfersOf(id).ToListAsync(cancellationToken))
            transfer.Forget();
        session.AfterCommit(() => LogErased(logger, id, beneficiaries.Count));
        return true;
    }

    public async Task<int> YearsAsync(CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select years from customer_retention where tenant_id = $1", session.Tenant.Value);
        return await read.ExecuteScalarAsync(cancellationToken) is int years ? years : DefaultYears;
    }

    public async Task SetYearsAsync(int years, string by, CancellationToken cancellationToken)
    {
        await using var write = session.Command(
            "insert into customer_retention (tenant_id, years, changed_by, changed_at) values ($1, $2, $3, $4) "
            + "on conflict (tenant_id) do update set years = excluded.years, changed_by = excluded.changed_by, "
            + "changed_at = excluded.changed_at", session.Tenant.Value, years, by, transfers.Now);
        await write.ExecuteNonQueryAsync(cancellationToken);
    }

    private IQueryable<Transfer> TransfersOf(PartyId id) =>
        transfers.Db.Transfers.Where(row => row.TenantId == session.Tenant && row.SenderId == id);

    /// <summary>
    /// So many years after the last transfer; as long as one is under way, that long from now. Null: there is none.
    /// </summary>
    private async Task<DateTimeOffset?> RetainedUntilAsync(PartyId id, CancellationToken cancellationToken)
    {
        var years = await YearsAsync(cancellationToken);
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
