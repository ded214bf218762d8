using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>The transfers whose payout failed a second time, the newest first.</summary>
internal static class ListPayoutNotices
{
    private const int MaxNotices = 100;

    public sealed record PayoutNotice(
        TransactionId TransactionId, AttemptId AttemptId, string Provider, string FailureCode,
        DateTimeOffset NoticedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cases/payout-notices", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListPayoutNotices").WithSummary("Payouts that failed a second time, the latest 100")
        .WithTags("Cases")
        .Produces<IReadOnlyList<PayoutNotice>>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        await using var find = work.Session.Command(
            "select transaction_id, attempt_id, provider, failure_code, noticed_at from payout_notices "
            + "where tenant_id = $1 order by noticed_at desc, transaction_id desc limit $2",
            caller.Tenant.Value, MaxNotices);
        await using var rows = await find.ExecuteReaderAsync(cancellationToken);
        var notices = new List<PayoutNotice>();
        while (await rows.ReadAsync(cancellationToken))
        {
            notices.Add(new PayoutNotice(new TransactionId(rows.GetGuid(0)), new AttemptId(rows.GetGuid(1)),
                rows.GetString(2), rows.GetString(3), rows.GetFieldValue<DateTimeOffset>(4)));
        }
        return TypedResults.Ok(notices);
    }
}
