using System.Text.Json;
using FinCode.Contracts;
using FinCode.Sandbox.Storage;

namespace FinCode.Sandbox.Callbacks;

/// <summary>
/// Callbacks in the order in which they are due. They stand in the journal until they were taken or given up, so a
/// restart sends
/// what is owed.
/// </summary>
internal sealed class CallbackQueue(Book book, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(Callback Callback, int Attempt), DateTimeOffset> _waiting = new();
    private TaskCompletionSource _changed = NewSignal();
    private bool _isLoaded;

    /// <summary>Queues the same notification so many times. The caller holds the book's gate.</summary>
    public void Schedule(string url, object body, DateTimeOffset dueAt, int times)
    {
        var text = JsonSerializer.Serialize(body, body.GetType(), ContractJson.Options);
        for (var i = 0; i < times; i++)
        {
            var callback = new Callback(Guid.CreateVersion7(clock.GetUtcNow()), url, text, dueAt);
            book.Record(new CallbackScheduled(callback));
            Enqueue(callback, attempt: 1, dueAt);
        }
    }

    /// <summary>
    /// What is owed to that URL and names this is owed no longer. The caller holds the book's gate.
    /// </summary>
    public void Drop(string url, string named)
    {
        foreach (var callback in book.Callbacks.Values
                     .Where(one => one.Url == url && one.Body.Contains(named, StringComparison.Ordinal)).ToList())
            book.Record(new CallbackEnded(callback.Id));
    }

    /// <summary>Waits for the next due callback and takes it out.</summary>
    public async Task<(Callback Callback, int Attempt)> NextAsync(CancellationToken cancellationToken)
    {
        Load();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task changed;
            TimeSpan? untilDue;
            lock (_gate)
            {
                var now = clock.GetUtcNow();
                if (_waiting.TryPeek(out _, out var dueAt) && dueAt <= now)
                    return _waiting.Dequeue();
                untilDue = _waiting.Count == 0 ? null : dueAt - now;
                changed = _changed.Task;
            }
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var due = Task.Delay(untilDue ?? Timeout.InfiniteTimeSpan, clock, stopWaiting.Token);
            await Task.WhenAny(changed, due);
            await stopWaiting.CancelAsync();
        }
    }

    /// <summary>False once it was dropped.</summary>
    public bool IsOwed(Callback callback)
    {
        lock (book.Gate)
            return book.Callbacks.ContainsKey(callback.Id);
    }

    public void Retry(Callback callback, int attempt, DateTimeOffset at) => Enqueue(callback, attempt, at);

    /// <summary>Taken, or given up: it is owed no longer.</summary>
    public void End(Callback callback)
    {
        lock (book.Gate)
            book.Record(new CallbackEnded(callback.Id));
    }

    /// <summary>What was owed before a restart; what was scheduled since is queued already.</summary>
    private void Load()
    {
        lock (book.Gate)
        {
            lock (_gate)
            {
                if (_isLoaded)
                    return;
                _isLoaded = true;
                var queued = _waiting.UnorderedItems.Select(item => item.Element.Callback.Id).ToHashSet();
                foreach (var callback in book.Callbacks.Values.Where(callback => !queued.Contains(callback.Id)))
                    _waiting.Enqueue((callback, 1), callback.DueAt);
            }
        }
    }

    private void Enqueue(Callback callback, int attempt, DateTimeOffset at)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _waiting.Enqueue((callback, attempt), at);
            changed = _changed;
            _changed = NewSignal();
        }
        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
