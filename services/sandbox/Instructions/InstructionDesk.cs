using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Storage;

namespace FinCode.Sandbox.Instructions;

/// <summary>An order as it reached the provider, checked for form.</summary>
internal sealed record Order(
    Rail Rail, string Reference, Money Amount, string Destination, string CallbackUrl, string Content,
        string? PaymentReference);

/// <summary>What the caller gets to see of it: an HTTP status, perhaps a body, perhaps only after a while.</summary>
internal sealed record Reaction(int Status, object? Body, TimeSpan HoldFor);

/// <summary>
/// Takes payouts and refunds: the same reference again is the same answer and never a second payment; another content
/// under a
/// reference is 409; magic destinations choose the outcome.
/// </summary>
internal sealed class InstructionDesk(Book book, CallbackQueue callbacks, SandboxSettings settings, TimeProvider clock)
{
    /// <summary>Instructions kept at most; beyond that new ones are definitely refused.</summary>
    internal const int MaxInstructions = 100_000;

    private const int RefusalsBeforeItWorks = 2;
    private const int RepeatedCallbacks = 3;

    public Reaction Take(Order order)
    {
        lock (book.Gate)
        {
            var now = clock.GetUtcNow();
            if (book.Instructions.TryGetValue((order.Rail, order.Reference), out var known))
                return known.Content == order.Content
                    ? Show(known, now)
                    : new Reaction(StatusCodes.Status409Conflict, null, TimeSpan.Zero);
            if (book.Instructions.Count >= MaxInstructions)
                return Refuse(order, Failure.Full);
            if (book.Counters.ContainsKey(CancelledOf(order.Rail, order.Reference)))
                return Show(Enter(order, now, Failure.Cancelled, hasCallback: false), now);
            if (order.Rail == Rail.Refund && WhatIsWrongWithRefund(order) is { } wrong)
                return Show(Enter(order, now, wrong, hasCallback: false), now);
            return Decide(order, now);
        }
    }

    /// <summary>The beneficiary of a cash payout came for the money. Null when there is no such payout.</summary>
    public InstructionAnswer? Collect(string reference)
    {
        lock (book.Gate)
        {
            if (!book.Instructions.TryGetValue((Rail.Cash, reference), out var payout))
                return null;
            var now = clock.GetUtcNow();
            if (payout.SettlesAt is null)
            {
                payout = payout with { SettlesAt = now };
                book.Record(new InstructionRecorded(payout));
                Announce(payout, Magic.Of(payout.Destination), now);
            }
            return payout.AnswerAt(now);
        }
    }

    /// <summary>
    /// Takes a payout back that has not been made: it is rejected as CANCELLED, for ever. A reference that is not known
    /// is remembered as cancelled, so that an order that comes after it pays nothing. What was made stays.
    /// </summary>
    public Reaction Cancel(Rail rail, string reference)
    {
        lock (book.Gate)
        {
            var now = clock.GetUtcNow();
            if (!book.Instructions.TryGetValue((rail, reference), out var payout))
            {
                if (book.Counters.Count >= MaxInstructions)
                    return new Reaction(StatusCodes.Status503ServiceUnavailable, null, TimeSpan.Zero);
                book.Record(new CounterMoved(CancelledOf(rail, reference), 1));
                return new Reaction(StatusCodes.Status200OK, new InstructionAnswer(
                    reference, NewId(rail), InstructionStatus.Rejected, Failure.Cancelled, Fee: null), TimeSpan.Zero);
            }
            var behaviour = Magic.Of(payout.Destination);
            if (payout.StatusAt(now) == InstructionStatus.Accepted && behaviour != Behaviour.NotTakenBack)
            {
                payout = payout with { Rejection = Failure.Cancelled, SettlesAt = now };
                book.Record(new InstructionRecorded(payout));
                // What was scheduled at the order says what did not come true.
                callbacks.Drop(payout.CallbackUrl, payout.ProviderId);
                if (behaviour == Behaviour.TakenBackInSilence)
                    return new Reaction(StatusCodes.Status500InternalServerError, null, TimeSpan.Zero);
            }
            return new Reaction(StatusCodes.Status200OK, payout.AnswerAt(now), TimeSpan.Zero);
        }
    }

    public InstructionAnswer? Find(Rail rail, string reference)
    {
        lock (book.Gate)
            return book.Instructions.TryGetValue((rail, reference), out var found)
                ? found.AnswerAt(clock.GetUtcNow()) : null;
    }

    public IReadOnlyList<InstructionRow> List(Rail rail, string? reference, string? account, int limit)
    {
        lock (book.Gate)
        {
            var now = clock.GetUtcNow();
            return [.. book.Instructions.Values
                .Where(instruction => instruction.Rail == rail
                    && (reference is null || instruction.Reference == reference)
                    && (account is null || instruction.Destination == account))
                .Take(limit)
                .Select(instruction => InstructionRow.Of(instruction, now))];
        }
    }

