using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// The oracle: a plain, single-threaded book that keeps nothing but a list of what happened and works everything out
/// from it anew each time. It was written from the rules (docs/ledger-log.md), not from the service's code. Where
/// several rules are broken it names the first: target, key, what is resolved or reversed, legs, dates, accounts,
/// limits.
/// </summary>
internal sealed partial class BookModel
{
    public const string Ok = "ok";

    internal abstract record Fact(DateTimeOffset At);

    internal sealed record EntryFact(DateTimeOffset At, BookOperation Operation, DateOnly ValueDate, List<LegFact> Legs)
        : Fact(At);

    internal sealed record LegFact(Leg Leg, long Previous, long Balance, long Available);

    internal sealed record AccountFact(DateTimeOffset At, bool IsOpening, AccountState State) : Fact(At);

    internal sealed record PeriodFact(DateTimeOffset At, DateOnly Until) : Fact(At);

    private readonly List<Fact> _log = [];

    /// <summary>What the clock says; the book's own time never goes back.</summary>
    public DateTimeOffset Clock { get; set; } = SteppedClock.Start;

    /// <summary>The fact at index n is the record at position n + 1.</summary>
    public IReadOnlyList<Fact> Log => _log;

    private DateTimeOffset Now => _log.Count > 0 && _log[^1].At > Clock ? _log[^1].At : Clock;

    private IEnumerable<EntryFact> Entries => _log.OfType<EntryFact>();

    /// <summary>Does all of it and gives "ok", or says why not and does nothing.</summary>
    public string Apply(params IReadOnlyList<BookOperation> linked)
    {
        var before = _log.Count;
        foreach (var operation in linked)
        {
            var answer = operation.Kind switch
            {
                OperationKind.Open => Open(operation.Account!),
                OperationKind.Change => Change(operation.Account!),
                OperationKind.Watch => Watch(operation.Account!.Name, operation.Threshold),
                OperationKind.ClosePeriod => Close(operation.Until),
                _ => Enter(operation),
            };
            if (answer == Ok)
                continue;
            _log.RemoveRange(before, _log.Count - before);
            return answer;
        }
        return Ok;
    }

    /// <summary>What it would answer now, without doing it.</summary>
    public string WouldSay(IReadOnlyList<BookOperation> linked)
    {
        var before = _log.Count;
        var answer = Apply(linked);
        _log.RemoveRange(before, _log.Count - before);
        return answer;
    }

    public AccountState? Account(AccountName name) =>
        _log.OfType<AccountFact>().LastOrDefault(fact => fact.State.Name == name)?.State;

    /// <summary>
    /// Balance, available, and what is pending to come, on the account's normal side; and liens. Now, or after the
    /// first records.
    /// </summary>
    public (long Balance, long Available, long Coming, long Liens) Totals(AccountName name, int records = int.MaxValue)
    {
        var resolved = Resolved(records);
        var (balance, going, coming, liens) = (0L, 0L, 0L, 0L);
        foreach (var entry in _log.Take(records).OfType<EntryFact>())
        {
            foreach (var leg in entry.Legs.Select(fact => fact.Leg).Where(leg => leg.Account == name))
            {
                var amount = leg.Amount.MinorUnits;
                var raises = (leg.Side == Side.Debit) == IsDebitNormal(name);
                if (entry.Operation.Kind is OperationKind.Post or OperationKind.Commit or OperationKind.Reverse)
                    balance += raises ? amount : -amount;
                else if (resolved.Contains(entry.Operation.Key))
                    continue;
                else if (entry.Operation.Kind == OperationKind.Hold && raises)
                    coming += amount;
                else if (entry.Operation.Kind == OperationKind.Hold)
                    going += amount;
                else if (entry.Operation.Kind == OperationKind.Block)
                    liens += amount;
            }
        }
        return (balance, balance - going - liens, coming, liens);
    }

    /// <summary>What is posted per account and value date.</summary>
    public IEnumerable<(AccountName Account, DateOnly Day, long Debits, long Credits)> Days() => Entries
        .Where(entry => entry.Operation.Kind is OperationKind.Post or OperationKind.Commit or OperationKind.Reverse)
        .SelectMany(entry => entry.Legs.Select(fact => (entry.ValueDate, fact.Leg)))
        .GroupBy(one => (one.Leg.Account, one.ValueDate))
        .Select(day => (day.Key.Account, day.Key.ValueDate, Sum(day, Side.Debit), Sum(day, Side.Credit)));

