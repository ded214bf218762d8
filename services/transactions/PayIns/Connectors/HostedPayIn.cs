using System.Security.Cryptography;
using System.Text;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;

namespace FinCode.Transactions.PayIns.Connectors;

/// <param name="Reference">The attempt's id; the provider refunds a reference once.</param>
/// <param name="PaymentReference">The provider's id of the payment that goes back.</param>
/// <param name="SendBefore">Its request must begin before this, or not at all: then the lease outlasts it.</param>
internal sealed record RefundInstruction(
    Provider Provider, AttemptId Reference, string PaymentReference, Money Amount, Uri CallbackUrl,
    DateTimeOffset SendBefore);

/// <summary>
/// A provider with a page where the payer pays: we sign a link, it calls back, and it takes refunds over HTTP.
/// Payment data never come near us.
/// </summary>
internal sealed class HostedPayIn(ProviderHttp http, TransactionsSettings settings)
{
    private const string RefundPath = "payin/refunds";

    /// <summary>
    /// The page for this transfer: reference, amount, currency and where to call back, signed so that nobody changes
    /// them.
    /// </summary>
    public Uri PayUrl(Provider provider, Transfer transfer)
    {
        var amount = transfer.TotalToPay.ToAmountString();
        var currency = transfer.TotalToPay.Currency.Code;
        var callbackUrl = ProviderHttp.Join(settings.PublicUrl, $"v1/callbacks/pay-ins/{provider.Name}").AbsoluteUri;
        var signature = Sign(provider.MerchantSecret, $"{transfer.Pcn}|{amount}|{currency}|{callbackUrl}");
        var page = ProviderHttp.Join(provider.PublicUrl, "payin/pay");
        return new Uri($"{page}?reference={transfer.Pcn}&amount={amount}&currency={currency}"
            + $"&callbackUrl={Uri.EscapeDataString(callbackUrl)}&signature={signature}");
    }

    public Task<ProviderAnswer> RefundAsync(RefundInstruction instruction, CancellationToken cancellationToken)
    {
        var body = new
        {
            reference = instruction.Reference,
            paymentReference = instruction.PaymentReference,
            amount = instruction.Amount,
            callbackUrl = instruction.CallbackUrl,
        };
        return http.PostAsync(instruction.Provider, RefundPath, instruction.Reference, body, instruction.SendBefore,
            cancellationToken);
    }

    public Task<ProviderAnswer> EnquireRefundAsync(
        Provider provider, AttemptId reference, CancellationToken cancellationToken) =>
        http.GetAsync(provider, $"{RefundPath}/{reference}", reference, cancellationToken);

    /// <summary>HMAC-SHA-256 of the text, in lower-case hexadecimal.</summary>
    public static string Sign(string secret, string text) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
}
