using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>Less is held for customers than is owed to them: FINANCE finds it among what waits for a person.</summary>
internal sealed class OnSafeguardingShortfall(Transfers transfers) : IReaction<SafeguardingShortfall>
{
    public const string Kind = "SAFEGUARDING_SHORTFALL";

    public Task HandleAsync(SafeguardingShortfall message, EventMeta meta, CancellationToken cancellationToken) =>
        transfers.InsertAnomalyAsync(new AnomalyRow
        {
            TenantId = meta.Tenant,
            At = meta.OccurredAt,
            Kind = Kind,
            Event = Kind,
            Detail = $"{message.Day:O}: {message.Held} is held and {message.Required} is owed to customers; "
                + $"{message.Shortfall} is missing ({message.ReportId})",
            Owner = Contracts.Roles.Finance,
            DedupeKey = KeyOf(message.ReportId),
        }, cancellationToken);

    public static string KeyOf(Id<SafeguardingReportKind> report) => $"safeguarding-shortfall:{report}";
}
