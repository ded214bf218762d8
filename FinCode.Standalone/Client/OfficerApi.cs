using FinCode.Contracts;

namespace FinCode.Standalone.Client;

/// <summary>What a compliance officer asks of the platform.</summary>
internal sealed class OfficerApi(ApiClient client) : IDisposable
{
    private const string AttemptLeft = "ATTEMPT_LEFT";

    /// <summary>The open case of a transfer, or null while there is none.</summary>
    public async Task<string?> OpenCaseAsync(string transactionId, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"v1/cases?transactionId={transactionId}&status=NEW", cancellationToken);
        return answer.As<CaseList>().Items is [var first, ..] ? first.Id : null;
    }

    public Task<ApiAnswer> ProposeAsync(
        string caseId, CaseDecision decision, string reason, CancellationToken cancellationToken) =>
        client.PostAsync($"v1/cases/{caseId}/proposals", new { decision, reason }, cancellationToken);

    /// <summary>Approves what is proposed, as it was read just before.</summary>
    public async Task<ApiAnswer> ApproveAsync(string caseId, CancellationToken cancellationToken)
    {
        var read = await client.GetAsync($"v1/cases/{caseId}", cancellationToken);
        return await client.PostAsync(
            $"v1/cases/{caseId}/approvals", new { steps = read.As<CaseFile>().Steps.Count }, cancellationToken);
    }

    /// <summary>How a transfer came to where it is, with what only COMPLIANCE may see of it.</summary>
    public async Task<TransferInside> InsideAsync(string transactionId, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync($"v1/transactions/{transactionId}/timeline", cancellationToken);
        var timeline = answer.As<Timeline>().Items;
        return new TransferInside(timeline[^1].Stage, timeline.Count(step => step.Event == AttemptLeft));
    }

    public void Dispose() => client.Dispose();

    private sealed record CaseList(IReadOnlyList<CaseItem> Items);

    private sealed record CaseItem(string Id);

    private sealed record CaseFile(IReadOnlyList<CaseStep> Steps);

    private sealed record CaseStep(int Number);

    private sealed record Timeline(IReadOnlyList<TimelineStep> Items);

    private sealed record TimelineStep(string Event, string Stage);
}

/// <param name="Stage">Where exactly it stands.</param>
/// <param name="Attempts">How many payout attempts have left.</param>
internal sealed record TransferInside(string Stage, int Attempts);
