using System.Collections.Concurrent;
using System.Text.Json;
using CsCheck;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Tests.Proofs;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Random sequences of every operation, alone and by several clients at once, against <see cref="BookModel"/>.
/// </summary>
public sealed class PostingModelTests(SteppedLedger ledger, ITestOutputHelper output) : IClassFixture<SteppedLedger>
{
    private static readonly int Rounds = Seeds.Rounds(12, 150);
    private const int MostSamples = 5;
    private const int OperationsPerRound = 80;
    private const int Clients = 6;
    private const int RequestsPerSession = 4;

    /// <summary>A generator that never gets anywhere would agree with any model.</summary>
    private static readonly string[] Wanted =
    [
        "Post ok", "Hold ok", "Block ok", "Commit ok", "Release ok", "Reverse ok", "Change ok", "ClosePeriod ok",
        "Expire ok", "Open ok", "Open AlreadyOpen", "Watch ok", "Watch UnknownAccount",
        "Linked ok", "Post InvalidLegs", "Post Unbalanced", "Post InsufficientFunds", "Post MaximumExceeded",
        "Post AccountNotActive", "Post PeriodClosed", "Hold InsufficientFunds", "Hold EntryExpired",
        "Block InsufficientFunds", "Commit NotPending", "Commit AlreadyResolved", "Commit EntryExpired",
        "Commit InvalidLegs", "Commit EntryNotFound", "Release AlreadyResolved", "Reverse NotReversible",
        "Reverse AlreadyReversed", "Change CheckViolation", "ClosePeriod RestrictViolation", "Linked InsufficientFunds",
        "Post KeyReused",
    ];

    /// <summary>What several clients at once cross again and again.</summary>
    private static readonly BookOperation[] s_watched =
    [
        Watch("psp:x", "GBP", 180), Watch("transit:a", "GBP", 100), Watch("transit:a", "GBP", 120),
        Watch("prefund:p:NGN", "NGN", 190),
    ];

    private readonly ConcurrentDictionary<string, int> _seen = new();

    [Fact]
    public async Task One_after_another_every_answer_and_balance_is_the_models()
    {
        for (var samples = 0; samples < MostSamples && (samples == 0 || Unseen().Length > 0); samples++)
            await OneAfterAnotherAsync();

        foreach (var (what, count) in _seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"{what}: {count}");
        Unseen().ShouldBeEmpty();
    }

    private string[] Unseen() => [.. Wanted.Where(what => !_seen.ContainsKey(what))];

    private async Task OneAfterAnotherAsync() =>
        await BookOperations.Sequences(OperationsPerRound).SampleAsync(async requests =>
        {
            var (tenant, model, client) = New();
            foreach (var (index, request) in requests.Index())
            {
                if (Waited(request))
                {
                    model.Clock = ledger.Clock.GetUtcNow();
                    continue;
                }
                if (request[0].Kind == OperationKind.Expire)
                {
                    await ExpireAsync(tenant, model, client);
                    continue;
                }
                var asked = Settled(request, client);
                var answer = index % 2 == 0 && asked[0].IsEntry
                    ? (await client.AskInOneSessionAsync([asked]))[0]
                    : await client.AskAsync(asked);
                answer.ShouldBe(model.Apply(asked), string.Join("; ", asked.AsEnumerable()));
                Count(asked, answer);
            }
            await ledger.ShouldHoldAsync(tenant, model);
            await ledger.ShouldHaveToldAsync(tenant, model);
        }, output.WriteLine, iter: Rounds, threads: 1);

