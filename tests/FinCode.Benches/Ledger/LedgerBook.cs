using FinCode.Benches.Harness;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Posting;
using FinCode.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Benches.Ledger;

internal enum TransferShape
{
    TwoLegs,
    FiveLegs,

    /// <summary>Two entries, one after the other: a pending one, and the one that posts it.</summary>
    PendingAndPost,
}

internal enum AccountChoice
{
    /// <summary>All of them any of the wallets.</summary>
    Random,

    /// <summary>One of them the same on every transfer, the others any of the wallets.</summary>
    Hot,
}

/// <summary>
/// A book of 10,000 wallets, each with its limit and one in a hundred watched by a monitor, that transfers are booked
/// in, through the service's posting entry point. The hot account is watched too.
/// </summary>
internal sealed class LedgerBook
{
    public const int Wallets = 10_000;
    public const string HotAccount = "safeguarding:GBP";

    private const int WalletsPerOpening = 500;
    private const int TransfersPerFill = 16;
    private const long OpeningBalance = 1_000_000_000_000;
    private const int MaxAmount = 1_000;

    private static readonly Currency s_currency = Currency.Of("GBP");
    private static readonly string[] s_wallets =
        [.. Enumerable.Range(1, Wallets).Select(number => $"wallet:{number}:{s_currency.Code}")];

    private const int WalletsPerMonitor = 100;

    private readonly IServiceProvider _services;
    private readonly BookWriter _writer;
    private long _entries;

    public LedgerBook(LedgerUnderBench ledger, TenantId tenant, long entries = 0)
    {
        _services = ledger.Services;
        _writer = _services.GetRequiredService<BookWriter>();
        Tenant = tenant;
        _entries = entries;
    }

    public TenantId Tenant { get; }

    /// <summary>How many entries were acknowledged.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    public static AccountName HotName { get; } = new(HotAccount, s_currency);

    public static AccountName AnyWallet() => new(s_wallets[Random.Shared.Next(Wallets)], s_currency);

    /// <summary>Opens the wallets with more than the bench will take out of any of them.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var some in s_wallets.Chunk(WalletsPerOpening))
        {
            await BookAsync(new Post(NewKey("payin"),
            [
                Leg.Debit($"own:{s_currency.Code}", Money(OpeningBalance * some.Length)),
                .. some.Select(wallet => Leg.Credit(wallet, Money(OpeningBalance))),
            ]), cancellationToken);
        }
        await BookAsync(
            new Post(NewKey("payin"), [Leg.Debit(HotAccount, Money(1)), Leg.Credit(s_wallets[0], Money(1))]),
            cancellationToken);
        await WatchAsync(cancellationToken);
    }

    /// <summary>One transfer; it returns when it is durable.</summary>
    public async Task TransferAsync(TransferShape shape, AccountChoice choice, CancellationToken cancellationToken)
    {
        var legs = Legs(shape == TransferShape.FiveLegs ? 5 : 2, choice);
        if (shape != TransferShape.PendingAndPost)
        {
            await BookAsync(new Post(NewKey("payin"), legs), cancellationToken);
            return;
        }
        var transaction = TransactionId.New();
        var pending = await BookAsync(new Hold(EntryKey.Of(transaction, "reserve", 1), legs), cancellationToken);
        await BookAsync(new Commit(EntryKey.Of(transaction, "paid", 1), pending.Id), cancellationToken);
    }

    /// <summary>
    /// Books two-leg transfers, several linked at a time and every second one of the hot account, until the book has at
    /// least so many entries.
    /// </summary>
    public async Task FillAsync(long entries, int callers, CancellationToken cancellationToken)
    {
        var missing = Math.Max(0, entries - Entries);
        await ClosedLoop.RunAsync(
            callers, (int)((missing + TransfersPerFill - 1) / TransfersPerFill),
            (_, token) => BookAsync(
                [.. Enumerable.Range(0, TransfersPerFill)
                    .Select(i => new Post(
                        NewKey("payin"), Legs(2, i % 2 == 0 ? AccountChoice.Hot : AccountChoice.Random)))], token),
            cancellationToken);
    }

    /// <summary>At thresholds that are never crossed: what is measured is the looking.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await using var scope = _services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(Tenant, cancellationToken);
        var monitors = scope.ServiceProvider.GetRequiredService<ManageMonitors.Handler>();
        foreach (var account in s_wallets.Where((_, index) => index % WalletsPerMonitor == 0).Prepend(HotAccount))
        {
            if (await monitors.RunAsync(account, Money(1), "bench", cancellationToken) is (null, { } problem))
                throw new InvalidOperationException($"{account} is not watched: {problem.ProblemDetails.Detail}");
        }
        await session.CommitAsync(cancellationToken);
    }

    private async Task<BookedEntry> BookAsync(Instruction instruction, CancellationToken cancellationToken) =>
        (await BookAsync([instruction], cancellationToken))[0];

    private async Task<IReadOnlyList<BookedEntry>> BookAsync(
        IReadOnlyList<Instruction> linked, CancellationToken cancellationToken)
    {
        var outcome = await _writer.PostAsync(Tenant, linked, cancellationToken);
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException($"A transfer of the bench was refused: {refusal.Detail}");
        Interlocked.Add(ref _entries, linked.Count);
        return outcome.Entries;
    }

    /// <summary>
    /// The first leg is debited with what the others, different from it and each other, are credited.
    /// </summary>
    private static Leg[] Legs(int count, AccountChoice choice)
    {
        var amount = Random.Shared.Next(1, MaxAmount + 1);
        var first = Random.Shared.Next(Wallets);
        var step = Random.Shared.Next(1, Wallets / count);
        var legs = new Leg[count];
        legs[0] = Leg.Debit(
            choice == AccountChoice.Hot ? HotAccount : s_wallets[first], Money(amount * (count - 1)));
        for (var i = 1; i < count; i++)
            legs[i] = Leg.Credit(s_wallets[(first + (i * step)) % Wallets], Money(amount));
        return legs;
    }

    private static EntryKey NewKey(string step) => EntryKey.Of(TransactionId.New(), step, 1);

    private static Money Money(long minorUnits) => new(minorUnits, s_currency);
}
