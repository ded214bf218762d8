using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Email;

/// <summary>Whom to write to; exists while an e-mail is sent and is kept nowhere here.</summary>
internal sealed record SenderAddress(string FullName, string? Email)
{
    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(SenderAddress);
}

/// <summary>Asks the transactions service whom to write to about a transfer.</summary>
internal sealed class SenderAddresses(IHttpClientFactory clients)
{
    internal const int TimeoutSeconds = 10;

    private const string ClientName = "transactions";
    private const int MaxAnswerBytes = 16 * 1024;

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddServiceClient(ClientName, "http://transactions", Scopes.PartiesInternal)
            .ConfigureHttpClient(client =>
            {
                client.Timeout = TimeSpan.FromSeconds(TimeoutSeconds);
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
            });
        builder.Services.AddSingleton<SenderAddresses>();
    }

    /// <summary>Null when the transfer's sender is not known any more.</summary>
    /// <exception cref="TransientException">
    /// The transactions service does not answer, or not with what was asked.
    /// </exception>
    public async Task<SenderAddress?> FindAsync(
        TenantId tenant, TransactionId transaction, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var answer = await client.GetAsync(
                new Uri($"/internal/transactions/{transaction}/sender-address?tenant={tenant}", UriKind.Relative),
                cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!answer.IsSuccessStatusCode)
                throw new TransientException(
                    $"The transactions service answered {(int)answer.StatusCode} for {transaction}.");
            return await answer.Content.ReadFromJsonAsync<SenderAddress>(ContractJson.Options, cancellationToken)
                is { FullName: not null } found
                ? found
                : throw new TransientException($"The transactions service answered nothing for {transaction}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Its message could hold a piece of the answer; only its kind is passed on.
            throw new TransientException(
                $"The transactions service did not answer for {transaction}: {exception.GetType().Name}.");
        }
    }
}
