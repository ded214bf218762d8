using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// Remembers the newest lists and policy. Nothing is screened again because of it until something is about to leave;
/// versions only rise, so an event that comes late changes nothing.
/// </summary>
internal sealed class OnScreeningBasisChanged(DbSession session) : IReaction<ScreeningBasisChanged>
{
    public async Task HandleAsync(ScreeningBasisChanged message, EventMeta meta, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            """
            insert into screening_basis as known (tenant_id, list_version, policy_version) values ($1, $2, $3)
            on conflict (tenant_id) do update set
                list_version = greatest(known.list_version, excluded.list_version),
                policy_version = greatest(known.policy_version, excluded.policy_version)
            """,
            meta.Tenant.Value, message.ListVersion ?? 0, message.PolicyVersion ?? 0);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
