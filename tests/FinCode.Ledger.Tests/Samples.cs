using FinCode.Contracts;

namespace FinCode.Ledger.Tests;

/// <summary>
/// Events of the worked example: 102.00 GBP paid in, 200,000.00 NGN to pay out by the partner "acme".
/// </summary>
internal static class Samples
{
    public static Money Paid { get; } = Money.Of(10_200, "GBP");

    public static Money Payout { get; } = Money.Of(20_000_000, "NGN");

    public static TransactionFunded Funded(
        TransactionId transaction, Money? paid = null, string account = "psp:sandbox") =>
        new(transaction, Facts(), paid ?? Paid, account, PaidAfterEnd: false, ScreeningRound: 1);

    public static TransactionCleared Cleared(
        TransactionId transaction, string provider = "acme", PayoutMethod method = PayoutMethod.Bank, int number = 1) =>
            new(
        transaction, Paid, Money.Of(9_850, "GBP"), Money.Of(150, "GBP"), Money.Of(200, "GBP"), Payout, method, provider,
            number);

    public static ReservationRequested ReservationRequested(
        TransactionId transaction, int number, string provider = "acme") =>
        new(transaction, provider, Payout, number);

    public static PayoutCompleted PayoutCompleted(TransactionId transaction) => new(
        transaction, AttemptId.New(), "acme", PayoutMethod.Bank, PartyId.New(), Payout, Money.Of(5_000, "NGN"));

    public static RefundRequested RefundRequested(TransactionId transaction, int number = 1) =>
        new(transaction, Paid, "psp:sandbox", number);

    public static RefundCompleted RefundCompleted(TransactionId transaction, int number = 1) =>
        new(transaction, AttemptId.New(), Paid, "psp:sandbox", number);

    private static TransactionFacts Facts() => new(
        PartyId.New(), PartyId.New(), Money.Of(10_000, "GBP"), Payout, "GB", "NG", PayInMethod.Card, PayoutMethod.Bank,
        Purpose.FamilySupport);
}
