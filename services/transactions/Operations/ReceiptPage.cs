using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using FinCode.Contracts;

namespace FinCode.Transactions.Operations;

/// <summary>A receipt as one page of HTML that needs nothing else. Every value is escaped.</summary>
internal static class ReceiptPage
{
    private const string Head = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Receipt</title>
        <style>
        body { font: 16px/1.5 sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .3em .5em; border-bottom: 1px solid #ccc; vertical-align: top; }
        th { font-weight: normal; color: #555; width: 40%; }
        </style>
        </head>
        <body>
        <h1>Receipt</h1>
        <table>

        """;

    private const string Foot = """
        </table>
        </body>
        </html>

        """;

    public static string Of(ReceiptResponse receipt)
    {
        var page = new StringBuilder(Head);
        Line(page, "Reference", receipt.Pcn);
        Line(page, "Status", $"{StatusText(receipt.Status)}, {Time(receipt.StatusSince)}");
        Line(page, "Ordered", Time(receipt.CreatedAt));
        Line(page, "Payment received", receipt.PaidInAt is { } paidIn ? Time(paidIn) : null);
        Line(page, "Sender", receipt.Sender);
        Line(page, "Beneficiary", receipt.Beneficiary);
        Line(page, "From, to", $"{receipt.SendCountry}, {receipt.ReceiveCountry}");
        Line(page, "Amount sent", receipt.SendAmount.ToString());
        foreach (var fee in receipt.Fees)
            Line(page, fee.Kind == CreateQuote.TransferFee ? "Transfer fee" : fee.Kind, fee.Amount.ToString());
        Line(page, "Total to pay", receipt.TotalToPay.ToString());
        Line(page, "Exchange rate", $"1 {receipt.SendAmount.Currency.Code} = {receipt.Rate} "
            + receipt.ReceiveAmount.Currency.Code);
        Line(page, "Beneficiary gets", receipt.ReceiveAmount.ToString());
        Line(page, "Paid by", MethodText(receipt.PayInMethod));
        Line(page, "Paid out by", MethodText(receipt.PayoutMethod));
        Line(page, "Paid out to", receipt.PaidTo is { } account
            ? string.Join(", ", ((string?[])[account.Institution, account.Account]).OfType<string>())
            : null);
        Line(page, "Expected delivery", EstimateText(receipt.DeliveryEstimate));
        return page.Append(Foot).ToString();
    }

    private static void Line(StringBuilder page, string label, string? value)
    {
        if (value is not null)
            page.Append("<tr><th>").Append(label).Append("</th><td>")
                .Append(HtmlEncoder.Default.Encode(value)).Append("</td></tr>\n");
    }

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string StatusText(TransactionStatus status) => status switch
    {
        TransactionStatus.WaitingToPay => "Waiting for the payment",
        TransactionStatus.Verifying => "Being processed",
        TransactionStatus.Paid => "Paid out",
        TransactionStatus.FailedToDeliver => "Could not be delivered yet",
        TransactionStatus.PendingRefund => "Refund under way",
        TransactionStatus.Refunded => "Refunded",
        TransactionStatus.Cancelled => "Cancelled",
        _ => "Expired",
    };

    private static string MethodText<T>(T method) where T : struct, Enum =>
        CultureInfo.InvariantCulture.TextInfo.ToTitleCase(
            Storage.Words.Of(method).Replace('_', ' ').ToLowerInvariant());

    private static string EstimateText(string estimate) =>
        $"{estimate.Replace('_', ' ').ToLowerInvariant()} of the payment";
}
