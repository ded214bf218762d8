using FinCode.Sandbox.Instructions;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Sandbox.PayIns;

/// <summary>
/// The hosted page of a pay-in provider. The merchant's signature over reference, amount, currency and callback URL
/// stands in for a
/// call to open the payment; the payer is whoever has the link.
/// </summary>
internal static class PayEndpoints
{
    private const int MaxPayerReferenceLength = 140;
    private const int MaxPayerNameLength = 140;

    public static void MapPayIns(this WebApplication app)
    {
        var group = app.MapGroup("/payin").WithTags("payin");
        group.MapGet("/pay", ShowPage).AllowAnonymous();
        group.MapPost("/pay", PayAsync).AllowAnonymous().DisableAntiforgery();
        group.MapGet("/payments/{reference}", IResult (string reference, PaymentDesk desk) =>
            desk.Find(reference) is { } payment
                ? TypedResults.Ok(payment.ToAnswer()) : Problems.NotFound()).RequireApiKey();
    }

    private static IResult ShowPage(
        SandboxSettings settings, HttpContext http,
        string? reference, string? amount, string? currency, string? callbackUrl, string? signature)
    {
        var request = new SandboxPayRequest(reference, amount, currency, callbackUrl, signature, PayerReference: null);
        return Check(request, settings, out _) is null
            ? PayPage.Form(http, request)
            : PayPage.Message(http, StatusCodes.Status403Forbidden, "This payment link is not valid.");
    }

    private static async Task<IResult> PayAsync(
        HttpContext http, SandboxSettings settings, PaymentDesk desk, CancellationToken cancellationToken)
    {
        var isForm = http.Request.HasFormContentType;
        var request = isForm
            ? await ReadFormAsync(http, cancellationToken)
            : await ReadJsonAsync(http, cancellationToken);
        if (Check(request, settings, out var money) is { } problem)
            return isForm ? PayPage.Message(http, StatusCodes.Status403Forbidden, "This payment link is not valid.")
                : problem;
        var payment = desk.Pay(request.Reference!, money, request.CallbackUrl!,
            string.IsNullOrWhiteSpace(request.PayerReference) ? null : request.PayerReference,
            string.IsNullOrWhiteSpace(request.PayerName) ? null : request.PayerName);
        if (payment is null)
            return isForm
                ? PayPage.Message(http, StatusCodes.Status409Conflict, "This was paid already.")
                : Problems.Conflict("REFERENCE_REUSED", "This reference was paid with other content.");
        return isForm
            ? PayPage.Message(http, StatusCodes.Status200OK, $"Paid: {payment.Amount}. You can close this page.")
            : TypedResults.Ok(payment.ToAnswer());
    }

    private static ProblemHttpResult? Check(SandboxPayRequest request, SandboxSettings settings, out Money money)
    {
        var validation = new Validation();
        money = default;
        var currency = validation.RequireCurrency(request.Currency, "/currency");
        Money? amount = null;
        if (currency is not null)
        {
            var error = Money.TryParse(request.Amount, currency, out var parsed);
            if (validation.Check(error is null, "/amount", error ?? ""))
                amount = parsed;
        }
        OrderForm.Check(validation, request.Reference, amount, request.CallbackUrl);
        validation.RequireText(request.Signature, "/signature", OrderForm.MaxTextLength);
        validation.OptionalText(request.PayerReference, "/payerReference", MaxPayerReferenceLength);
        validation.OptionalText(request.PayerName, "/payerName", MaxPayerNameLength);
        if (validation.Failed)
            return validation.ToProblem();
        money = amount!.Value;
        return Signatures.IsOfPage(settings.MerchantSecret,
            request.Reference!, request.Amount!, request.Currency!, request.CallbackUrl!, request.Signature!)
            ? null
            : Problems.Deny("The signature is not the merchant's.");
    }

    private static async Task<SandboxPayRequest> ReadFormAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var form = await http.Request.ReadFormAsync(cancellationToken);
        return new SandboxPayRequest(
            form["reference"], form["amount"], form["currency"], form["callbackUrl"], form["signature"],
                form["payerReference"], form["payerName"]);
    }

    private static async Task<SandboxPayRequest> ReadJsonAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("JSON or a form is expected.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await http.Request.ReadFromJsonAsync<SandboxPayRequest>(cancellationToken)
                ?? throw new BadHttpRequestException("A JSON object is expected.");
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw new BadHttpRequestException("The body is not valid.", exception);
        }
    }
}
