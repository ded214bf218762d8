using System.Text.Json.Serialization;

namespace FinCode.Sandbox.PayIns;

internal enum PaymentStatus
{
    Paid,
}

/// <summary>Money that a payer sent to a merchant.</summary>
/// <param name="Reference">The merchant's reference; paid at most once.</param>
/// <param name="PayerReference">Whatever the payer wrote; its last four characters choose what becomes of a
/// refund.</param>
/// <param name="PayerName">Whose account paid, as the payer's bank would say it.</param>
internal sealed record Payment(
    string PaymentId, string Reference, Money Amount, string CallbackUrl, string? PayerReference, DateTimeOffset PaidAt,
    string? PayerName = null)
{
    public PaymentAnswer ToAnswer() => new(PaymentId, Reference, Amount, PaymentStatus.Paid);
}

/// <summary>The same fields as the page's form, as JSON.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxPayRequest(
    string? Reference, string? Amount, string? Currency, string? CallbackUrl, string? Signature,
        string? PayerReference, string? PayerName = null);

internal sealed record PaymentAnswer(string PaymentId, string Reference, Money Amount, PaymentStatus Status);

internal sealed record PaymentCallback(
    string EventId, string PaymentId, string Reference, Money Amount, PaymentStatus Status, string? PayerName);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxRefundRequest(
    string? Reference, string? PaymentReference, Money? Amount, string? CallbackUrl);
