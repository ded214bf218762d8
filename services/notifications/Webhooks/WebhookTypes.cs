using FinCode.Contracts;

namespace FinCode.Notifications.Webhooks;

/// <summary>The types of webhook messages, and which of them a status change makes.</summary>
internal static class WebhookTypes
{
    public const string Created = "transaction.created";
    public const string PaymentReceived = "payment.received";
    public const string StatusChanged = "transaction.status_changed";
    public const string Completed = "transaction.completed";
    public const string Failed = "transaction.failed";
    public const string Cancelled = "transaction.cancelled";
    public const string Expired = "transaction.expired";
    public const string Refunded = "transaction.refunded";
    public const string Returned = "transaction.returned";

    /// <summary>A customer reached or lost a tier, or an identity verification ended.</summary>
    public const string KycCompleted = "kyc.verification.completed";

    /// <summary>A monitored balance of the books, such as the prefunded one at a payout partner, is low.</summary>
    public const string BalanceLow = "balance.low";

    /// <summary>It is not low any more.</summary>
    public const string BalanceRestored = "balance.restored";

    /// <summary>Only on request; no endpoint can choose or refuse it.</summary>
    public const string Test = "webhook.test";

    /// <summary>
    /// For the tenant's own people, not for its partners: only a MANAGER's endpoint that names them gets them, "all"
    /// leaves them out.
    /// </summary>
    public static IReadOnlyList<string> OfStaff { get; } = [BalanceLow, BalanceRestored];

    /// <summary>What an endpoint of a partner may ask for.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Created, PaymentReceived, StatusChanged, Completed, Failed, Cancelled, Expired, Refunded, Returned,
            KycCompleted];

    /// <summary>
    /// In the order in which they are numbered. <paramref name="failureAnnounced"/>: this transaction has had its
    /// <c>transaction.failed</c>.
    /// </summary>
    public static IReadOnlyList<string> Of(
        TransactionStatus? from, TransactionStatus to, string? reason, bool failureAnnounced)
    {
        if (from is null)
            return [Created];
        var outcome = to switch
        {
            TransactionStatus.Paid => Completed,
            TransactionStatus.Cancelled => Cancelled,
            TransactionStatus.Expired => Expired,
            TransactionStatus.Refunded => Refunded,
            TransactionStatus.FailedToDeliver when from == TransactionStatus.Paid => Returned,
            TransactionStatus.FailedToDeliver when reason == StatusReasons.DeliveryFailed && !failureAnnounced =>
                Failed,
            _ => null,
        };
        return outcome is null ? [StatusChanged] : [outcome, StatusChanged];
    }
}
