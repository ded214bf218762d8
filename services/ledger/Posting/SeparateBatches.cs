using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>Writes batches that failed, each by itself, and answers all who are in them.</summary>
internal sealed partial class SeparateBatches(IServiceScopeFactory scopes, TimeProvider clock, ILogger logger)
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan s_firstRetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A batch that failed is tried again by itself: keys make that safe, also when it is not known whether it had
    /// committed. What fails for a reason of its own fails alone.
    /// </summary>
    public async Task WriteAsync(TenantId tenant, List<WaitingRequest> batch)
    {
        var delay = s_firstRetryDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                WaitingRequest.AnswerAll(batch, await CommitAsync(tenant, batch));
                return;
            }
            catch (NpgsqlException exception) when (exception.IsTransient && attempt < MaxAttempts)
            {
                LogRetried(logger, exception, tenant, attempt);
                await Task.Delay(delay, clock, CancellationToken.None);
                delay *= 2;
            }
            catch (Exception exception) when (batch.Count > 1 && exception is not NpgsqlException { IsTransient: true })
            {
                LogSplit(logger, exception, tenant, batch.Count);
                foreach (var waiting in batch)
                    await WriteAsync(tenant, [waiting]);
                return;
            }
            catch (Exception exception)
            {
                foreach (var waiting in batch)
                    waiting.Answer.TrySetException(exception);
                return;
            }
        }
    }

    private async Task<IReadOnlyList<PostingOutcome>> CommitAsync(
        TenantId tenant, List<WaitingRequest> batch)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcomes = await scope.ServiceProvider.GetRequiredService<LedgerPosting>()
            .PostAllAsync([.. batch.Select(waiting => waiting.Request)], CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        return outcomes;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A batch of {TenantId} is tried again after attempt {Attempt}")]
    private static partial void LogRetried(ILogger logger, Exception exception, TenantId tenantId, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Count} of {TenantId} failed: one by one now")]
    private static partial void LogSplit(ILogger logger, Exception exception, TenantId tenantId, int count);
}
