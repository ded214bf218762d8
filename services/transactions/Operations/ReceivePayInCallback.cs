using System.Text;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <param name="PaymentId">The provider's id of the payment; refunds name it.</param>
/// <param name="Reference">The PCN.</param>
/// <param name="PayerName">Whose account paid, where the provider knows.</param>
internal sealed record PayInCallback(string? EventId, string? PaymentId, string? Reference, Money? Amount,
    string? Status, string? PayerName)
{
    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";
}

/// <summary>
/// A pay-in provider says that somebody paid. Once it is stored the answer is 204, however often it is told.
/// </summary>
internal static class ReceivePayInCallback
{
    private const int MaxIdLength = 128;
    private const int MaxNameLength = 200;
    private const string Paid = "PAID";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/callbacks/pay-ins/{provider}", HandleAsync)
        .AllowAnonymous().Accepts<PayInCallback>("application/json")
        .WithName("ReceivePayInCallback").WithSummary("A pay-in provider's signed notice").WithTags("Callbacks")
        .Produces(204).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        HttpContext http, string provider, SignedCallback callbacks, TenantLookup lookup, UnitsOfWork units,
        CancellationToken cancellationToken)
    {
        var (body, problem) = await callbacks.ReadAsync<PayInCallback>(http, provider, Check, cancellationToken);
        if (body is null)
            return problem!;
        var found = Pcn.IsValid(body.Reference) ? await lookup.ByPcnAsync(body.Reference!, cancellationToken) : null;
        var payment = new Payment(provider, body.PaymentId!, body.EventId!, body.Amount!.Value,
            NameOf(body.PayerName));
        if (found is null || body.Status != Paid)
            await units.RunAsync<Transfers>(found?.Tenant ?? Tenants.Platform,
                transfers => NoteAsync(transfers, found, payment, body.Status!, cancellationToken), cancellationToken);
        else
            await units.RunAsync<PayInReceipts>(found.Tenant,
                receipts => receipts.RecordAsync(found, payment, cancellationToken), cancellationToken);
        return TypedResults.NoContent();
    }

    private static void Check(PayInCallback body, Validation validation)
    {
        validation.RequireText(body.EventId, "/eventId", MaxIdLength);
        validation.RequireText(body.PaymentId, "/paymentId", MaxIdLength);
        validation.RequireText(body.Reference, "/reference", MaxIdLength);
        validation.RequireText(body.Status, "/status", MaxIdLength);
        if (validation.Require(body.Amount, "/amount"))
            validation.Check(body.Amount.Value.IsPositive, "/amount/amount",
                "An amount that was paid is greater than zero.");
    }

    /// <summary>Money is never sent back for how somebody's name is written: what does not fit is cut off.</summary>
    private static string? NameOf(string? text)
    {
        var name = string.Concat((text ?? "").EnumerateRunes().Take(MaxNameLength)
            .Select(one => Rune.IsControl(one) ? " " : one.ToString())).Trim();
        return name.Length == 0 ? null : name;
    }

    /// <summary>
    /// Money that belongs to no transfer of ours, or something else than a payment: a person has to look.
    /// </summary>
    private static async Task NoteAsync(
        Transfers transfers, Found? found, Payment payment, string status, CancellationToken cancellationToken) =>
        await transfers.InsertAnomalyAsync(new AnomalyRow
        {
            TenantId = transfers.Tenant,
            TransactionId = found?.Transaction,
            At = transfers.Now,
            Kind = found is null ? "PAY_IN_UNMATCHED" : "PAY_IN_NOTICE",
            Event = Words.Of(TransferEvent.Funded),
            Detail = $"{payment.Provider}, payment {payment.PaymentId}, {payment.Amount}, {status}",
            Owner = Contracts.Roles.Finance,
            DedupeKey = $"pay-in-notice:{payment.Provider}:{payment.EventId}:{payment.PaymentId}",
        }, cancellationToken);
}