    /// <summary>What still holds though its time is up.</summary>
    public IEnumerable<string> Overdue()
    {
        var resolved = Resolved();
        return Entries.Where(entry => entry.Operation.ExpiresAt <= Clock && !resolved.Contains(entry.Operation.Key))
            .Select(entry => entry.Operation.Key);
    }

    private static long Sum(IEnumerable<(DateOnly, Leg Leg)> legs, Side side) =>
        legs.Where(one => one.Leg.Side == side).Sum(one => one.Leg.Amount.MinorUnits);

    private static bool IsDebitNormal(AccountName name) => name.Code.Split(':')[0] is "psp" or "prefund" or "fx";

    private static long? MinimumOf(AccountName name) =>
        name.Code.Split(':')[0] is "transit" or "payable" or "prefund" ? 0 : null;

    private HashSet<string> Resolved(int records = int.MaxValue) =>
    [
        .. _log.Take(records).OfType<EntryFact>()
            .Where(entry => entry.Operation.Kind is OperationKind.Commit or OperationKind.Release)
            .Select(entry => entry.Operation.Target!),
    ];

    private EntryFact? Find(string key) => Entries.FirstOrDefault(entry => entry.Operation.Key == key);

    private string Open(AccountState state)
    {
        if (Account(state.Name) is not null)
            return "AlreadyOpen";
        _log.Add(new AccountFact(Now, true, state));
        return Ok;
    }

    private string Change(AccountState state)
    {
        if (Account(state.Name) is null)
            return nameof(RefusalCode.UnknownAccount);
        var (balance, available, coming, liens) = Totals(state.Name);
        var isEmpty = balance == 0 && available == 0 && coming == 0 && liens == 0;
        if ((state.Status == AccountStatus.Closed && !isEmpty) || available < state.Minimum
            || balance + coming > state.Maximum)
            return "CheckViolation";
        _log.Add(new AccountFact(Now, false, state));
        return Ok;
    }

    private string Close(DateOnly until)
    {
        if (until < ClosedUntil())
            return "RestrictViolation";
        _log.Add(new PeriodFact(Now, until));
        return Ok;
    }

    private DateOnly? ClosedUntil() => _log.OfType<PeriodFact>().LastOrDefault()?.Until;

    private string Enter(BookOperation operation)
    {
        var target = operation.Target is null ? null : Find(operation.Target);
        if (operation.Target is not null && target is null)
            return nameof(RefusalCode.EntryNotFound);
        var legs = LegsOf(operation, target);
        if (Find(operation.Key) is { } earlier)
            return IsSame(operation, legs, earlier) ? Ok : nameof(RefusalCode.KeyReused);
        var problem = Mistargeted(operation, target, legs) ?? Malformed(operation, target, legs) ?? Untimely(operation);
        return problem?.ToString() ?? Book(operation, legs)?.ToString() ?? Ok;
    }

    private static bool IsSame(BookOperation operation, Leg[] legs, EntryFact earlier) =>
        operation.Kind == earlier.Operation.Kind && operation.Target == earlier.Operation.Target
        && operation.ValueDate == earlier.Operation.ValueDate && operation.ExpiresAt == earlier.Operation.ExpiresAt
        && legs.SequenceEqual(earlier.Legs.Select(fact => fact.Leg));

    private static Leg[] LegsOf(BookOperation operation, EntryFact? target) => operation.Kind switch
    {
        OperationKind.Commit when operation.Legs.Count == 0 => [.. target!.Legs.Select(fact => fact.Leg)],
        OperationKind.Release => [.. target!.Legs.Select(fact => fact.Leg)],
        OperationKind.Reverse => [.. target!.Legs.Select(fact => fact.Leg with
        {
            Side = fact.Leg.Side == Side.Debit ? Side.Credit : Side.Debit,
        })],
        _ => [.. operation.Legs],
    };

