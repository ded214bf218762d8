using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Reactions;

/// <summary>The verification of a customer ended, or a tier was reached or lost: partners hear of it.</summary>
internal sealed class OnKycVerificationCompleted(WebhookOutlet outlet) : IReaction<KycVerificationCompleted>
{
    public Task HandleAsync(
        KycVerificationCompleted message, EventMeta meta, CancellationToken cancellationToken) => outlet.TellAsync(
        WebhookTypes.KycCompleted,
        new WebhookKyc(message.PartyId, message.Outcome, message.Tier, message.PreviousTier), meta, cancellationToken);
}
