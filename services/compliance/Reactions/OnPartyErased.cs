using FinCode.Compliance.Customers;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// A party's details were destroyed where they are kept, which is refused there before they may be: what the customer
/// showed goes as well. Told again it changes nothing.
/// </summary>
internal sealed class OnPartyErased(DbSession session, CustomerDesk desk, TimeProvider clock) : IReaction<PartyErased>
{
    public async Task HandleAsync(PartyErased message, EventMeta meta, CancellationToken cancellationToken)
    {
        if (await CustomerStore.LockAsync(session, message.PartyId, cancellationToken) is not { } file)
            return;
        var now = clock.GetUtcNow();
        if (!await Retention.DestroyAsync(session, file, null, now, cancellationToken))
            return;
        file.EndedOn ??= CustomerStore.Today(now);
        await desk.SettleAsync(file, null, cancellationToken);
    }
}
