using FinCode.Contracts;

namespace FinCode.Ledger.Model;

/// <summary>
/// How a transfer is booked: from what happened, and what stands in the books already, to entries. The figures of a
/// worked example are in the design's chapter on the books and in the tests.
/// </summary>
internal static class TransferBooks
{
    /// <summary>The money is there: Dr the account that holds it, Cr transit.</summary>
    public static Post PayIn(TransactionFunded funded) => new(
        EntryKey.Of(funded.TransactionId, LedgerSteps.PayIn, 1),
        [
            Leg.Debit(AccountCodes.Complete(funded.Account, funded.Paid.Currency), funded.Paid),
            Leg.Credit(AccountCodes.Transit(funded.TransactionId), funded.Paid),
        ]);

    /// <summary>
    /// The conversion: what was paid in leaves transit at its mid-market value, the margin and the fee are income, and
    /// the payout is owed. A margin below zero is a loss on the same account.
    /// </summary>
    public static Post Cleared(TransactionCleared cleared)
    {
        var paid = Leg.Debit(AccountCodes.Transit(cleared.TransactionId), cleared.Paid);
        var source = Leg.Credit(AccountCodes.Fx(cleared.MidValue.Currency), cleared.MidValue);
        var target = Leg.Debit(AccountCodes.Fx(cleared.PayoutAmount.Currency), cleared.PayoutAmount);
        var payable = Leg.Credit(AccountCodes.Payable(cleared.TransactionId), cleared.PayoutAmount);
        List<Leg> legs = [paid, source];
        if (cleared.FxIncome.IsPositive)
            legs.Add(Leg.Credit(AccountCodes.IncomeFx, cleared.FxIncome));
        else if (!cleared.FxIncome.IsZero)
            legs.Add(Leg.Debit(AccountCodes.IncomeFx, -cleared.FxIncome));
        if (!cleared.Fee.IsZero)
            legs.Add(Leg.Credit(AccountCodes.IncomeFees, cleared.Fee));
        return new Post(EntryKey.Of(
            cleared.TransactionId, LedgerSteps.Cleared, cleared.ClearanceNumber), [.. legs, target, payable]);
    }

    /// <summary>Pending: Dr payable, Cr the partner's prefunded balance.</summary>
    public static Hold Reserve(TransactionId transaction, string partner, Money amount, int number) => new(
        EntryKey.Of(transaction, LedgerSteps.Reserve, number),
        [
            Leg.Debit(AccountCodes.Payable(transaction), amount),
            Leg.Credit(AccountCodes.Prefund(partner, amount.Currency), amount),
        ]);

    /// <summary>
    /// The beneficiary has the money: the reservation is posted, or the beneficiary's wallet is credited. Null when
    /// nothing is reserved for exactly this payout.
    /// </summary>
    public static Instruction? Paid(PayoutCompleted completed, TransferEntries booked)
    {
        var transaction = completed.TransactionId;
        var key = EntryKey.Of(transaction, LedgerSteps.Paid, 1);
        if (completed.PayoutMethod == PayoutMethod.Wallet)
        {
            var wallet = AccountCodes.Wallet(completed.BeneficiaryId, completed.Amount.Currency);
            return new Post(key,
                [Leg.Debit(AccountCodes.Payable(transaction), completed.Amount), Leg.Credit(wallet, completed.Amount)]);
        }
        return booked.PendingReservation is { } reservation
            && reservation.HasLegs(Reserve(transaction, completed.Provider, completed.Amount, 1).Legs)
            ? new Commit(key, reservation.Id) { Details = ReferredTo(completed.AttemptId) }
            : null;
    }

    /// <summary>
    /// What the provider took for the payout. When its prefunded balance cannot bear that (<paramref name="owed"/>), we
    /// owe it: the fee is a fact, and no limit of ours undoes it.
    /// </summary>
    public static Post? ProviderFee(PayoutCompleted completed, bool owed)
    {
        if (completed.ProviderFee is not { IsPositive: true } fee)
            return null;
        return new Post(EntryKey.Of(completed.TransactionId, BookSteps.ProviderFee, 1),
            [
                Leg.Debit(AccountCodes.ExpensePayout, fee),
                Leg.Credit(PartnerAccount(completed.Provider, fee, owed), fee),
            ]);
    }

