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
    private static readonly int Rounds = Seeds.Rounds(12, 100);
    private const int OperationsPerRound = 60;
    private const int Clients = 4;

    private static readonly string[] Pounds = ["psp:x", "transit:a", "transit:b", "fx:GBP", "income:fees"];
    private static readonly string[] Naira = ["fx:NGN", "payable:a", "payable:b", "prefund:p:NGN"];

    private static readonly AccountName[] Accounts =
    [
        .. Pounds.Select(code => new AccountName(code, Currency.Of("GBP"))),
        .. Naira.Select(code => new AccountName(code, Currency.Of("NGN"))),
    ];

    private static readonly OperationKind[] Kinds =
    [
        OperationKind.Post, OperationKind.Post, OperationKind.Hold, OperationKind.Hold, OperationKind.Commit,
        OperationKind.Release, OperationKind.Reverse,
    ];

    private static readonly Gen<BookOperation[]> Sequences = Wish().Array[OperationsPerRound].Select(Sequence);

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
            "Post ok", "Hold ok", "Commit ok", "Release ok", "Reverse ok", "Post InsufficientFunds",
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

    /// <summary>An operation before it is known what came earlier: Earlier picks among that.</summary>
    private sealed record Wished(OperationKind Kind, Leg[] Legs, int Earlier, int Repetition);

    private static Gen<Wished> Wish()
    {
        var legs = Gen.Frequency(
            (12, Gen.OneOf(Pair(Pounds, "GBP"), Pair(Naira, "NGN"))),
            (4, Gen.Select(Pair(Pounds, "GBP"), Pair(Naira, "NGN"), (Leg[] one, Leg[] other) =>
                one.Concat(other).ToArray())),
            (1, Pair(Pounds, "GBP")
                .Select(pair => new[] { pair[0], pair[1] with { Amount = pair[1].Amount + Money.Of(1, "GBP") } })));
        return Gen.Select(Gen.OneOf(Kinds), legs, Gen.Int[0, 999], Gen.Int[0, 19],
            (OperationKind kind, Leg[] content, int earlier, int repetition) =>
                new Wished(kind, content, earlier, repetition));
    }

    /// <summary>One in twenty repeats an earlier operation, one in twenty its key with other content.</summary>
    private static BookOperation[] Sequence(Wished[] wishes)
    {
        var operations = new List<BookOperation>();
        foreach (var wish in wishes)
        {
            var earlier = operations.Count == 0 ? null : operations[wish.Earlier % operations.Count];
            var isTargeted = wish.Kind is OperationKind.Commit or OperationKind.Release or OperationKind.Reverse;
            var key = wish.Repetition == 1 && earlier is not null ? earlier.Key : $"k{operations.Count}";
            operations.Add(wish.Repetition == 0 && earlier is not null
                ? earlier
                : new BookOperation(
                    wish.Kind, key, isTargeted ? [] : wish.Legs, isTargeted ? earlier?.Key ?? "none" : null));
        }
        return [.. operations];
    }

    private static Gen<Leg[]> Pair(string[] codes, string currency) => Gen.Select(
        Gen.OneOf(codes), Gen.OneOf(codes), Gen.Long[1, 50], (string debit, string credit, long amount) => new[]
        {
            Leg.Debit(debit, Money.Of(amount, currency)), Leg.Credit(credit, Money.Of(amount, currency)),
        });
}
