using System.Collections.Frozen;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Notifications.Webhooks;

/// <summary>What every message about a transaction repeats. The whole contract is in the README.</summary>
/// <param name="Corridor">Sending and receiving country: "GB-NG".</param>
internal sealed record WebhookTransaction(
    TransactionId TransactionId,
    string Pcn,
    TransactionStatus Status,
    TransactionStatus? PreviousStatus,
    string? Reason,
    Money SendAmount,
    Money ReceiveAmount,
    Money TotalToPay,
    string Corridor,
    PayoutMethod PayoutMethod)
{
    // Partners hear these reasons and no others: a new one is not public until it is listed here.
    private static readonly FrozenSet<string> PublicReasons = new[]
    {
        StatusReasons.NotPaidInTime, StatusReasons.CancelledBySender, StatusReasons.PaidAfterEnd,
        StatusReasons.CouldNotBeProcessed, StatusReasons.DetailsNeedCorrection, StatusReasons.DetailsCorrected,
        StatusReasons.DeliveryFailed, StatusReasons.DetailsNeeded,
    }.ToFrozenSet();

    public static WebhookTransaction Of(TransactionStatusChanged change) => new(
        change.TransactionId, change.Pcn, change.To, change.From,
        change.Reason is not null && PublicReasons.Contains(change.Reason) ? change.Reason : null,
        change.SendAmount, change.ReceiveAmount, change.TotalToPay,
        $"{change.SendCountry}-{change.ReceiveCountry}", change.PayoutMethod);
}

/// <summary>What is known of a customer changed.</summary>
/// <param name="Outcome">APPROVED, REFUSED, or LAPSED where something shown is not valid any more.</param>
internal sealed record WebhookKyc(PartyId CustomerId, KycOutcome Outcome, int Tier, int PreviousTier);

/// <summary>A monitored balance of the books.</summary>
/// <param name="MonitorId">Whose crossings the message's sequence counts: an account may have several.</param>
/// <param name="Account">Its code, such as "prefund:acme:NGN".</param>
internal sealed record WebhookBalance(MonitorId MonitorId, string Account, Money Threshold, Money Available);

/// <param name="Sequence">Counts the transaction's messages from 1: the order in which things happened.</param>
internal sealed record WebhookBody<TContent>(
    WebhookMessageId Id, string Type, DateTimeOffset CreatedAt, TContent Data, long Sequence)
{
    public string ToJson() => JsonSerializer.Serialize(this, ContractJson.Options);
}

internal sealed record WebhookTest(WebhookEndpointId EndpointId);
