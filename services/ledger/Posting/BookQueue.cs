using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>A request that waits for its answer.</summary>
internal sealed record WaitingRequest(PostingRequest Request, CancellationToken Cancellation)
{
    public TaskCompletionSource<PostingOutcome> Answer { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Those of the entries that it resolves or reverses count as one.</summary>
    public int Legs { get; } =
        Request.Linked.Sum(instruction => Math.Max(1, PostingPlan.OwnLegsOf(instruction).Count));

    public static PostingRequest[] RequestsOf(List<WaitingRequest> batch) =>
        [.. batch.Select(waiting => waiting.Request)];

    /// <summary>Each gets its own, in their order.</summary>
    public static void AnswerAll(List<WaitingRequest> batch, IReadOnlyList<PostingOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
            batch[i].Answer.TrySetResult(outcomes[i]);
    }
}

/// <summary>Those who wait for one book, in the order in which they came.</summary>
internal sealed class BookQueue
{
    private const int MaxBatchRequests = 1_024;
    private const int MaxBatchLegs = PostingRules.MaxLegsPerRequest;

    private readonly Lock _lock = new();
    private readonly Queue<WaitingRequest> _waiting = [];
    private readonly List<WaitingRequest> _taken = [];
    private TaskCompletionSource? _many;
    private int _enough;

    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    public void Add(WaitingRequest request)
    {
        TaskCompletionSource? many = null;
        lock (_lock)
        {
            _waiting.Enqueue(request);
            if (_waiting.Count >= _enough)
                (many, _many) = (_many, null);
        }
        many?.SetResult();
    }

    /// <summary>Ends when so many wait.</summary>
    public Task WhenManyAsync(int enough)
    {
        lock (_lock)
        {
            _enough = enough;
            return _waiting.Count >= _enough
                ? Task.CompletedTask
                : (_many ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>
    /// The next of a batch, those that were given up left out; at most as many as <paramref name="planned"/> leaves
    /// room for. One alone is always taken.
    /// </summary>
    /// <param name="share">How many the batch is to have, at most.</param>
    public List<WaitingRequest> Take(int share, PlannedBatch? planned = null)
    {
        var most = Math.Min(share, MaxBatchRequests);
        var taken = new List<WaitingRequest>();
        var count = planned?.Requests.Count ?? 0;
        var legs = planned?.Requests.Sum(one => one.Legs) ?? 0;
        var instructions = planned?.Requests.Sum(one => one.Request.Linked.Count) ?? 0;
        lock (_lock)
        {
            _taken.RemoveAll(one => one.Answer.Task.IsCompleted);
            while (count < most && _waiting.TryPeek(out var next))
            {
                if (next.Cancellation.IsCancellationRequested)
                {
                    _waiting.Dequeue();
                    continue;
                }
                legs += next.Legs;
                instructions += next.Request.Linked.Count;
                if (count > 0 && (legs > MaxBatchLegs || instructions > LedgerPosting.MaxInstructions))
                    break;
                _waiting.Dequeue();
                taken.Add(next);
                count++;
            }
            _taken.AddRange(taken);
        }
        return taken;
    }

    /// <summary>Answers all who wait or were taken, and have no answer yet.</summary>
    public void Fail(Exception exception)
    {
        lock (_lock)
        {
            foreach (var one in _taken.Concat(_waiting))
                one.Answer.TrySetException(exception);
            _waiting.Clear();
        }
    }
}