    [Fact]
    public async Task Several_requests_written_together_are_answered_as_if_one_came_after_the_other() =>
        await BookOperations.Sequences(OperationsPerRound).SampleAsync(async requests =>
        {
            var (tenant, model, client) = New();
            foreach (var chunk in requests.Where(request => request[0].IsEntry).Chunk(RequestsPerSession))
            {
                var asked = chunk.Select(request => Settled(request, client)).ToArray();
                var answers = await client.AskInOneSessionAsync(asked);
                answers.ShouldBe(asked.Select(request => model.Apply(request)),
                    string.Join("; ", asked.SelectMany(request => request)));
            }
            await ledger.ShouldHoldAsync(tenant, model);
        }, output.WriteLine, iter: Rounds, threads: 1);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task By_several_clients_at_once_there_is_an_order_in_which_the_model_agrees(
        bool byTwoInstances, bool whileConnectionsAreCut)
    {
        await using var second = byTwoInstances
            ? await ledger.Service.StartReplicaAsync(
                LedgerApp.Service, new Dictionary<string, string?> { [LedgerApp.ExpiryInterval] = "1.00:00:00" },
                builder => builder.Services.AddSingleton<TimeProvider>(ledger.Clock))
            : null;
        await using var cutting = whileConnectionsAreCut ? new CutConnections(ledger.Service) : null;
        await BookOperations.Sequences(OperationsPerRound).SampleAsync(async requests =>
        {
            var (tenant, _, client) = New(second?.Services);
            var times = new ConcurrentBag<DateTimeOffset> { SteppedClock.Start };
            var refused = new ConcurrentBag<(BookOperation[] Asked, string Answer)>();
            var accepted = new ConcurrentDictionary<string, BookOperation>();
            (await client.AskUntilAnsweredAsync(Settled(requests[0], client))).ShouldBe(BookModel.Ok);
            foreach (var watch in s_watched)
                (await client.AskUntilAnsweredAsync([watch])).ShouldBeOneOf(BookModel.Ok, "LimitExceeded");
            var since = (await LogLines.ReadAsync(ledger, tenant)).Count;
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
            {
                foreach (var request in requests.Where((_, index) => index % Clients == number))
                {
                    if (request[0].Kind is OperationKind.Expire or OperationKind.Watch)
                        continue;

                    // The time of the book goes forward here; what goes back is the other tests' matter.
                    if (request[0].Kind == OperationKind.Wait && request[0].Time > TimeSpan.Zero)
                        times.Add(ledger.Clock.Move(request[0].Time));
                    if (request[0].Kind == OperationKind.Wait)
                        continue;
                    var asked = Settled(request, client);
                    var answer = await client.AskUntilAnsweredAsync(asked);
                    if (answer != BookModel.Ok)
                        refused.Add((asked, answer));
                    else if (asked[0].IsEntry)
                        asked.ToList().ForEach(operation => accepted[operation.Key] = operation);
                }
            })));
            Task<BookModel> Replay() => ReplayAsync(tenant, since, accepted, [.. refused], [.. times.Order()]);
            var model = await (cutting is null ? Replay() : cutting.PauseAsync(Replay));
            await ledger.ShouldHaveToldAsync(tenant, model);
        }, output.WriteLine, iter: whileConnectionsAreCut ? Rounds / 4 : Rounds / 2, threads: 1);
        if (cutting is not null)
            (await cutting.StopAsync()).ShouldBeGreaterThan(0);
        IndependentVerifier.ShouldFindNothingWrong(ledger.Service.AppConnectionString);
    }

    /// <summary>
    /// The books say in which order they were written: in that order the model does the same, record by record, and
    /// each refusal is one that the model gives at some point of it.
    /// </summary>
    /// <param name="watched">How many records there were when thresholds began to be watched.</param>
    private async Task<BookModel> ReplayAsync(
        TenantId tenant, int watched, ConcurrentDictionary<string, BookOperation> accepted,
        List<(BookOperation[] Asked, string Answer)> unexplained, DateTimeOffset[] times)
    {
        var records = await LogLines.ReadAsync(ledger, tenant);
        var model = new BookModel();
        foreach (var (index, record) in records.Index())
        {
            Explain(index == 0 ? times[0] : records[index - 1].BookedAt, record.BookedAt);
            model.Clock = record.BookedAt;
            var operation = record.What is "ACCOUNT_OPENED" or "ACCOUNT_CHANGED" or "PERIOD_CLOSED"
                ? Decided(record)
                : accepted[record.What];
            if (operation is not null)
                model.Apply(operation).ShouldBe(BookModel.Ok, operation.ToString());
            if (index == watched - 1)
                s_watched.Select(watch => model.Apply(watch)).ShouldAllBe(answer => answer == BookModel.Ok);
        }
        Explain(records.Count == 0 ? times[0] : records[^1].BookedAt, times[^1]);
        unexplained.Select(one => $"{one.Answer}: {string.Join("; ", one.Asked.AsEnumerable())}").ShouldBeEmpty();
        model.Log.OfType<BookModel.EntryFact>().Count().ShouldBe(accepted.Count);
        await ledger.ShouldHoldAsync(tenant, model);
        return model;

        void Explain(DateTimeOffset from, DateTimeOffset to)
        {
            foreach (var time in times.Where(time => from <= time && time <= to))
            {
                model.Clock = time;
                unexplained.RemoveAll(one => model.WouldSay(one.Asked) == one.Answer);
            }
        }
    }

    /// <summary>
    /// What people decided, from the record that says so; null for an account that the model opens by itself, at the
    /// same position.
    /// </summary>
    private static BookOperation? Decided(LogLine record)
    {
        var content = JsonDocument.Parse(record.Line).RootElement;
        var opens = record.What == "ACCOUNT_OPENED";
        if (opens && content.GetProperty("bookedBy").ValueKind == JsonValueKind.Null)
            return null;
        if (record.What == "PERIOD_CLOSED")
            return new BookOperation(OperationKind.ClosePeriod, "", [])
            {
                Until = DateOnly.ParseExact(content.GetProperty("until").GetString()!, "yyyy-MM-dd"),
            };
        return new BookOperation(opens ? OperationKind.Open : OperationKind.Change, "", [])
        {
            Account = new AccountState(
                new AccountName(content.GetProperty("account").GetString()!,
                    Currency.Of(content.GetProperty("currency").GetString()!)),
                Enum.Parse<AccountStatus>(content.GetProperty("status").GetString()!, ignoreCase: true),
                Limit("minimum"), Limit("maximum")),
        };

        long? Limit(string name) => content.GetProperty(name) is { ValueKind: JsonValueKind.Number } limit
            ? limit.GetInt64()
            : null;
    }

    private (TenantId, BookModel, BookClient) New(IServiceProvider? second = null)
    {
        var tenant = TestTenant.New();
        ledger.Clock.Set(SteppedClock.Start);
        var services = ledger.Service.Services;
        BookWriter[] writers =
        [
            services.GetRequiredService<BookWriter>(),
            .. second is null ? Array.Empty<BookWriter>() : [second.GetRequiredService<BookWriter>()],
        ];
        return (tenant, new BookModel(), new BookClient(services, tenant, writers));
    }

    /// <summary>All that has expired is let go, in whichever order, and nothing else.</summary>
    private async Task ExpireAsync(TenantId tenant, BookModel model, BookClient client)
    {
        await client.ExpireAsync();
        var expired = await ledger.QueryAsync($"""
            select e.key, held.key from entries e
            join entries held on held.tenant_id = e.tenant_id and held.position = e.resolves
            where e.tenant_id = '{tenant.Value}' and e.step = '{BookSteps.Expired}' order by e.position
            """, reader => new BookOperation(OperationKind.Release, reader.GetString(0), [], reader.GetString(1)));
        foreach (var operation in expired)
            model.Apply(operation).ShouldBe(BookModel.Ok, operation.ToString());
        model.Overdue().ShouldBeEmpty();
        if (expired.Count > 0)
            _seen.AddOrUpdate("Expire ok", 1, (_, count) => count + 1);
    }

    private static BookOperation Watch(string code, string currency, long threshold) =>
        new(OperationKind.Watch, "", [])
        {
            Account = new AccountState(
                new AccountName(code, Currency.Of(currency)), AccountStatus.Activated, null, null),
            Threshold = threshold,
        };

    private bool Waited(BookOperation[] request)
    {
        if (request[0].Kind != OperationKind.Wait)
            return false;
        ledger.Clock.Move(request[0].Time);
        return true;
    }

    private static BookOperation[] Settled(BookOperation[] request, BookClient client) =>
        [.. request.Select(client.Settle)];

    private void Count(BookOperation[] asked, string answer)
    {
        var what = asked.Length > 1 ? "Linked" : asked[0].Kind.ToString();
        _seen.AddOrUpdate($"{what} {answer}", 1, (_, count) => count + 1);
    }
}
