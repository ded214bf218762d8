using System.Collections.Concurrent;
using CsCheck;
using FinCode.Ledger.Model;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Random sequences of every operation, alone and by several clients at once, against <see cref="BookModel"/>.
/// </summary>
public sealed class PostingModelTests(LedgerFixture ledger, ITestOutputHelper output) : IClassFixture<LedgerFixture>
{
    private const int Rounds = 20;
    private const int OperationsPerRound = 60;
    private const int Clients = 4;
    private const int Keys = 45;

    private static readonly string[] Pounds = ["psp:x", "transit:a", "transit:b", "fx:GBP", "income:fees"];
    private static readonly string[] Naira = ["fx:NGN", "payable:a", "payable:b", "prefund:p:NGN"];

    private static readonly AccountName[] Accounts =
    [
        .. Pounds.Select(code => new AccountName(code, Currency.Of("GBP"))),
        .. Naira.Select(code => new AccountName(code, Currency.Of("NGN"))),
    ];

    private static readonly Gen<BookOperation[]> Sequences = Operation().Array[OperationsPerRound];

    [Fact]
    public async Task One_after_another_every_answer_and_balance_is_the_models()
    {
        var seen = new ConcurrentDictionary<string, int>();
        await Sequences.SampleAsync(async operations =>
        {
            var tenant = TestTenant.New();
            var model = new BookModel();
            var ids = new ConcurrentDictionary<string, EntryId>();
            foreach (var operation in operations)
            {
                var outcome = await RunAsync(tenant, operation, ids);
                outcome.ShouldBe(model.Apply(operation), operation.ToString());
                seen.AddOrUpdate($"{operation.Kind} {outcome}", 1, (_, count) => count + 1);
            }
            await ShouldAgreeAsync(tenant, model);
        }, WriteSeed, iter: Rounds, threads: 1);

        // A generator that never gets anywhere would agree with any model.
        foreach (var (what, count) in seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"{what}: {count}");
        string[] wanted =
        [
            "Post ok", "Hold ok", "Commit ok", "Release ok", "Reverse ok", "Post InsufficientFunds", "Post KeyReused",
            "Post Unbalanced", "Commit NotPending", "Reverse NotReversible", "Commit EntryNotFound",
        ];
        wanted.Where(what => !seen.ContainsKey(what)).ShouldBeEmpty();
    }

    [Fact]
    public async Task By_several_clients_at_once_there_is_an_order_in_which_the_model_agrees() =>
        await Sequences.SampleAsync(
        async operations =>
        {
            var tenant = TestTenant.New();
            var ids = new ConcurrentDictionary<string, EntryId>();
            var refused = new ConcurrentBag<(BookOperation Operation, string Refusal)>();
            var accepted = new ConcurrentDictionary<string, BookOperation>();
            await Task.WhenAll(operations.Chunk(OperationsPerRound / Clients).Select(async mine =>
            {
                foreach (var operation in mine)
                {
                    var outcome = await RunAsync(tenant, operation, ids);
                    if (outcome == "ok")
                        accepted[operation.Key] = operation;
                    else
                        refused.Add((operation, outcome));
                }
            }));
            await ReplayAsync(tenant, accepted, [.. refused]);
        }, WriteSeed, iter: Rounds, threads: 1);

    /// <summary>
    /// The books say in which order they were written: in that order the model accepts each entry with the same
    /// balances, and each refusal is one that the model gives at some point of it.
    /// </summary>
    private async Task ReplayAsync(
        TenantId tenant, ConcurrentDictionary<string, BookOperation> accepted,
        IReadOnlyList<(BookOperation Operation, string Refusal)> refused)
    {
        var keys = await ledger.QueryAsync(
            $"select key from entries where tenant_id = '{tenant.Value}' order by position",
            reader => reader.GetString(0));
        keys.Count.ShouldBe(accepted.Count);
        var model = new BookModel();
        var unexplained = refused.ToList();
        unexplained.RemoveAll(Explains);
        foreach (var key in keys)
        {
            model.Apply(accepted[key]).ShouldBe("ok", accepted[key].ToString());
            unexplained.RemoveAll(Explains);
        }
        unexplained.ShouldBeEmpty();
        await ShouldAgreeAsync(tenant, model);

        // A refusal leaves the model as it was; what it would accept now is not asked of it, for that would change it.
        bool Explains((BookOperation Operation, string Refusal) one) => model.WouldSay(one.Operation) == one.Refusal;
    }

