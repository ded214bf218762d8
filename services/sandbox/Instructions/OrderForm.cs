using System.Security.Cryptography;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Sandbox.Instructions;

/// <summary>The checks and answers that all provider APIs here have in common.</summary>
internal static class OrderForm
{
    public const int MaxTextLength = 140;
    private const int MaxReferenceLength = 64;
    private const int MaxUrlLength = 500;

    public static void Check(Validation validation, string? reference, Money? amount, string? callbackUrl)
    {
        if (validation.RequireText(reference, "/reference", MaxReferenceLength))
            validation.Check(reference.All(c => c is > ' ' and < (char)127), "/reference",
                "Visible ASCII characters only.");
        if (validation.Require(amount, "/amount"))
            validation.Check(amount.Value.IsPositive, "/amount/amount", "An amount is more than zero.");
        if (validation.RequireText(callbackUrl, "/callbackUrl", MaxUrlLength))
            validation.Check(IsWeb(callbackUrl), "/callbackUrl", "An absolute http or https URL.");
    }

    /// <summary>The digest of a request body, by which a repetition is told from another order.</summary>
    public static string Digest<TRequest>(TRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, ContractJson.Options)));

    /// <summary>Carries a reaction out: holds the answer as long as it says, then gives it.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext http, Reaction reaction, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        if (reaction.HoldFor > TimeSpan.Zero)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted, lifetime.ApplicationStopping);
            await Task.Delay(reaction.HoldFor, clock,
                cancel.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested)
                http.Abort();
        }
        if (reaction.Status == StatusCodes.Status409Conflict)
            return Problems.Conflict("REFERENCE_REUSED", "This reference stands for an order with other content.");
        return reaction.Body is null
            ? TypedResults.StatusCode(reaction.Status)
            : TypedResults.Json(reaction.Body, statusCode: reaction.Status);
    }

    public static bool IsWeb(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && (parsed.Scheme == Uri.UriSchemeHttp || parsed.Scheme == Uri.UriSchemeHttps);
}