    private Reaction Decide(Order order, DateTimeOffset now)
    {
        var behaviour = Magic.Of(order.Destination);
        switch (behaviour)
        {
            case Behaviour.Down:
                return Refuse(order, Failure.Down);
            case Behaviour.DownTwice when CountUpTo(RefusalsBeforeItWorks, $"{order.Rail}:{order.Destination}"):
                return Refuse(order, Failure.Down);
            case Behaviour.ErrorWithoutTaking:
            case Behaviour.ErrorOnce when CountUpTo(1, $"{order.Rail}#{order.Reference}"):
                return new Reaction(StatusCodes.Status500InternalServerError, null, TimeSpan.Zero);
            case Behaviour.AccountClosed:
                return Show(Enter(order, now, Failure.AccountClosed, hasCallback: false), now);
            case Behaviour.NameMismatch:
                return Show(Enter(order, now, Failure.NameMismatch, hasCallback: false), now);
            case Behaviour.SlowAnswer:
                return Show(Enter(order, now, null, hasCallback: false), now) with { HoldFor = settings.SlowAnswer };
            case Behaviour.ErrorAfterTaking:
                Enter(order, now, null, hasCallback: false);
                return new Reaction(StatusCodes.Status500InternalServerError, null, TimeSpan.Zero);
            case Behaviour.CompletedAtOnce:
                return Show(Enter(order, now, null, hasCallback: false), now);
            case Behaviour.NoCallback:
                return Show(Enter(order, now + settings.CallbackDelay, null, hasCallback: false), now);
            default:
                return Show(AcceptAndAnnounce(order, behaviour, now), now);
        }
    }

    private Instruction AcceptAndAnnounce(Order order, Behaviour behaviour, DateTimeOffset now)
    {
        var rejection = behaviour switch
        {
            Behaviour.RejectedLater => Failure.AccountClosed,
            Behaviour.LimitLater => Failure.LimitExceeded,
            _ => null,
        };
        var instruction = Enter(order, now + settings.CallbackDelay, rejection, hasCallback: true);
        if (instruction.SettlesAt is { } settlesAt)
            Announce(instruction, behaviour, settlesAt);
        return instruction;
    }

    /// <summary>Cash that is not refused waits for the beneficiary, however the order was answered.</summary>
    private Instruction Enter(Order order, DateTimeOffset settlesAt, Failure? rejection, bool hasCallback)
    {
        var isWaitingForCollection = order.Rail == Rail.Cash && rejection is null
            && Magic.Of(order.Destination) != Behaviour.CompletedAtOnce;
        var instruction = new Instruction(
            order.Rail, order.Reference, NewId(order.Rail), order.Content, order.Amount,
            Fees.Of(order.Rail, order.Amount), order.Destination, order.CallbackUrl,
            hasCallback, rejection, isWaitingForCollection ? null : settlesAt, order.PaymentReference);
        book.Record(new InstructionRecorded(instruction));
        return instruction;
    }

    private void Announce(Instruction instruction, Behaviour behaviour, DateTimeOffset dueAt)
    {
        if (!instruction.HasCallback)
            return;
        var answer = instruction.AnswerAt(instruction.SettlesAt!.Value);
        var callback = new InstructionCallback(
            $"evt_{Guid.CreateVersion7(clock.GetUtcNow()):N}", answer.Reference, answer.ProviderId, answer.Status,
            answer.Failure, answer.Fee);
        callbacks.Schedule(instruction.CallbackUrl, callback, dueAt,
            times: behaviour == Behaviour.CallbackThreeTimes ? RepeatedCallbacks : 1);
    }

    private Failure? WhatIsWrongWithRefund(Order order)
    {
        if (book.FindPayment(order.PaymentReference!) is not { } payment
            || payment.Amount.Currency != order.Amount.Currency)
            return Failure.UnknownPayment;
        var given = book.Instructions.Values
            .Where(other => other.Rail == Rail.Refund && other.Rejection is null
                && other.PaymentReference == payment.Reference)
            .Aggregate(order.Amount, (sum, other) => sum + other.Amount);
        return given > payment.Amount ? Failure.MoreThanPaid : null;
    }

    /// <summary>True for the first <paramref name="limit"/> calls, then once false, then from the beginning.</summary>
    private bool CountUpTo(int limit, string counter)
    {
        var count = book.Counters.GetValueOrDefault(counter) + 1;
        book.Record(new CounterMoved(counter, count > limit ? 0 : count));
        return count <= limit;
    }

    private static Reaction Show(Instruction instruction, DateTimeOffset now)
    {
        var answer = instruction.AnswerAt(now);
        var status = answer.Status switch
        {
            InstructionStatus.Accepted => StatusCodes.Status202Accepted,
            InstructionStatus.Completed => StatusCodes.Status200OK,
            // Refused at once was 422 the first time and stays so; refused later was accepted when it was ordered.
            _ => instruction.HasCallback ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
        };
        return new Reaction(status, answer, TimeSpan.Zero);
    }

    private static Reaction Refuse(Order order, Failure failure) => new(
        StatusCodes.Status503ServiceUnavailable, new DefiniteRefusal(order.Reference, failure, Definite: true),
            TimeSpan.Zero);

    private static string CancelledOf(Rail rail, string reference) => $"cancelled {rail}:{reference}";

    private string NewId(Rail rail) =>
        $"{rail.ToString().ToLowerInvariant()}_{Guid.CreateVersion7(clock.GetUtcNow()):N}";
}
