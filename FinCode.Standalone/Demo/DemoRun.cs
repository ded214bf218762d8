using System.Collections.Concurrent;
using FinCode.Standalone.Client;

namespace FinCode.Standalone.Demo;

/// <summary>How one transfer of the demo is getting on. Its player writes, the board reads.</summary>
internal sealed class DemoRun(DemoTransfer transfer, TimeProvider clock)
{
    private readonly ConcurrentQueue<string> _failures = new();
    private volatile string _status = "-";
    private volatile string _doing = "waiting";
    private long _started;
    private long _ended;

    public DemoTransfer Transfer => transfer;

    /// <summary>The transfer as the partner last saw it; null until it is ordered.</summary>
    public TransferView? Transaction { get; set; }

    /// <summary>The payment page; payers keep the link.</summary>
    public string? PayUrl { get; set; }

    /// <summary>The public status as the partner last saw it.</summary>
    public string Status => _status;

    /// <summary>What the people of the demo are at.</summary>
    public string Doing => _doing;

    public IReadOnlyCollection<string> Failures => _failures;

    public bool HasEnded => Volatile.Read(ref _ended) != 0;

    public TimeSpan Taken => _started == 0 ? TimeSpan.Zero
        : clock.GetElapsedTime(_started, HasEnded ? Volatile.Read(ref _ended) : clock.GetTimestamp());

    /// <summary>Hears of every change, as a line for those who have no terminal.</summary>
    public Action<DemoRun, string> Changed { get; init; } = (_, _) => { };

    public void Start() => _started = clock.GetTimestamp();

    public void Saw(string status)
    {
        if (_status == status)
            return;
        _status = status;
        Changed(this, status);
    }

    public void Does(string what)
    {
        _doing = what;
        Changed(this, what);
    }

    public void Fails(string sentence) => _failures.Enqueue(sentence);

    public void End()
    {
        Volatile.Write(ref _ended, clock.GetTimestamp());
        _doing = _failures.IsEmpty ? "done" : "failed";
    }
}
