using FinCode.Contracts;
using FinCode.Notifications.Model;

namespace FinCode.Notifications.Email;

/// <summary>Which changes of the public status a sender is told of.</summary>
internal static class EmailKinds
{
    /// <summary>
    /// Null: nothing is said. An order is no news to who placed it, and a delivery that was given up is followed at
    /// once by its refund, of which the sender hears. The reason decides nothing else, so that whoever is looked at is
    /// told what everybody is told.
    /// </summary>
    public static EmailKind? Of(TransactionStatus to, string? reason) => to switch
    {
        TransactionStatus.Verifying => EmailKind.BeingProcessed,
        TransactionStatus.Paid => EmailKind.PaidOut,
        TransactionStatus.FailedToDeliver => reason == StatusReasons.DeliveryFailed ? null : EmailKind.CorrectionNeeded,
        TransactionStatus.PendingRefund => EmailKind.RefundUnderWay,
        TransactionStatus.Refunded => EmailKind.Refunded,
        TransactionStatus.Cancelled => EmailKind.Cancelled,
        TransactionStatus.Expired => EmailKind.Expired,
        _ => null,
    };
}
