using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

internal enum OperationKind
{
    Post,
    Hold,
    Commit,
    Release,
    Reverse,
}

/// <summary>One thing that a client asks for. Legs for Post and Hold, the key of another entry for the rest.</summary>
internal sealed record BookOperation(OperationKind Kind, string Key, IReadOnlyList<Leg> Legs, string? Target)
{
    public override string ToString() => $"{Kind} {Key} " + (Target
        ?? string.Join(' ', Legs.Select(leg => $"{(leg.Side == Side.Debit ? "Dr" : "Cr")} {leg.Code} {leg.Amount};")));
}

/// <summary>
/// The oracle: a plain, single-threaded book. It knows accounts as signed sums (debits positive) and a list of what is
/// pending, and was written from the rules, not from the service's code.
/// </summary>
internal sealed class BookModel
{
    private sealed record Entry(BookOperation Operation, IReadOnlyList<Leg> Legs)
    {
        public bool Resolved { get; set; }

        public bool Reversed { get; set; }
    }

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Dictionary<AccountName, long> _posted = [];

    public static bool IsDebitNormal(string code) =>
        code.StartsWith("psp", StringComparison.Ordinal) || code.StartsWith("prefund", StringComparison.Ordinal)
        || code.StartsWith("fx", StringComparison.Ordinal);

    private static bool MayNotFallBelowZero(string code) =>
        code.StartsWith("transit", StringComparison.Ordinal) || code.StartsWith("payable", StringComparison.Ordinal)
        || code.StartsWith("prefund", StringComparison.Ordinal);

    /// <summary>Does it and gives "ok", or says why not and does nothing.</summary>
    public string Apply(BookOperation operation)
    {
        Entry? target = null;
        if (operation.Target is not null && !_entries.TryGetValue(operation.Target, out target))
            return nameof(RefusalCode.EntryNotFound);
        if (_entries.TryGetValue(operation.Key, out var earlier))
            return Same(earlier.Operation, operation) ? "ok" : nameof(RefusalCode.KeyReused);
        if (Problem(operation, target) is { } problem)
            return problem;
        var entry = new Entry(operation, LegsOf(operation, target));
        Settle(operation, target, true);
        _entries.Add(operation.Key, entry);
        Move(entry, 1);
        if (!entry.Legs.Any(leg => MayNotFallBelowZero(leg.Code) && Available(leg.Account) < 0))
            return "ok";
        Move(entry, -1);
        _entries.Remove(operation.Key);
        Settle(operation, target, false);
        return nameof(RefusalCode.InsufficientFunds);
    }

    /// <summary>What it would answer now, without doing it.</summary>
    public string WouldSay(BookOperation operation)
    {
        var isNew = !_entries.ContainsKey(operation.Key);
        var answer = Apply(operation);
        if (answer == "ok" && isNew)
        {
            var entry = _entries[operation.Key];
            Move(entry, -1);
            _entries.Remove(operation.Key);
            Settle(operation, operation.Target is null ? null : _entries[operation.Target], false);
        }
        return answer;
    }

    /// <summary>On the account's normal side.</summary>
    public long Balance(AccountName account) =>
        _posted.GetValueOrDefault(account) * (IsDebitNormal(account.Code) ? 1 : -1);

    public long Available(AccountName account)
    {
        var lowering = IsDebitNormal(account.Code) ? Side.Credit : Side.Debit;
        return Balance(account) - _entries.Values
            .Where(entry => entry.Operation.Kind == OperationKind.Hold && !entry.Resolved)
            .SelectMany(entry => entry.Legs)
            .Where(leg => leg.Account == account && leg.Side == lowering)
            .Sum(leg => leg.Amount.MinorUnits);
    }

    private static bool Same(BookOperation one, BookOperation other) =>
        one.Kind == other.Kind && one.Target == other.Target && one.Legs.SequenceEqual(other.Legs);

    private static string? Problem(BookOperation operation, Entry? target)
    {
        if (operation.Legs.GroupBy(leg => leg.Amount.Currency)
            .Any(legs => legs.Sum(leg => leg.Side == Side.Debit ? leg.Amount.MinorUnits : -leg.Amount.MinorUnits) != 0))
            return nameof(RefusalCode.Unbalanced);
        return operation.Kind switch
        {
            OperationKind.Commit or OperationKind.Release when target!.Operation.Kind != OperationKind.Hold =>
                nameof(RefusalCode.NotPending),
            OperationKind.Commit or OperationKind.Release when target!.Resolved => nameof(RefusalCode.AlreadyResolved),
            OperationKind.Reverse when target!.Operation.Kind is not (OperationKind.Post or OperationKind.Commit) =>
                nameof(RefusalCode.NotReversible),
            OperationKind.Reverse when target!.Reversed => nameof(RefusalCode.AlreadyReversed),
            _ => null,
        };
    }

    private static Leg[] LegsOf(BookOperation operation, Entry? target) => operation.Kind switch
    {
        OperationKind.Commit => [.. target!.Legs],
        OperationKind.Reverse => [.. target!.Legs.Select(leg =>
            leg with { Side = leg.Side == Side.Debit ? Side.Credit : Side.Debit })],
        OperationKind.Release => [],
        _ => [.. operation.Legs],
    };

    private static void Settle(BookOperation operation, Entry? target, bool done)
    {
        if (operation.Kind is OperationKind.Commit or OperationKind.Release)
            target!.Resolved = done;
        if (operation.Kind == OperationKind.Reverse)
            target!.Reversed = done;
    }

    private void Move(Entry entry, int direction)
    {
        if (entry.Operation.Kind is OperationKind.Hold)
            return;
        foreach (var leg in entry.Legs)
        {
            var signed = leg.Side == Side.Debit ? leg.Amount.MinorUnits : -leg.Amount.MinorUnits;
            _posted[leg.Account] = _posted.GetValueOrDefault(leg.Account) + (direction * signed);
        }
    }
}
