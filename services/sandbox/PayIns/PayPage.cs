using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Sandbox.PayIns;

/// <summary>The provider's page in plain HTML: no script, one form. Every value in it came from outside and is
/// encoded.</summary>
internal static class PayPage
{
    public static IResult Form(HttpContext http, SandboxPayRequest request) => Page(http, StatusCodes.Status200OK, $"""
        <p>You pay <strong>{Encode(request.Amount)} {Encode(request.Currency)}</strong>
        with the reference <strong>{Encode(request.Reference)}</strong>.</p>
        <form method="post" action="pay">
        <input type="hidden" name="reference" value="{Encode(request.Reference)}">
        <input type="hidden" name="amount" value="{Encode(request.Amount)}">
        <input type="hidden" name="currency" value="{Encode(request.Currency)}">
        <input type="hidden" name="callbackUrl" value="{Encode(request.CallbackUrl)}">
        <input type="hidden" name="signature" value="{Encode(request.Signature)}">
        <p><label>Your own reference (optional) <input name="payerReference" maxlength="140"></label></p>
        <p><label>Whose account pays (optional) <input name="payerName" maxlength="140"></label></p>
        <p><button type="submit">Pay</button></p>
        </form>
        """);

    public static IResult Message(HttpContext http, int status, string text) =>
        Page(http, status, $"<p>{Encode(text)}</p>");

    private static ContentHttpResult Page(HttpContext http, int status, string body) =>
        SandboxPage.Of(http, status, "Sandbox pay-in", "No real money moves here.", body);

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
