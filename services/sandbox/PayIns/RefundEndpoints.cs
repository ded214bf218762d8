using FinCode.Sandbox.Instructions;
using FinCode.ServiceDefaults;

namespace FinCode.Sandbox.PayIns;

/// <summary>Refunds of payments, through the provider that took the money; the rules of payouts hold.</summary>
internal static class RefundEndpoints
{
    private const int MaxListed = 200;
    private const int MaxReferenceLength = 64;

    public static void MapRefunds(this WebApplication app)
    {
        var group = app.MapGroup("/payin/refunds").RequireApiKey().WithTags("payin");
        group.MapPost("", RefundAsync);
        group.MapGet("/{reference}", IResult (string reference, InstructionDesk desk) =>
            desk.Find(Rail.Refund, reference) is { } answer ? TypedResults.Ok(answer) : Problems.NotFound());
        group.MapGet("", (InstructionDesk desk, string? reference, string? account) =>
            TypedResults.Ok(new InstructionList(desk.List(Rail.Refund, reference, account, MaxListed))));
    }

    private static async Task<IResult> RefundAsync(
        SandboxRefundRequest request, InstructionDesk desk, PaymentDesk payments, HttpContext http, TimeProvider clock,
        IHostApplicationLifetime lifetime)
    {
        var validation = new Validation();
        OrderForm.Check(validation, request.Reference, request.Amount, request.CallbackUrl);
        validation.RequireText(request.PaymentReference, "/paymentReference", MaxReferenceLength);
        if (validation.Failed)
            return validation.ToProblem();
        var payment = payments.Find(request.PaymentReference!);
        var order = new Order(
            Rail.Refund, request.Reference!, request.Amount!.Value, payment?.PayerReference ?? "", request.CallbackUrl!,
            OrderForm.Digest(request), payment?.Reference ?? request.PaymentReference!);
        return await OrderForm.AnswerAsync(http, desk.Take(order), clock, lifetime);
    }
}
