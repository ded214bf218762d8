using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// A party's details were destroyed where they are kept: the relationship has ended. What the customer showed is kept
/// for its own time from then on, and two people destroy it. Of a party that never sent anything there is no file: the
/// words of its cases go by themselves when their years are over. Told again it changes nothing.
/// </summary>
internal sealed class OnPartyErased(DbSession session, CustomerDesk desk, TimeProvider clock) : IReaction<PartyErased>
{
    public async Task HandleAsync(PartyErased message, EventMeta meta, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await CustomerStore.LockAsync(session, message.PartyId, cancellationToken);
        if (known is null)
            await ErasedParties.AddAsync(session, message.PartyId, now, cancellationToken);
        if (known is not { EndedOn: null } file)
            return;
        file.EndedOn = CustomerStore.Today(now);
        file.Note(CustomerEvent.PartyErased, null, null, null, now);
        await desk.SettleAsync(file, null, cancellationToken);
    }
}
