using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>Everything that is held here about a customer, in plain, for the customer's own eyes.</summary>
/// <param name="NextCursor">Give it as <c>cursor</c> to get more transfers; missing when these are all.</param>
internal sealed record CustomerRecord(
    PartyInFull Customer, IReadOnlyList<PartyInFull> Beneficiaries, IReadOnlyList<TransferInFull> Transfers,
    string? NextCursor)
{
    public override string ToString() => "(personal data)";
}

internal sealed record PartyInFull(
    PartyId Id, string? Reference, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? RestrictedAt, DateTimeOffset? EraseAfter, PartyRecord Details)
{
    public override string ToString() => "(personal data)";
}

/// <param name="UpdatedAt">When the status last changed.</param>
/// <param name="PayerName">Whose account paid, where the pay-in's provider told it.</param>
/// <param name="PaidTo">Where the money of this transfer went.</param>
internal sealed record TransferInFull(
    TransactionId Id, string Pcn, TransactionStatus Status, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    Money SendAmount, Money ReceiveAmount, Money Fee, PayInMethod PayInMethod, PayoutMethod PayoutMethod,
    Purpose Purpose, SourceOfFunds SourceOfFunds, PartyId BeneficiaryId, string? Relationship, string? Note,
    string? PayerName, PayoutDetails? PaidTo)
{
    public override string ToString() => "(personal data)";
}

/// <summary>
/// Subject access. It shows what the customer gave and what was done with it; stages, cases and screenings are not in
/// it, for saying that there are any can be an offence.
/// </summary>
internal static partial class GetCustomerRecord
{
    private const int PageSize = 500;
    private const int MaxBeneficiaries = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/customers/{id}/data", HandleAsync)
        .RequireRole(Contracts.Roles.Manager)
        .WithName("GetCustomerRecord").WithSummary("Everything that is held about a customer").WithTags("Customers")
        .Produces<CustomerRecord>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, string? cursor, Caller caller, DbSession session, Lazy<TransactionsDb> db, PartyVault vault,
        IServiceProvider scope, ILogger<CustomerRecord> logger, CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        var before = default(TransactionId);
        if (cursor is not null && !TransactionId.TryParse(cursor, null, out before))
            return Problems.Invalid("cursor", "This is not a cursor.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await scope.GetRequiredService<Parties>().FindCustomerAsync(customer, cancellationToken) is not { } row)
            return Problems.NotFound();
        var beneficiaries = await db.Value.Parties.AsNoTracking()
            .Where(party => party.TenantId == caller.Tenant && party.OwnerId == customer && party.ErasedAt == null)
            .OrderByDescending(party => party.Id).Take(MaxBeneficiaries).ToListAsync(cancellationToken);
        var found = await db.Value.Transfers.FromSql(
            $"""
            select * from transactions where tenant_id = {caller.Tenant.Value} and sender_id = {customer.Value}
            and ({cursor is null} or id < {before.Value})
            """).AsNoTracking().OrderByDescending(transfer => transfer.Id).Take(PageSize + 1)
            .ToListAsync(cancellationToken);
        var page = found.Take(PageSize).ToList();
        var ids = page.Select(transfer => transfer.BeneficiaryId).Distinct().ToList();
        var paid = await db.Value.Parties.AsNoTracking()
            .Where(party => party.TenantId == caller.Tenant && ids.Contains(party.Id))
            .ToDictionaryAsync(party => party.Id, cancellationToken);
        var changed = await LastShownAsync(db.Value, caller.Tenant, page, cancellationToken);
        LogGiven(logger, customer, caller.Subject);
        return TypedResults.Ok(new CustomerRecord(
            InFull(row, vault), [.. beneficiaries.Select(party => InFull(party, vault))],
            [.. page.Select(transfer => InFull(transfer, changed.GetValueOrDefault(transfer.Id, transfer.CreatedAt),
                row, paid[transfer.BeneficiaryId], vault))],
            found.Count > PageSize ? page[^1].Id.ToString() : null));
    }

    /// <summary>
    /// When each last changed as everybody may see it: a transfer's own time moves with its stages, and would tell
    /// that somebody looked at it.
    /// </summary>
    private static Task<Dictionary<TransactionId, DateTimeOffset>> LastShownAsync(
        TransactionsDb db, TenantId tenant, List<Transfer> page, CancellationToken cancellationToken)
    {
        var ids = page.Select(transfer => transfer.Id).ToList();
        return db.Timeline.AsNoTracking()
            .Where(row => row.TenantId == tenant && row.IsPublic && ids.Contains(row.TransactionId))
            .GroupBy(row => row.TransactionId)
            .Select(rows => new { rows.Key, At = rows.Max(row => row.At) })
            .ToDictionaryAsync(row => row.Key, row => row.At, cancellationToken);
    }

    private static PartyInFull InFull(PartyRow row, PartyVault vault) => new(
        row.Id, row.Reference, row.Version, row.CreatedAt, row.UpdatedAt, row.RestrictedAt, row.EraseAfter,
        vault.Open(row));

    private static TransferInFull InFull(
        Transfer transfer, DateTimeOffset changed, PartyRow sender, PartyRow beneficiary, PartyVault vault) => new(
        transfer.Id, transfer.Pcn, transfer.Status, transfer.CreatedAt, changed, transfer.SendAmount,
        transfer.ReceiveAmount, transfer.Fee, transfer.PayInMethod, transfer.PayoutMethod, transfer.Purpose,
        transfer.SourceOfFunds, transfer.BeneficiaryId, vault.RelationshipOf(sender, transfer),
        transfer.NoteSealed is { } note ? vault.OpenFor<string>(sender, transfer.Id, note) : null,
        transfer.PayerSealed is { } payer ? vault.OpenFor<string>(sender, transfer.Id, payer) : null,
        beneficiary.ErasedAt is null ? vault.OpenBeneficiary(beneficiary, transfer).Payout : null);

    [LoggerMessage(Level = LogLevel.Information, Message = "What is held about {PartyId} was given to {Subject}")]
    private static partial void LogGiven(ILogger logger, PartyId partyId, string subject);
}
