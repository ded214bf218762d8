using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>
/// What was agreed and where it publicly stands, for the sender's records. It gives no reasons, and nothing in it
/// changes with stages or cases.
/// </summary>
/// <param name="StatusSince">When the public status last changed.</param>
/// <param name="PaidInAt">When the money arrived; missing until then.</param>
/// <param name="SendAmount">What is converted; the fees come on top of it.</param>
/// <param name="Rate">Units of the receiving currency for one unit of the sending currency.</param>
/// <param name="PaidTo">Missing once the beneficiary is erased, and where the payout needs no details.</param>
/// <param name="DeliveryEstimate">How long it usually takes from when the money arrived.</param>
internal sealed record ReceiptResponse(
    TransactionId Id,
    string Pcn,
    TransactionStatus Status,
    DateTimeOffset StatusSince,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidInAt,
    string Sender,
    string Beneficiary,
    Money SendAmount,
    IReadOnlyList<QuoteFee> Fees,
    Money TotalToPay,
    string Rate,
    Money ReceiveAmount,
    string SendCountry,
    string ReceiveCountry,
    PayInMethod PayInMethod,
    PayoutMethod PayoutMethod,
    ReceiptAccount? PaidTo,
    string DeliveryEstimate)
{
    // A manager's holds names.
    public override string ToString() => Id.ToString();
}

/// <param name="Institution">The bank, the operator, or where cash is collected.</param>
/// <param name="Account">The end of the account number, IBAN or phone; the rest is masked.</param>
internal sealed record ReceiptAccount(string? Institution, string? Account);

/// <summary>
/// A receipt as JSON, or as a page that prints. MANAGER, who may read what is held about a customer, sees names; to the
/// others they are initials.
/// </summary>
internal static class GetReceipt
{
    private const string Erased = "***";
    private const string Html = "text/html";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/transactions/{id}/receipt", HandleAsync)
        .RequireAccess(Scopes.TransactionsRead, Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager,
            Contracts.Roles.Compliance, Contracts.Roles.Finance)
        .WithName("GetReceipt").WithSummary("A receipt for the sender, as JSON or as a page that prints")
        .WithDescription("format is json or html; without it the Accept header decides.")
        .WithTags("Transactions").WithGroupName("partners")
        .Produces<ReceiptResponse>(200, "application/json", Html)
        .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, string? format, HttpContext http, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        PartyVault vault, CancellationToken cancellationToken)
    {
        if (format is not (null or "json" or "html"))
            return Problems.Invalid("format", "One of json, html.");
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var transfer = await db.Value.Transfers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.TenantId == caller.Tenant && row.Id == transactionId, cancellationToken);
        if (transfer is null)
            return Problems.NotFound();
        var ids = (PartyId[])[transfer.SenderId, transfer.BeneficiaryId];
        var parties = await db.Value.Parties.AsNoTracking()
            .Where(party => party.TenantId == caller.Tenant && ids.Contains(party.Id))
            .ToDictionaryAsync(party => party.Id, cancellationToken);
        // The transfer's own time moves with its stages.
        var since = await db.Value.Timeline.AsNoTracking()
            .Where(row => row.TenantId == caller.Tenant && row.TransactionId == transactionId && row.IsPublic)
            .MaxAsync(row => row.At, cancellationToken);
        var receipt = Of(transfer, parties[transfer.SenderId], parties[transfer.BeneficiaryId], since, vault,
            caller.IsIn(Contracts.Roles.Manager));
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        if (!(format is null ? PrefersHtml(http.Request) : format == "html"))
            return TypedResults.Ok(receipt);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return TypedResults.Content(ReceiptPage.Of(receipt), Html + "; charset=utf-8");
    }

    private static ReceiptResponse Of(
        Transfer transfer, PartyRow sender, PartyRow beneficiary, DateTimeOffset since, PartyVault vault,
        bool seesNames)
    {
        var from = sender.ErasedAt is null ? vault.Open(sender) : null;
        var to = beneficiary.ErasedAt is null ? vault.OpenBeneficiary(beneficiary, transfer) : null;
        return new ReceiptResponse(
            transfer.Id, transfer.Pcn, transfer.Status, since, transfer.CreatedAt, transfer.FundedAt,
            NameOf(from, seesNames), NameOf(to, seesNames), transfer.SendAmount,
            [new QuoteFee(CreateQuote.TransferFee, transfer.Fee)], transfer.TotalToPay,
            TransactionResponses.RateText(transfer.Rate), transfer.ReceiveAmount, transfer.SendCountry,
            transfer.ReceiveCountry, transfer.PayInMethod, transfer.PayoutMethod,
            AccountOf(to?.Payout, transfer.PayoutMethod), CreateQuote.DeliveryEstimateOf(transfer.PayoutMethod));
    }

    private static string NameOf(PartyRecord? party, bool seesNames) =>
        party is null ? Erased : seesNames ? party.FullName : party.MaskedName();

    private static ReceiptAccount? AccountOf(PayoutDetails? details, PayoutMethod method) => details is null
        ? null
        : method switch
        {
            PayoutMethod.Bank => new ReceiptAccount(
                details.BankName ?? details.BankCode, Masked(details.AccountNumber ?? details.Iban)),
            PayoutMethod.MobileMoney => new ReceiptAccount(details.Operator, Masked(details.Phone)),
            PayoutMethod.CashPickup => new ReceiptAccount(details.PickupPoint, Masked(details.Phone)),
            _ => null,
        };

    /// <summary>The last four characters, of a short number fewer: never as much as half of it.</summary>
    private static string? Masked(string? number)
    {
        if (number is null)
            return null;
        var shown = Math.Min(4, (number.Length - 1) / 2);
        return "****" + (shown > 0 ? number[^shown..] : "");
    }

    /// <summary>Whoever takes anything gets JSON.</summary>
    private static bool PrefersHtml(HttpRequest request)
    {
        decimal html = 0, other = 0;
        foreach (var accepted in request.GetTypedHeaders().Accept)
        {
            var quality = (decimal)(accepted.Quality ?? 1);
            if (accepted.MediaType.Equals(Html, StringComparison.OrdinalIgnoreCase))
                html = Math.Max(html, quality);
            else if (accepted.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || accepted.MatchesAllTypes)
                other = Math.Max(other, quality);
        }
        return html > other;
    }
}