    /// <summary>
    /// The provider paid although the transfer goes back to the sender: our loss, until somebody recovers it.
    /// </summary>
    public static Post PaidAfterRefund(PayoutCompleted completed, bool owed) => new(
        EntryKey.Of(completed.TransactionId, BookSteps.PaidAfterRefund, 1),
        [
            Leg.Debit(AccountCodes.LossPaidAfterRefund, completed.Amount),
            Leg.Credit(PartnerAccount(completed.Provider, completed.Amount, owed), completed.Amount),
        ]);

    /// <summary>
    /// Everything goes back: what is pending is voided, the conversion reversed, and the refund is pending.
    /// </summary>
    public static IReadOnlyList<Instruction> Refund(RefundRequested refund, TransferEntries booked) =>
    [
        .. Undo(booked),
        new Hold(EntryKey.Of(refund.TransactionId, LedgerSteps.Refund, refund.RefundNumber),
            RefundLegs(refund.TransactionId, refund.Amount, refund.Account)),
    ];

    public static IReadOnlyList<Leg> RefundLegs(TransactionId transaction, Money amount, string account) =>
    [
        Leg.Debit(AccountCodes.Transit(transaction), amount),
        Leg.Credit(AccountCodes.Complete(account, amount.Currency), amount),
    ];

    public static Commit Refunded(BookedEntry pendingRefund, RefundCompleted completed) =>
        new(EntryKey.Of(completed.TransactionId, BookSteps.Refunded, pendingRefund.Key.Number), pendingRefund.Id)
        {
            Details = ReferredTo(completed.AttemptId),
        };

    /// <summary>
    /// A true match: everything is undone and the money stands still, owed to nobody who may have it.
    /// </summary>
    public static IReadOnlyList<Instruction> Frozen(TransactionFrozen frozen, TransferEntries booked) =>
    [
        .. Undo(booked),
        new Post(EntryKey.Of(frozen.TransactionId, LedgerSteps.Frozen, frozen.FreezeNumber),
        [
                Leg.Debit(AccountCodes.Transit(frozen.TransactionId), frozen.Amount),
                Leg.Credit(AccountCodes.Frozen(frozen.TransactionId), frozen.Amount),
            ]),
    ];

    /// <summary>A licence ended the freeze: the money stands in transit again.</summary>
    public static Post Unfrozen(TransactionUnfrozen unfrozen) => new(
        EntryKey.Of(unfrozen.TransactionId, LedgerSteps.Unfrozen, unfrozen.FreezeNumber),
        [
            Leg.Debit(AccountCodes.Frozen(unfrozen.TransactionId), unfrozen.Amount),
            Leg.Credit(AccountCodes.Transit(unfrozen.TransactionId), unfrozen.Amount),
        ]);

    private static IEnumerable<Instruction> Undo(TransferEntries booked)
    {
        if (booked.PendingReservation is { } reservation)
            yield return new Release(Key(BookSteps.ReservationVoided, reservation), reservation.Id);
        if (booked.PendingRefund is { } refund)
            yield return new Release(Key(BookSteps.RefundVoided, refund), refund.Id);
        if (booked.Cleared is { } cleared)
            yield return new Reverse(Key(BookSteps.ClearedReversed, cleared), cleared.Id);

        EntryKey Key(string step, BookedEntry undone) => EntryKey.Of(booked.Transaction, step, undone.Key.Number);
    }

    /// <summary>Our reference at the provider: by it the line of the provider's statement is found.</summary>
    private static EntryDetails ReferredTo(AttemptId attempt) => new(Reference: attempt.ToString());

    private static string PartnerAccount(string partner, Money amount, bool owed) => owed
        ? AccountCodes.Owed(partner, amount.Currency)
        : AccountCodes.Prefund(partner, amount.Currency);
}