    private static RefusalCode? Malformed(BookOperation operation, EntryFact? target, Leg[] legs)
    {
        var isLien = operation.Kind == OperationKind.Block || target?.Operation.Kind == OperationKind.Block;
        if (legs.Length < (isLien ? 1 : 2) || legs.Any(leg => leg.Amount.MinorUnits <= 0))
            return RefusalCode.InvalidLegs;
        return operation.Kind is not (OperationKind.Block or OperationKind.Release)
            && legs.GroupBy(leg => leg.Amount.Currency).Any(group =>
                group.Sum(leg => leg.Side == Side.Debit ? leg.Amount.MinorUnits : -leg.Amount.MinorUnits) != 0)
            ? RefusalCode.Unbalanced
            : null;
    }

    private RefusalCode? Mistargeted(BookOperation operation, EntryFact? target, Leg[] legs)
    {
        switch (operation.Kind)
        {
            case OperationKind.Commit or OperationKind.Release:
                var form = target!.Operation.Kind;
                if (form != OperationKind.Hold
                    && !(form == OperationKind.Block && operation.Kind == OperationKind.Release))
                    return RefusalCode.NotPending;
                if (Resolved().Contains(target.Operation.Key))
                    return RefusalCode.AlreadyResolved;
                if (operation.Kind == OperationKind.Commit && target.Operation.ExpiresAt <= Now)
                    return RefusalCode.EntryExpired;
                var held = target.Legs.Select(fact => fact.Leg).ToArray();
                return legs.Length == held.Length && legs.Zip(held).All(pair => pair.First.Code == pair.Second.Code
                    && pair.First.Side == pair.Second.Side && pair.First.Amount.Currency == pair.Second.Amount.Currency
                    && pair.First.Amount.MinorUnits <= pair.Second.Amount.MinorUnits)
                    ? null
                    : RefusalCode.InvalidLegs;
            case OperationKind.Reverse:
                if (target!.Operation.Kind is not (OperationKind.Post or OperationKind.Commit))
                    return RefusalCode.NotReversible;
                return Entries.Any(entry => entry.Operation.Kind == OperationKind.Reverse
                    && entry.Operation.Target == target.Operation.Key)
                    ? RefusalCode.AlreadyReversed
                    : null;
            default:
                return null;
        }
    }

    private RefusalCode? Untimely(BookOperation operation)
    {
        if (ValueDateOf(operation) <= ClosedUntil())
            return RefusalCode.PeriodClosed;
        return operation.ExpiresAt <= Now ? RefusalCode.EntryExpired : null;
    }

    private DateOnly ValueDateOf(BookOperation operation) =>
        operation.ValueDate ?? DateOnly.FromDateTime(Now.UtcDateTime);

    private RefusalCode? Book(BookOperation operation, Leg[] legs)
    {
        foreach (var leg in legs)
        {
            if (Account(leg.Account) is null)
                _log.Add(new AccountFact(Now, true,
                    new AccountState(leg.Account, AccountStatus.Activated, MinimumOf(leg.Account), null)));
            var status = Account(leg.Account)!.Status;
            if (status == AccountStatus.Closed
                || (status == AccountStatus.Frozen && operation.Kind != OperationKind.Release))
                return RefusalCode.AccountNotActive;
            if (operation.Kind == OperationKind.Block && (leg.Side == Side.Debit) == IsDebitNormal(leg.Account))
                return RefusalCode.InvalidLegs;
        }
        // From here on what it resolves is let go; its own legs count one after the other.
        var entry = new EntryFact(Now, operation, ValueDateOf(operation), []);
        _log.Add(entry);
        foreach (var leg in legs)
        {
            var previous = Totals(leg.Account).Balance;
            entry.Legs.Add(new LegFact(leg, previous, 0, 0));
            var (balance, available, _, _) = Totals(leg.Account);
            entry.Legs[^1] = new LegFact(leg, previous, balance, available);
        }
        foreach (var state in legs.Select(leg => Account(leg.Account)!))
        {
            var (balance, available, coming, _) = Totals(state.Name);
            if (available < state.Minimum)
                return RefusalCode.InsufficientFunds;
            if (balance + coming > state.Maximum)
                return RefusalCode.MaximumExceeded;
        }
        return null;
    }
}