    /// <summary>"ok" or the code of the refusal.</summary>
    private async Task<string> RunAsync(
        TenantId tenant, BookOperation operation, ConcurrentDictionary<string, EntryId> ids)
    {
        var key = new EntryKey(operation.Key, null, "model", 1);
        var target = operation.Target is null ? default : ids.GetValueOrDefault(operation.Target, EntryId.New());
        Instruction instruction = operation.Kind switch
        {
            OperationKind.Post => new Post(key, operation.Legs),
            OperationKind.Hold => new Hold(key, operation.Legs),
            OperationKind.Commit => new Commit(key, target),
            OperationKind.Release => new Release(key, target),
            _ => new Reverse(key, target),
        };
        var outcome = await ledger.PostAsync(tenant, instruction);
        if (outcome.Refusal is { } refusal)
            return refusal.Code.ToString();
        ids[operation.Key] = outcome.Entries[0].Id;
        return "ok";
    }

    private async Task ShouldAgreeAsync(TenantId tenant, BookModel model)
    {
        var rows = (await ledger.QueryAsync(
            $"select code, currency, balance, available from accounts where tenant_id = '{tenant.Value}'",
            reader => (Name: new AccountName(reader.GetString(0), Currency.Of(reader.GetString(1))),
                Balance: reader.GetInt64(2), Available: reader.GetInt64(3)))).ToDictionary(row => row.Name);
        foreach (var account in Accounts)
        {
            var (_, balance, available) = rows.GetValueOrDefault(account);
            balance.ShouldBe(model.Balance(account), account.ToString());
            available.ShouldBe(model.Available(account), account.ToString());
        }
        (await ledger.AccountsOffTheirLegsAsync(tenant)).ShouldBeEmpty();
    }

    private void WriteSeed(string line) => output.WriteLine(line);

    private static Gen<BookOperation> Operation()
    {
        var key = Gen.Int[0, Keys - 1].Select(n => $"k{n}");
        var legs = Gen.Frequency(
            (12, Gen.OneOf(Pair(Pounds, "GBP"), Pair(Naira, "NGN"))),
            (4, Gen.Select(Pair(Pounds, "GBP"), Pair(Naira, "NGN"), (Leg[] one, Leg[] other) =>
                one.Concat(other).ToArray())),
            (1, Pair(Pounds, "GBP")
                .Select(pair => new[] { pair[0], pair[1] with { Amount = pair[1].Amount + Money.Of(1, "GBP") } })));
        var withLegs = Gen.Select(Gen.OneOf(OperationKind.Post, OperationKind.Post, OperationKind.Hold), key, legs,
            (OperationKind kind, string own, Leg[] content) => new BookOperation(kind, own, content, null));
        var withTarget = Gen.Select(
            Gen.OneOf(OperationKind.Commit, OperationKind.Release, OperationKind.Reverse),
            Gen.Int[0, 4 * Keys].Select(n => $"t{n}"),
            Gen.Frequency((4, key), (1, Gen.Int[0, 4 * Keys].Select(n => $"t{n}"))),
            (OperationKind kind, string own, string target) => new BookOperation(kind, own, [], target));
        return Gen.Frequency((3, withLegs), (2, withTarget));
    }

    private static Gen<Leg[]> Pair(string[] codes, string currency) => Gen.Select(
        Gen.OneOf(codes), Gen.OneOf(codes), Gen.Long[1, 50], (string debit, string credit, long amount) => new[]
        {
            Leg.Debit(debit, Money.Of(amount, currency)), Leg.Credit(credit, Money.Of(amount, currency)),
        });
}
