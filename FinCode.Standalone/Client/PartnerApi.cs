using FinCode.Contracts;

namespace FinCode.Standalone.Client;

/// <summary>What a partner asks of the platform.</summary>
internal sealed class PartnerApi(ApiClient client)
{
    private const string SenderBorn = "1984-03-12";
    private const string SenderAddress = "18 Wharf Street";

    public async Task<string> QuoteAsync(TransferOrder order, CancellationToken cancellationToken) =>
        (await client.PostAsync("v1/quotes", new
        {
            sendCountry = order.SendCountry,
            receiveCountry = order.ReceiveCountry,
            sendAmount = order.SendAmount,
            payoutMethod = order.PayoutMethod,
            payInMethod = order.PayInMethod,
        }, cancellationToken)).Required("id");

    public Task<ApiAnswer> CreateAsync(
        TransferOrder order, string quoteId, string idempotencyKey, CancellationToken cancellationToken) =>
        client.PostAsync("v1/transactions", new
        {
            quoteId,
            sender = new
            {
                kind = "PERSON",
                fullName = order.Sender,
                dateOfBirth = SenderBorn,
                country = order.SendCountry,
                address = SenderAddress,
                email = order.SenderEmail,
                phone = order.SenderPhone,
                gender = order.SenderGender,
                identifiers = order.SenderPassport is { } number
                    ? new[] { new { type = "PASSPORT", number, country = order.SendCountry } }
                    : null,
            },
            beneficiary = new { kind = "PERSON", fullName = order.Beneficiary, country = order.ReceiveCountry },
            payoutDetails = PayoutDetails(order),
            purpose = Purpose.FamilySupport,
            sourceOfFunds = SourceOfFunds.Salary,
            device = order.Device is { } deviceId ? new { deviceId } : null,
        }, idempotencyKey, cancellationToken);

    public async Task<TransferView> GetAsync(string id, CancellationToken cancellationToken) =>
        (await client.GetAsync($"v1/transactions/{id}", cancellationToken)).As<TransferView>();

    public Task<ApiAnswer> CorrectAsync(string id, TransferOrder corrected, CancellationToken cancellationToken) =>
        client.PostAsync($"v1/transactions/{id}/beneficiary-corrections",
            new { fullName = corrected.Beneficiary, payoutDetails = PayoutDetails(corrected) }, cancellationToken);

    public Task<ApiAnswer> CancelAsync(string id, CancellationToken cancellationToken) =>
        client.PostAsync($"v1/transactions/{id}/cancel", new { }, cancellationToken);

    /// <summary>How many transfers the partner's tenant has, over all pages.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        string? next = null;
        do
        {
            var page = (await client.GetAsync(
                $"v1/transactions?pageSize=100{(next is null ? "" : $"&cursor={next}")}", cancellationToken))
                .As<TransferPage>();
            count += page.Items.Count;
            next = page.NextCursor;
        }
        while (next is not null);
        return count;
    }

    private sealed record TransferPage(IReadOnlyList<TransferView> Items, string? NextCursor);

    private static object? PayoutDetails(TransferOrder order) => order.PayoutMethod switch
    {
        PayoutMethod.Bank => new { bankCode = order.Provider, accountNumber = order.Destination },
        PayoutMethod.MobileMoney => new { @operator = order.Provider, phone = order.Destination },
        PayoutMethod.CashPickup => new { pickupPoint = order.Provider, phone = order.Destination },
        _ => null,
    };
}

/// <summary>One transfer as a partner orders it.</summary>
internal sealed record TransferOrder(
    string SendCountry, string ReceiveCountry, Money SendAmount, PayInMethod PayInMethod, PayoutMethod PayoutMethod,
    string Sender, string Beneficiary, string Provider, string Destination)
{
    public string? SenderEmail { get; init; }

    public string? SenderPhone { get; init; }

    public string? SenderGender { get; init; }

    public string? SenderPassport { get; init; }

    public string? Device { get; init; }
}

/// <summary>What a partner sees of a transfer; how to pay only while nobody has.</summary>
internal sealed record TransferView(
    string Id, string Pcn, TransactionStatus Status, string? Reason, Money TotalToPay, Money ReceiveAmount,
    PayInView? PayIn)
{
    public bool IsOver => Status is TransactionStatus.Paid or TransactionStatus.Refunded or TransactionStatus.Cancelled
        or TransactionStatus.Expired;
}

internal sealed record PayInView(string Reference, string PayUrl);
