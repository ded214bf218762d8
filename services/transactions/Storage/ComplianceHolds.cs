using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Transactions.Storage;

/// <summary>
/// Asks compliance whether a case holds somebody. While it is away nobody is erased.
/// </summary>
internal sealed class ComplianceHolds(IHttpClientFactory clients)
{
    private const string ClientName = "compliance";
    private const int MaxParties = 1000;
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddServiceClient(ClientName, "http://compliance", Scopes.PartiesInternal)
            .ConfigureHttpClient(client =>
            {
                client.Timeout = Timeout;
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
            });
        builder.Services.AddSingleton<ComplianceHolds>();
    }

    /// <exception cref="TransientException">Compliance does not answer, or not with what was asked.</exception>
    public async Task<bool> AnyAsync(
        TenantId tenant, IEnumerable<PartyId> parties, CancellationToken cancellationToken)
    {
        foreach (var some in parties.Chunk(MaxParties))
        {
            if (await AskAsync(tenant, some, cancellationToken))
                return true;
        }
        return false;
    }

    private async Task<bool> AskAsync(TenantId tenant, PartyId[] parties, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var answer = await client.PostAsJsonAsync(new Uri("/internal/holds", UriKind.Relative),
                new { tenant, parties }, ContractJson.Options, cancellationToken);
            var said = answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync<HoldAnswer>(ContractJson.Options, cancellationToken)
                : null;
            return said?.IsHeld
                ?? throw new TransientException($"Compliance answered {(int)answer.StatusCode} about a customer.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new TransientException($"Compliance did not answer: {exception.GetType().Name}.");
        }
    }

    private sealed record HoldAnswer(bool? IsHeld);
}
