using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Screening;

/// <summary>What a transfer says in words of its own; used while screening and never stored here.</summary>
/// <param name="PayerName">The holder of the account that paid, where it is known.</param>
internal sealed record TransferTexts(string? Note, string? Relationship, string? PayerName)
{
    /// <summary>What is screened under that name; null where it is a party's own.</summary>
    public string? Of(ScreenedName which) => which switch
    {
        ScreenedName.Note => Note,
        ScreenedName.Relationship => Relationship,
        ScreenedName.Payer => PayerName,
        _ => null,
    };

    /// <summary>Never the texts: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(TransferTexts);
}

/// <summary>Asks the transactions service what a transfer says. While it is away nothing is screened.</summary>
internal sealed class TransferTextDirectory(IHttpClientFactory clients)
{
    /// <exception cref="TransientException">The transactions service does not answer.</exception>
    /// <exception cref="InvalidOperationException">It knows no such transfer of this tenant.</exception>
    public async Task<TransferTexts> GetAsync(
        TenantId tenant, TransactionId transaction, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(PartyDirectory.ClientName);
        try
        {
            using var answer = await client.GetAsync(
                new Uri($"/internal/transactions/{transaction}/texts?tenant={tenant}", UriKind.Relative),
                cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                throw new InvalidOperationException(
                    $"The transactions service knows no transfer {transaction} of {tenant}.");
            if (!answer.IsSuccessStatusCode)
                throw new TransientException(
                    $"The transactions service answered {(int)answer.StatusCode} for {transaction}.");
            return await answer.Content.ReadFromJsonAsync<TransferTexts>(ContractJson.Options, cancellationToken)
                ?? throw new TransientException($"The transactions service answered nothing for {transaction}.");
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
