using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Transactions.Payouts.Connectors;

/// <summary>What providers' endpoints answer.</summary>
internal sealed record ProviderReply(
    string? Reference, string? ProviderId, string? Status, ProviderFailure? Failure, Money? Fee, bool? Definite);

/// <summary>What a provider says of a name: <c>match</c> is MATCH, CLOSE_MATCH or NO_MATCH.</summary>
internal sealed record NameReply(NameMatch? Match);

internal sealed record ProviderFailure(string? Code, bool? Retryable);

/// <summary>
/// One request to a provider, one answer: no retries (the job that owns the attempt retries), a limit in time, and
/// everything that does not say clearly what happened is Unknown.
/// </summary>
internal sealed class ProviderHttp(IHttpClientFactory clients, TransactionsSettings settings, TimeProvider clock)
{
    public const string Client = "providers";

    private enum Ask
    {
        Instruction,
        Enquiry,
        Cancel,
    }

    private const int MaxReplyBytes = 64 * 1024;
    private const int MaxCodeLength = 64;
    private const int MaxProviderIdLength = 128;

    public static void ConfigureClient(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.MaxResponseContentBufferSize = MaxReplyBytes;
    }

    /// <summary>
    /// Sends, unless <paramref name="sendBefore"/> has passed: whoever stalled since it took the lease must not send
    /// while somebody else finds out, or sends, in its place.
    /// </summary>
    public Task<ProviderAnswer> PostAsync(
        Provider provider, string path, AttemptId reference, object body, DateTimeOffset sendBefore,
        CancellationToken cancellationToken) =>
        clock.GetUtcNow() < sendBefore
            ? SendAsync(provider, Ask.Instruction, path, reference, body, cancellationToken)
            : Task.FromResult(ProviderAnswer.Unknown);

    /// <summary>404 is NotFound here: the provider does not know the reference.</summary>
    public Task<ProviderAnswer> GetAsync(
        Provider provider, string path, AttemptId reference, CancellationToken cancellationToken) =>
        SendAsync(provider, Ask.Enquiry, path, reference, null, cancellationToken);

    /// <summary>
    /// As an enquiry; but an answer that is no success says nothing of the instruction, only of this request.
    /// </summary>
    public Task<ProviderAnswer> CancelAsync(
        Provider provider, string path, AttemptId reference, CancellationToken cancellationToken) =>
        SendAsync(provider, Ask.Cancel, path, reference, null, cancellationToken);

    /// <summary>Null for everything but a clear answer. It moves no money, so it carries no reference.</summary>
    public async Task<NameMatch?> CompareNameAsync(
        Provider provider, string path, object body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.ProviderTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var request = new HttpRequestMessage(HttpMethod.Post, Join(provider.BaseUrl, path))
            {
                Content = JsonContent.Create(body, options: ContractJson.Options),
            };
            request.Headers.Add("X-Api-Key", provider.ApiKey);
            using var response = await client.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadFromJsonAsync<NameReply>(ContractJson.Options, either.Token))?.Match
                : null;
        }
        catch (Exception exception) when (IsOfTheOutside(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>Reads a reply's status; null when it says nothing we know.</summary>
    public static ProviderAnswer? Interpret(ProviderReply reply)
    {
        var providerId = Cut(reply.ProviderId, MaxProviderIdLength);
        return reply.Status switch
        {
            "ACCEPTED" => new ProviderAnswer(AnswerKind.Accepted, providerId),
            "COMPLETED" => new ProviderAnswer(AnswerKind.Completed, providerId, Fee: reply.Fee),
            "REJECTED" => new ProviderAnswer(AnswerKind.Rejected, providerId,
                Cut(reply.Failure?.Code, MaxCodeLength) ?? "REJECTED", reply.Failure?.Retryable ?? false),
            _ => null,
        };
    }

    private async Task<ProviderAnswer> SendAsync(
        Provider provider, Ask ask, string path, AttemptId reference, object? body,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(settings.ProviderTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(Client);
            using var request = new HttpRequestMessage(
                ask == Ask.Enquiry ? HttpMethod.Get : HttpMethod.Post, Join(provider.BaseUrl, path));
            request.Headers.Add("X-Api-Key", provider.ApiKey);
            if (body is not null)
            {
                request.Headers.Add(IdempotentRequests.Header, reference.ToString());
                request.Content = JsonContent.Create(body, options: ContractJson.Options);
            }
            using var response = await client.SendAsync(request, either.Token);
            return await ReadAsync(response, ask, reference, either.Token);
        }
        catch (Exception exception) when (IsOfTheOutside(exception))
        {
            // The service stops: the lease of the attempt ends, and an enquiry finds out.
            cancellationToken.ThrowIfCancellationRequested();
            return ProviderAnswer.Unknown;
        }
    }

    private static async Task<ProviderAnswer> ReadAsync(
        HttpResponseMessage response, Ask ask, AttemptId reference, CancellationToken cancellationToken)
    {
        if (ask != Ask.Instruction && response.StatusCode == HttpStatusCode.NotFound)
            return ProviderAnswer.NotFound;
        if (!response.IsSuccessStatusCode && (ask == Ask.Cancel
            || response.StatusCode is not (HttpStatusCode.UnprocessableEntity or HttpStatusCode.ServiceUnavailable)))
            return ProviderAnswer.Unknown;
        var reply = await response.Content.ReadFromJsonAsync<ProviderReply>(ContractJson.Options, cancellationToken);
        if (reply is null || (reply.Reference is not null && reply.Reference != reference.ToString()))
            return ProviderAnswer.Unknown;
        if (response.IsSuccessStatusCode)
            return Interpret(reply) ?? ProviderAnswer.Unknown;
        // An error is a refusal only when it says so: 422 with a failure, or 503 that is definite.
        var isRefusal = reply.Failure?.Code is not null
            && (response.StatusCode == HttpStatusCode.UnprocessableEntity || reply.Definite == true);
        return isRefusal
            ? Interpret(reply with { Status = "REJECTED" })! with
            {
                OnlyThisRequest = response.StatusCode == HttpStatusCode.ServiceUnavailable,
            }
            : ProviderAnswer.Unknown;
    }

    private static bool IsOfTheOutside(Exception exception) => exception is HttpRequestException or IOException
        or JsonException or NotSupportedException or OperationCanceledException;

    internal static Uri Join(Uri baseUrl, string path) =>
        new($"{baseUrl.AbsoluteUri.TrimEnd('/')}/{path.TrimStart('/')}");

    private static string? Cut(string? text, int length) =>
        text is null || text.Length <= length ? text : text[..length];
}
