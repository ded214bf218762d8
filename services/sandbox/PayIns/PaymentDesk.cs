using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Instructions;
using FinCode.Sandbox.Storage;

namespace FinCode.Sandbox.PayIns;

/// <summary>Takes money from payers. One reference is paid once: again is the same payment, with another amount it is
/// refused.</summary>
internal sealed class PaymentDesk(Book book, CallbackQueue callbacks, SandboxSettings settings, TimeProvider clock)
{
    /// <summary>Payments kept at most.</summary>
    internal const int MaxPayments = 100_000;

    private const int RepeatedCallbacks = 3;

    /// <summary>Null when the reference was paid with other content, or when there is no room for one more.</summary>
    public Payment? Pay(string reference, Money amount, string callbackUrl, string? payerReference, string? payerName)
    {
        lock (book.Gate)
        {
            if (book.Payments.TryGetValue(reference, out var known))
                return known.Amount == amount && known.CallbackUrl == callbackUrl
                    && (known.PayerReference, known.PayerName) == (payerReference, payerName)
                    ? known
                    : null;
            if (book.Payments.Count >= MaxPayments)
                return null;
            var now = clock.GetUtcNow();
            var payment = new Payment(
                $"pay_{Guid.CreateVersion7(now):N}", reference, amount, callbackUrl, payerReference, now,
                payerName);
            book.Record(new PaymentRecorded(payment));
            var callback = new PaymentCallback(
                $"evt_{Guid.CreateVersion7(now):N}", payment.PaymentId, reference, amount, PaymentStatus.Paid,
                payerName);
            callbacks.Schedule(callbackUrl, callback, now + settings.CallbackDelay,
                times: Magic.Of(payerReference) == Behaviour.CallbackThreeTimes ? RepeatedCallbacks : 1);
            return payment;
        }
    }

    /// <summary>By the merchant's reference or the provider's payment id.</summary>
    public Payment? Find(string reference)
    {
        lock (book.Gate)
            return book.FindPayment(reference);
    }
}
