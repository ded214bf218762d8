using CsCheck;
using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Random sequences of requests; most are of one operation, some of linked ones.</summary>
internal static class BookOperations
{
    private const int ExpiryHours = 14;
    private static readonly long?[] s_minimums = [null, 0, 0, -60];
    private static readonly long?[] s_maximums = [null, 70, 130, 160, 190, 210];

    private static readonly string[] Pounds = ["psp:x", "transit:a", "transit:b", "transit:c", "fx:GBP", "income:fees"];
    private static readonly string[] Naira = ["fx:NGN", "payable:a", "payable:b", "prefund:p:NGN"];

    private static readonly AccountName[] Accounts =
    [
        .. Pounds.Select(code => new AccountName(code, Currency.Of("GBP"))),
        .. Naira.Select(code => new AccountName(code, Currency.Of("NGN"))),
    ];

    /// <summary>Without money at the start most of what is asked for would be refused.</summary>
    private static readonly BookOperation[] s_funds =
    [
        new(OperationKind.Post, "f1", [Leg.Debit("psp:x", Pound(120)), Leg.Credit("transit:a", Pound(120))]),
        new(OperationKind.Post, "f2", [Leg.Debit("psp:x", Pound(60)), Leg.Credit("transit:b", Pound(60))]),
        new(OperationKind.Post, "f3", [Leg.Debit("fx:NGN", Kobo(150)), Leg.Credit("payable:a", Kobo(150))]),
        new(OperationKind.Post, "f4", [Leg.Debit("prefund:p:NGN", Kobo(200)), Leg.Credit("fx:NGN", Kobo(200))]),
    ];

    /// <summary>Maximums a little above what there is at the start, which soon are too low.</summary>
    private static readonly BookOperation[] s_tight =
    [
        Tight("psp:x", "GBP", 185), Tight("transit:a", "GBP", 125), Tight("transit:b", "GBP", 65),
        Tight("payable:a", "NGN", 155), Tight("prefund:p:NGN", "NGN", 205),
    ];

    /// <summary>An operation before it is known what came earlier: Earlier picks among that.</summary>
    private sealed record Wished(
        BookOperation Operation, int Earlier, int Aim, int Repetition, int PartPercent, int Linked);

    public static Gen<BookOperation[][]> Sequences(int operations) =>
        Wish().Array[operations].Select(wishes => Requests(wishes).Prepend(s_funds).ToArray());

    private static Gen<Wished> Wish()
    {
        var details = Gen.Select(Gen.Int[-8, 8], Gen.Int[-14, ExpiryHours], (int day, int hour) =>
            (Day: day is >= -4 and <= 1 ? SteppedClock.StartDay.AddDays(day) : default(DateOnly?),
                Expiry: hour >= -2 ? SteppedClock.Start.AddHours(hour) : default(DateTimeOffset?)));
        var entry = Gen.Select(
            Gen.Frequency((4, OperationKind.Post), (5, OperationKind.Hold), (3, OperationKind.Block),
                (5, OperationKind.Commit), (3, OperationKind.Release), (3, OperationKind.Reverse)),
            Legs(), details, (OperationKind kind, Leg[] legs, (DateOnly? Day, DateTimeOffset? Expiry) when) =>
                new BookOperation(kind, "", kind == OperationKind.Block ? Lien(legs) : legs)
                {
                    ValueDate = when.Day,
                    ExpiresAt = kind is OperationKind.Hold or OperationKind.Block ? when.Expiry : null,
                });
        var operation = Gen.Frequency((30, entry), (3, Change()), (1, ClosePeriod()), (3, Wait()), (1, Open()),
            (2, Watch()), (1, Gen.Const(new BookOperation(OperationKind.Expire, "", []))));
        return Gen.Select(operation, Gen.Int[0, 999], Gen.Int[0, 7], Gen.Int[0, 19], Gen.Int[1, 250], Gen.Int[0, 9],
            (BookOperation one, int earlier, int aim, int repetition, int part, int linked) =>
                new Wished(one, earlier, aim, repetition, part, linked));
    }

    private static Gen<BookOperation> Change() => Gen.Frequency((3, AnyChange()), (1, Gen.OneOf(s_tight)));

    private static Gen<BookOperation> AnyChange() => Gen.Select(
        Gen.OneOf(Accounts),
        Gen.Frequency((4, AccountStatus.Activated), (1, AccountStatus.Frozen), (1, AccountStatus.Closed)),
        Gen.Int[0, 3].Select(n => s_minimums[n]), Gen.Int[0, 5].Select(n => s_maximums[n]),
        (AccountName name, AccountStatus status, long? minimum, long? maximum) =>
            new BookOperation(OperationKind.Change, "", [])
            {
                Account = new AccountState(name, status, minimum, maximum),
            });

