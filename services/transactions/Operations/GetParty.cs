using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>What compliance needs in order to screen a party.</summary>
internal sealed record PartyResponse(
    PartyId Id, PartyRole Role, int Version, PersonKind Kind, string FullName, DateOnly? DateOfBirth, string Country,
    string? Nationality, string? Address, string? BankName, string? BankCode, string? SwiftBic, string? IbanCountry,
    PartyGender? Gender, IReadOnlyList<PartyIdentifier>? Identifiers)
{
    public override string ToString() => "(personal data)";
}

/// <summary>
/// Our own services read a party's personal data here; the gateway does not route it. With a transaction: as it is in
/// that transfer, whose payout details are its own.
/// </summary>
internal static class GetParty
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/internal/parties/{id}", HandleAsync)
        .RequireAccess(Scopes.PartiesInternal)
        .WithName("GetParty").WithSummary("A party's personal data, for screening").WithTags("Internal")
        .Produces<PartyResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, string? tenant, string? transaction, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        PartyVault vault, CancellationToken cancellationToken)
    {
        if (InternalRequest.Refusal(caller, tenant, out var tenantId) is { } refusal)
            return refusal;
        if (!PartyId.TryParse(id, null, out var partyId))
            return Problems.NotFound();
        await session.BeginAsync(tenantId, cancellationToken);
        var row = await db.Value.Parties.AsNoTracking()
            .SingleOrDefaultAsync(party => party.Id == partyId && party.TenantId == tenantId, cancellationToken);
        if (row is null)
            return Problems.NotFound();
        if (row is { ErasedAt: not null })
            return Problems.NotFound();
        if (transaction is null)
            return TypedResults.Ok(Response(row, vault.Open(row)));
        var transfer = TransactionId.TryParse(transaction, null, out var transactionId)
            ? await db.Value.Transfers.AsNoTracking().SingleOrDefaultAsync(one => one.Id == transactionId
                && one.TenantId == tenantId && (one.SenderId == partyId || one.BeneficiaryId == partyId),
                cancellationToken)
            : null;
        if (transfer is null)
            return Problems.NotFound();
        return TypedResults.Ok(Response(row, transfer.SenderId == partyId
            ? vault.Open(row)
            : vault.OpenBeneficiary(row, transfer)));
    }

    internal static PartyResponse Response(PartyRow row, PartyRecord record) => new(
        row.Id, row.Role, row.Version, record.Kind, record.FullName, record.DateOfBirth, record.Country,
        record.Nationality, record.Address, record.Payout?.BankName, record.Payout?.BankCode,
        record.Payout?.SwiftBic, CountryOf(record.Payout?.Iban), record.Gender, record.Identifiers);

    /// <summary>An IBAN begins with the country of the account (ISO 13616); the rest stays here.</summary>
    private static string? CountryOf(string? iban) =>
        iban?.TrimStart() is [var first, var second, ..] && char.IsAsciiLetter(first) && char.IsAsciiLetter(second)
            ? $"{first}{second}".ToUpperInvariant()
            : null;
}
