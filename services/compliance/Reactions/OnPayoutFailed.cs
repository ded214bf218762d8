using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>The second failed attempt of a payout is brought to compliance's notice.</summary>
internal sealed partial class OnPayoutFailed(DbSession session, TimeProvider clock, ILogger<OnPayoutFailed> logger)
    : IReaction<PayoutFailed>
{
    private const int NoticedAttempt = 2;

    public async Task HandleAsync(PayoutFailed message, EventMeta meta, CancellationToken cancellationToken)
    {
        if (message.AttemptNumber != NoticedAttempt)
            return;
        await using var add = session.Command(
            "insert into payout_notices (tenant_id, transaction_id, attempt_id, attempt_number, provider, "
            + "failure_code, noticed_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            meta.Tenant.Value, message.TransactionId.Value, message.AttemptId.Value, message.AttemptNumber,
            message.Provider, message.FailureCode, clock.GetUtcNow());
        if (await add.ExecuteNonQueryAsync(cancellationToken) == 1)
            session.AfterCommit(() => LogNoticed(logger, message.TransactionId, message.FailureCode));
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The payout of {TransactionId} failed a second time: {FailureCode}")]
    private static partial void LogNoticed(ILogger logger, TransactionId transactionId, string failureCode);
}
