using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using FinCode.Compliance.Lists;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Screening;

/// <summary>
/// A party's details as the transactions service keeps them; used while screening and never stored here.
/// </summary>
/// <param name="Version">Counts the corrections of the details, from 1.</param>
/// <param name="Kind">One of <see cref="PartyKinds"/>.</param>
/// <param name="Country">Where the party lives, ISO 3166-1 alpha-2.</param>
/// <param name="BankCode">National, or a BIC.</param>
/// <param name="IbanCountry">The country of the account, where it has an IBAN (ISO 13616).</param>
/// <param name="Role">A sender is a customer.</param>
internal sealed record Party(
    PartyId Id,
    int Version,
    string Kind,
    string FullName,
    DateOnly? DateOfBirth,
    string? Country,
    string? Nationality,
    string? BankName,
    string? Gender = null,
    IReadOnlyList<PartyIdentifier>? Identifiers = null,
    string? Address = null,
    string? BankCode = null,
    string? SwiftBic = null,
    string? IbanCountry = null,
    PartyRole? Role = null)
{
    /// <summary>As lists say it; null when it is not known.</summary>
    public ListedGender? KnownGender() => Gender switch
    {
        "MALE" => ListedGender.Male,
        "FEMALE" => ListedGender.Female,
        _ => null,
    };

    /// <summary>For the evidence steps; null when there are none.</summary>
    public IReadOnlyList<GivenIdentifier>? GivenIdentifiers() =>
        Identifiers is { Count: > 0 } ? [.. Identifiers.Select(identifier => identifier.ToGiven())] : null;

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => Id.ToString();
}

/// <summary>A number of a document or a register, by which a party is known.</summary>
internal sealed record PartyIdentifier(string Type, string Number, string? Country)
{
    /// <summary>Lists tell few kinds apart: a kind that they do not have is compared with the numbers of all.</summary>
    public GivenIdentifier ToGiven() => new(Type switch
    {
        "PASSPORT" => IdentifierType.Passport,
        "NATIONAL_ID" => IdentifierType.NationalId,
        "TAX_NUMBER" => IdentifierType.TaxNumber,
        "COMPANY_NUMBER" => IdentifierType.CompanyNumber,
        "LEI" => IdentifierType.Lei,
        _ => IdentifierType.Other,
    }, Number, Country);

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(PartyIdentifier);
}

internal static class PartyKinds
{
    public const string Person = "PERSON";
    public const string Entity = "ENTITY";
}

/// <summary>
/// Asks the transactions service for a party. While it is away nothing is screened, so nothing clears.
/// </summary>
internal sealed class PartyDirectory(IHttpClientFactory clients)
{
    public const string ClientName = "transactions";

    /// <summary>How many parties are asked for at once.</summary>
    public const int MaxAtOnce = 100;

    private const int MaxAnswerBytes = 64 * 1024;

    public static void Add(WebApplicationBuilder builder, ComplianceOptions options)
    {
        builder.AddServiceClient(ClientName, "http://transactions", Scopes.PartiesInternal)
            .ConfigureHttpClient(client =>
            {
                client.Timeout = TimeSpan.FromSeconds(options.PartyTimeoutSeconds);
                client.MaxResponseContentBufferSize = MaxAnswerBytes;
            });
        builder.Services.AddSingleton<PartyDirectory>();
    }

    /// <param name="transaction">As the party is in that transfer, whose payout details are its own.</param>
    /// <exception cref="TransientException">
    /// The transactions service does not answer, or not with what was asked.
    /// </exception>
    /// <exception cref="InvalidOperationException">It knows no such party of this tenant.</exception>
    public async Task<Party> GetAsync(TenantId tenant, PartyId id, CancellationToken cancellationToken,
        TransactionId? transaction = null) =>
        await FindAsync(tenant, id, cancellationToken, transaction)
        ?? throw new InvalidOperationException($"The transactions service knows no party {id} of {tenant}.");

    /// <summary>Null when there is no such party of this tenant.</summary>
    /// <exception cref="TransientException">
    /// The transactions service does not answer, or not with what was asked.
    /// </exception>
    public async Task<Party?> FindAsync(TenantId tenant, PartyId id, CancellationToken cancellationToken,
        TransactionId? transaction = null)
    {
        var address = $"/internal/parties/{id}?tenant={tenant}"
            + (transaction is { } of ? $"&transaction={of}" : "");
        var party = await AskAsync<Party>(address, MaxAnswerBytes, $"{id}", cancellationToken);
        return party is null || IsWhole(party, id)
            ? party
            : throw new TransientException($"The transactions service answered without the details of {id}.");
    }

    /// <summary>Several parties of a tenant, at most <see cref="MaxAtOnce"/>; who is not known is missing.</summary>
    /// <exception cref="TransientException">
    /// The transactions service does not answer, or not for all of them: one by one they may be had.
    /// </exception>
    public async Task<Dictionary<PartyId, Party>> FindManyAsync(
        TenantId tenant, IReadOnlyCollection<PartyId> ids, CancellationToken cancellationToken)
    {
        var address = $"/internal/parties?tenant={tenant}" + string.Concat(ids.Select(id => $"&id={id}"));
        var answer = await AskAsync<Parties>(
            address, MaxAnswerBytes * ids.Count, $"{ids.Count} parties", cancellationToken);
        return answer is { Items: { } found } && found.All(party => party is not null
                && ids.Contains(party.Id) && IsWhole(party, party.Id))
            ? found.ToDictionary(party => party.Id)
            : throw new TransientException($"The transactions service answered without the details of {ids.Count}.");
    }

    /// <summary>Null when it is not found.</summary>
    /// <param name="what">Who is asked for, without any details.</param>
    private async Task<T?> AskAsync<T>(string address, int maxBytes, string what, CancellationToken cancellationToken)
        where T : class
    {
        using var client = clients.CreateClient(ClientName);
        client.MaxResponseContentBufferSize = maxBytes;
        try
        {
            using var answer = await client.GetAsync(new Uri(address, UriKind.Relative), cancellationToken);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!answer.IsSuccessStatusCode)
                throw new TransientException($"The transactions service answered {(int)answer.StatusCode} for {what}.");
            return await answer.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellationToken)
                ?? throw new TransientException($"The transactions service answered nothing for {what}.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Its message could hold a piece of the answer; only its kind is passed on.
            throw new TransientException(
                $"The transactions service did not answer for {what}: {exception.GetType().Name}.");
        }
    }

    private static bool IsWhole(Party party, PartyId id) =>
        party is { FullName.Length: > 0, Kind: PartyKinds.Person or PartyKinds.Entity } && party.Id == id;

    private sealed record Parties([property: JsonPropertyName("parties")] IReadOnlyList<Party>? Items)
    {
        public override string ToString() => nameof(Parties);
    }
}
