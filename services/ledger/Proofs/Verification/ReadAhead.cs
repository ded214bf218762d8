using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Goes through items on a thread of its own, a bounded number ahead of who uses them. What goes wrong there is thrown
/// in its place: after all items before it.
/// </summary>
internal sealed class ReadAhead<T> : IDisposable
{
    private const int ItemsPerBatch = 256;
    private const int Batches = 8;

    private readonly BlockingCollection<Batch> _batches = new(Batches);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _reader;
    private Batch _batch = new([], 0, IsLast: false, null);
    private int _index;

    public ReadAhead(IEnumerable<T> items)
    {
        _reader = new Thread(() => Read(items)) { IsBackground = true, Name = nameof(ReadAhead<T>) };
        _reader.Start();
    }

    public ref readonly T Current => ref _batch.Items[_index];

    public bool MoveNext()
    {
        _index++;
        while (_index >= _batch.Count)
        {
            _batch.Error?.Throw();
            if (_batch.IsLast)
                return false;
            _batch = _batches.Take();
            _index = 0;
        }
        return true;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _reader.Join();
        _batches.Dispose();
        _stop.Dispose();
    }

    private void Read(IEnumerable<T> items)
    {
        var (batch, count) = (new T[ItemsPerBatch], 0);
        try
        {
            ExceptionDispatchInfo? error = null;
            try
            {
                foreach (var item in items)
                {
                    batch[count++] = item;
                    if (count < ItemsPerBatch)
                        continue;
                    _batches.Add(new Batch(batch, count, IsLast: false, null), _stop.Token);
                    (batch, count) = (new T[ItemsPerBatch], 0);
                }
            }
            catch (Exception exception) when (!_stop.IsCancellationRequested)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }
            _batches.Add(new Batch(batch, count, IsLast: true, error), _stop.Token);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Nobody wants the rest.
        }
    }

    private readonly record struct Batch(T[] Items, int Count, bool IsLast, ExceptionDispatchInfo? Error);
}
