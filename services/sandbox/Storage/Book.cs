using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Identities;
using FinCode.Sandbox.Inboxes;
using FinCode.Sandbox.Instructions;
using FinCode.Sandbox.PayIns;

namespace FinCode.Sandbox.Storage;

/// <summary>
/// Everything the outside world remembers, in memory. Whoever reads or changes it holds <see cref="Gate"/>; every
/// change is an
/// entry, so that a restart builds the same state from the journal.
/// </summary>
internal sealed class Book
{
    private readonly Journal _journal;
    private readonly Dictionary<(Rail, string), Instruction> _instructions = [];
    private readonly Dictionary<string, int> _counters = [];
    private readonly Dictionary<string, Payment> _payments = [];
    private readonly Dictionary<string, Payment> _paymentsById = [];
    private readonly Dictionary<Guid, Callback> _callbacks = [];
    private readonly Dictionary<string, Inbox> _inboxes = [];
    private readonly Dictionary<string, IdentitySession> _identities = [];
    private readonly Dictionary<string, string> _identitiesById = [];

    public Book(Journal journal)
    {
        _journal = journal;
        foreach (var entry in journal.Replay())
            Apply(entry);
    }

    public Lock Gate { get; } = new();

    public IReadOnlyDictionary<(Rail, string), Instruction> Instructions => _instructions;

    public IReadOnlyDictionary<string, int> Counters => _counters;

    /// <summary>Payments by the merchant's reference.</summary>
    public IReadOnlyDictionary<string, Payment> Payments => _payments;

    /// <summary>Callbacks that have not been taken yet.</summary>
    public IReadOnlyDictionary<Guid, Callback> Callbacks => _callbacks;

    public IReadOnlyDictionary<string, Inbox> Inboxes => _inboxes;

    /// <summary>Identity sessions by the merchant's reference.</summary>
    public IReadOnlyDictionary<string, IdentitySession> Identities => _identities;

    /// <summary>By the provider's own id.</summary>
    public IdentitySession? FindIdentity(string sessionId) =>
        _identitiesById.TryGetValue(sessionId, out var reference) ? _identities[reference] : null;

    /// <summary>A payment by the merchant's reference or by the provider's own id.</summary>
    public Payment? FindPayment(string reference) =>
        _payments.GetValueOrDefault(reference) ?? _paymentsById.GetValueOrDefault(reference);

    /// <summary>Written first, then true: what was answered to a caller survives a restart.</summary>
    public void Record(Entry entry)
    {
        _journal.Append(entry);
        Apply(entry);
    }

    private void Apply(Entry entry)
    {
        switch (entry)
        {
            case InstructionRecorded(var instruction):
                _instructions[instruction.Key] = instruction;
                break;
            case CounterMoved(var counter, 0):
                _counters.Remove(counter);
                break;
            case CounterMoved(var counter, var value):
                _counters[counter] = value;
                break;
            case PaymentRecorded(var payment):
                _payments[payment.Reference] = payment;
                _paymentsById[payment.PaymentId] = payment;
                break;
            case CallbackScheduled(var callback):
                _callbacks[callback.Id] = callback;
                break;
            case CallbackEnded(var id):
                _callbacks.Remove(id);
                break;
            case InboxSet(var name, var secret, var failuresLeft):
                InboxOf(name).Set(secret, failuresLeft);
                break;
            case WebhookStored(var name, var webhook):
                InboxOf(name).Store(webhook);
                break;
            case IdentityRecorded(var session):
                _identities[session.Reference] = session;
                _identitiesById[session.SessionId] = session.Reference;
                break;
            default:
                throw new InvalidOperationException($"No rule for {entry.GetType().Name}.");
        }
    }

    private Inbox InboxOf(string name)
    {
        if (!_inboxes.TryGetValue(name, out var inbox))
            _inboxes[name] = inbox = new Inbox();
        return inbox;
    }
}
