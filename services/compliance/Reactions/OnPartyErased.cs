using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// A party's details were destroyed where they are kept: the relationship has ended. What the customer showed is kept
/// for its own time from then on, and two people destroy it. Told again it changes nothing.
/// </summary>
internal sealed class OnPartyErased(DbSession session, CustomerDesk desk, TimeProvider clock) : IReaction<PartyErased>
{
    public async Task HandleAsync(PartyErased message, EventMeta meta, CancellationToken cancellationToken)
    {
        if (await CustomerStore.LockAsync(session, message.PartyId, cancellationToken) is not { EndedOn: null } file)
            return;
        var now = clock.GetUtcNow();
        file.EndedOn = CustomerStore.Today(now);
        file.Note(CustomerEvent.PartyErased, null, null, null, now);
        await desk.SettleAsync(file, null, cancellationToken);
    }
}
