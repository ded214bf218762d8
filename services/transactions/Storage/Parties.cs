using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Transactions.Storage;

/// <summary>Why a party is not recorded.</summary>
internal enum PartyRefusal
{
    EmailTaken,
    ReferenceTaken,

    /// <summary>It asked to be erased: there is nothing new about it.</summary>
    Restricted,
}

/// <summary>What a party is changed with.</summary>
internal enum PartyChange
{
    ByItself,

    /// <summary>A transfer that is ordered says something else of it.</summary>
    WithOrder,

    /// <summary>Of a transfer under way, which goes on although the customer is restricted.</summary>
    Correction,
}

/// <summary>A party as it stands now, or why it does not.</summary>
internal readonly record struct Recorded(PartyRow? Row, PartyRefusal? Refusal = null);

/// <summary>Who is meant: a customer, or a beneficiary of one.</summary>
/// <param name="Account">Of a beneficiary: where the money goes.</param>
internal sealed record PartyClaim(
    PartyRole Role, PartyId? Owner, PartyRecord Given, string? Reference = null, string? Account = null);

/// <summary>
/// The parties of the session's tenant, each known again where it can be. A change is a new version, which is
/// published and thereby screened. Unique indexes decide between two who record the same party at once: the second one
/// finds the row of the first.
/// </summary>
internal sealed class Parties(DbSession session, Transfers transfers, PartyVault vault, PartyKeys keys,
    TimeProvider clock)
{
    public const string EmailIndex = "customers_email";
    public const string CustomerReferenceIndex = "customers_reference";
    public const string BeneficiaryReferenceIndex = "beneficiaries_reference";

    private TransactionsDb Db => transfers.Db;

    /// <summary>A sender by its id; null when there is none in this tenant.</summary>
    public Task<PartyRow?> FindCustomerAsync(PartyId id, CancellationToken cancellationToken) =>
        Db.Parties.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == session.Tenant && row.Id == id
            && row.Role == PartyRole.Sender && row.ErasedAt == null, cancellationToken);

    public Task<PartyRow?> FindBeneficiaryAsync(PartyId owner, PartyId id, CancellationToken cancellationToken) =>
        Db.Parties.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == session.Tenant && row.Id == id
            && row.OwnerId == owner && row.Role == PartyRole.Beneficiary && row.ErasedAt == null, cancellationToken);

    /// <summary>
    /// The party of a transfer that was given inline: the one of that reference, else the one that is the same by its
    /// details, else a new one. What is given is a new version of a known one; what is left out stays as it was.
    /// </summary>
    public async Task<Recorded> KnowAsync(PartyClaim claim, CancellationToken cancellationToken)
    {
        var known = await FindAgainAsync(claim, cancellationToken);
        if (known is null)
        {
            var inserted = await InsertAsync(claim, claim.Reference is not null, cancellationToken);
            if (inserted is not null)
                return new Recorded(inserted);
            // Somebody was quicker with the same party; or the e-mail address is another customer's.
            known = await FindAgainAsync(claim, cancellationToken);
            if (known is null)
                return new Recorded(null, PartyRefusal.EmailTaken);
        }
        if (known.RestrictedAt is not null)
            return new Recorded(null, PartyRefusal.Restricted);
        var before = vault.Open(known);
        if (!known.IsRegistered && PartyIdentity.Contradict(claim.Given, before))
            return new Recorded(await InsertAsync(claim, isRegistered: false, cancellationToken, isItself: true));
        return claim.Given.FilledFrom(before).SaysTheSameAs(before)
            ? new Recorded(known)
            : await ChangeAsync(known, row => claim.Given.FilledFrom(vault.Open(row)), cancellationToken,
                how: PartyChange.WithOrder);
    }

    /// <summary>A party that somebody registers: always a new one.</summary>
    public async Task<Recorded> RegisterAsync(PartyClaim claim, CancellationToken cancellationToken)
    {
        if (await InsertAsync(claim, isRegistered: true, cancellationToken, isOutsideTransfer: true) is { } row)
            return new Recorded(row);
        return new Recorded(null, claim.Reference is not null
            && await FindAgainAsync(claim, cancellationToken) is not null
                ? PartyRefusal.ReferenceTaken
                : PartyRefusal.EmailTaken);
    }

    /// <summary>
    /// Under a lock, so that two changes follow each other: the second one changes what the first one left. Nothing is
    /// published when nothing changes.
    /// </summary>
    /// <param name="touch">What else changes of the row.</param>
    public async Task<Recorded> ChangeAsync(PartyRow known, Func<PartyRow, PartyRecord> change,
        CancellationToken cancellationToken, Action<PartyRow>? touch = null, PartyChange how = PartyChange.ByItself)
    {
        if (how != PartyChange.Correction && await IsRestrictedAsync(known.OwnerId ?? known.Id, cancellationToken))
            return new Recorded(null, PartyRefusal.Restricted);
        var rows = await Db.Parties.FromSql(
            $"""
            select * from parties where id = {known.Id.Value} and tenant_id = {session.Tenant.Value}
            for no key update
            """)
            .ToListAsync(cancellationToken);
        var row = rows.Single();
        // It may have been erased since it was found: then there is no key to seal anything under.
        if (row.ErasedAt is not null)
            return new Recorded(null, PartyRefusal.Restricted);
        var record = change(row);
        var reference = row.Reference;
        touch?.Invoke(row);
        // A reference is a detail that travels with the money: a transfer may be waiting for it.
        if (row.Reference != reference || !record.SaysTheSameAs(vault.Open(row)))
        {
            vault.Change(row, record);
            await PublishAsync(row, how == PartyChange.ByItself, cancellationToken);
        }
        // It stays known by the details that it was found by, unless it is registered by now.
        var fingerprint = row.IsRegistered ? null : row.Fingerprint;
        keys.Set(row, record);
        row.Fingerprint = fingerprint;
        try
        {
            await Db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.InnerException is PostgresException
        {
            ConstraintName: EmailIndex or CustomerReferenceIndex or BeneficiaryReferenceIndex,
        } refused)
        {
            return new Recorded(null,
                refused.ConstraintName == EmailIndex ? PartyRefusal.EmailTaken : PartyRefusal.ReferenceTaken);
        }
        return new Recorded(row);
    }

    /// <summary>
    /// Whether the customer is to be erased, so that nothing changes any more; except while a transfer has not been
    /// paid out, which may wait for details. It goes by the public status, for what is held must not be told from what
    /// is not. Locked before the beneficiaries, as for erasure.
    /// </summary>
    private async Task<bool> IsRestrictedAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            "select restricted_at is not null and not exists (select from transactions t where t.tenant_id = $1 "
            + "and t.sender_id = $2 and t.status in ('WAITING_TO_PAY', 'VERIFYING')) from parties "
            + "where tenant_id = $1 and id = $2 for no key update of parties", session.Tenant.Value, customer.Value);
        return await find.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<PartyRow?> FindAgainAsync(PartyClaim claim, CancellationToken cancellationToken)
    {
        var rows = Db.Parties.AsNoTracking().Where(row => row.TenantId == session.Tenant && row.Role == claim.Role
            && row.OwnerId == claim.Owner);
        if (claim.Reference is { } reference)
            return await rows.SingleOrDefaultAsync(row => row.Reference == reference, cancellationToken);
        return keys.Fingerprint(session.Tenant, claim.Role, claim.Given, claim.Account) is { } fingerprint
            ? await rows.SingleOrDefaultAsync(row => row.Fingerprint == fingerprint, cancellationToken)
            : null;
    }

    /// <summary>Null when a unique index has one like it.</summary>
    /// <param name="isItself">Found by its id only, although another one has the same details.</param>
    private async Task<PartyRow?> InsertAsync(PartyClaim claim, bool isRegistered, CancellationToken cancellationToken,
        bool isItself = false, bool isOutsideTransfer = false)
    {
        var row = vault.Create(session.Tenant, PartyId.New(clock), claim.Role, claim.Given);
        row.OwnerId = claim.Owner;
        row.IsRegistered = isRegistered;
        row.Reference = claim.Reference;
        keys.Set(row, claim.Given, claim.Account);
        if (isItself)
            row.Fingerprint = null;
        await using var insert = session.Command(
            "insert into parties (id, tenant_id, role, version, master_key_id, wrapped_key, sealed, updated_at, "
            + "created_at, owner_id, is_registered, reference, fingerprint, link_key, name_key, email_key, phone_key) "
            + "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid, $11, $12::text, $13::text, $14, $15, $16::text, "
            + "$17::text) on conflict do nothing",
            row.Id.Value, row.TenantId.Value, Words.Of(row.Role), row.Version, row.MasterKeyId, row.WrappedKey,
            row.Sealed, row.UpdatedAt, row.CreatedAt, row.OwnerId?.Value, row.IsRegistered, row.Reference,
            row.Fingerprint, row.LinkKey, row.NameKey, row.EmailKey, row.PhoneKey);
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
            return null;
        await PublishAsync(row, isOutsideTransfer, cancellationToken);
        return row;
    }

    private Task PublishAsync(PartyRow row, bool isOutsideTransfer, CancellationToken cancellationToken) =>
        transfers.PublishAsync(
            new PartyRecorded(row.Id, row.Role, row.Version, isOutsideTransfer), cancellationToken);
}