    private static Gen<BookOperation> Open() => AnyChange().Select(change => change with
    {
        Kind = OperationKind.Open, Account = change.Account! with { Status = AccountStatus.Activated },
    });

    private static Gen<BookOperation> Watch() => Gen.Select(
        AnyChange(), Gen.Long[-20, 150], (BookOperation change, long threshold) =>
            change with { Kind = OperationKind.Watch, Threshold = threshold });

    private static BookOperation Tight(string code, string currency, long maximum) =>
        new(OperationKind.Change, "", [])
        {
            Account = new AccountState(
                new AccountName(code, Currency.Of(currency)), AccountStatus.Activated, null, maximum),
        };

    private static Gen<BookOperation> ClosePeriod() => Gen.Int[-5, -1].Select(day =>
        new BookOperation(OperationKind.ClosePeriod, "", []) { Until = SteppedClock.StartDay.AddDays(day) });

    /// <summary>Whole hours, so that the clock often stands at the very instant at which something expires.</summary>
    private static Gen<BookOperation> Wait() => Gen.Int[-1, 6].Select(hours =>
        new BookOperation(OperationKind.Wait, "", []) { Time = TimeSpan.FromHours(hours) });

    private static Gen<Leg[]> Legs()
    {
        var pounds = Pair(Pounds, "GBP");
        var naira = Pair(Naira, "NGN");
        return Gen.Frequency(
            (12, Gen.OneOf(pounds, naira)),
            (3, Gen.Select(pounds, naira, (Leg[] one, Leg[] other) => one.Concat(other).ToArray())),
            (3, Gen.Select(pounds, pounds, (Leg[] one, Leg[] other) => one.Concat(other).ToArray())),
            (1, pounds.Select(pair => new[] { pair[0], Plus(pair[1], 1) })),
            (1, naira.Select(pair => new[] { Plus(pair[0], -pair[0].Amount.MinorUnits), pair[1] })));
    }

    private static Gen<Leg[]> Pair(string[] codes, string currency) => Gen.Select(
        Gen.OneOf(codes), Gen.OneOf(codes), Gen.Long[1, 50],
        (string debit, string credit, long amount) => new[]
        {
            Leg.Debit(debit, Money.Of(amount, currency)), Leg.Credit(credit, Money.Of(amount, currency)),
        });

    private static Money Pound(long pence) => Money.Of(pence, "GBP");

    private static Money Kobo(long kobo) => Money.Of(kobo, "NGN");

    private static Leg Plus(Leg leg, long minorUnits) =>
        leg with { Amount = new Money(leg.Amount.MinorUnits + minorUnits, leg.Amount.Currency) };

    /// <summary>One leg of two, on the side that lowers its account in most cases.</summary>
    private static Leg[] Lien(Leg[] legs)
    {
        var lowering = legs.Where(leg => (leg.Side == Side.Credit)
            == leg.Code.Split(':')[0] is "psp" or "prefund" or "fx").Take(2).ToArray();
        return lowering.Length > 0 ? lowering : [legs[0]];
    }

    private static IEnumerable<BookOperation[]> Requests(Wished[] wishes)
    {
        var linked = new List<BookOperation>();
        var earlier = new List<BookOperation>();
        foreach (var (index, wish) in wishes.Index())
        {
            var operation = Settle(wish, index, earlier);
            if (!operation.IsEntry || wish.Linked > 1)
            {
                if (linked.Count > 0)
                    yield return [.. linked];
                linked.Clear();
            }
            if (operation.IsEntry)
            {
                linked.Add(operation);
                earlier.Add(operation);
            }
            else
            {
                yield return [operation];
            }
        }
        if (linked.Count > 0)
            yield return [.. linked];
    }

    /// <summary>One in twenty repeats an earlier operation, one in twenty its key with other content.</summary>
    private static BookOperation Settle(Wished wish, int index, List<BookOperation> earlier)
    {
        var operation = wish.Operation;
        if (!operation.IsEntry)
            return operation;
        if (wish.Repetition == 0 && earlier.Count > 0)
            return earlier[wish.Earlier % earlier.Count];
        var key = wish.Repetition == 1 && earlier.Count > 0 ? earlier[wish.Earlier % earlier.Count].Key : $"k{index}";
        if (operation.Kind is OperationKind.Post or OperationKind.Hold or OperationKind.Block)
            return operation with { Key = key };

        // Mostly at what it can be about, and rather lately; now and then at anything.
        var aims = wish.Aim == 0 ? earlier : [.. earlier.Where(operation.CanBeAbout).TakeLast(8)];
        return operation with
        {
            Key = key,
            Target = aims.Count == 0 ? BookOperation.Nothing : aims[wish.Earlier % aims.Count].Key,
            PartPercent = operation.Kind == OperationKind.Commit && wish.PartPercent <= 130 ? wish.PartPercent : null,
            Legs = [],
        };
    }
}
