using System.Collections.Concurrent;
using FinCode.Ledger.Tests.Proofs;
using FinCode.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Two processes post to one book, and they and PostgreSQL, which forces everything to disk, are killed (-9) at random
/// moments. What was acknowledged is there once; what was not is there once or not at all, and its key says which.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private static readonly int Rounds = Seeds.Rounds(4, 40);
    private const int Processes = 2;
    private const int ShortestLifeMilliseconds = 300;
    private const int LongestLifeMilliseconds = 1_500;
    private const int MostUnanswered = 100;
    private const int RecentKeys = 100;
    private const string Booked = "booked";
    private const string Refused = "refused";
    private const string Failed = "failed";
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500);
    private static readonly string[] s_resolving = ["COMMIT", "RELEASE", "REVERSE"];

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _answers = new();
    private readonly Dictionary<string, string> _asked = [];
    private Dictionary<string, Answer> _rows = [];

    [Fact]
    public async Task What_is_acknowledged_survives_every_death_and_nothing_is_booked_twice()
    {
        var random = new Random(Seeds.New(output));
        await using var postgres = await CrashablePostgres.StartAsync(LedgerApp.Service);
        await using var owner = NpgsqlDataSource.Create(postgres.Owner + ";Pooling=false");
        var ledger = new KilledLedger(owner);
        var lost = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var lives = await StartAsync(postgres);
            await AskAgainAsync(lives);
            await LoadAsync(lives, random);
            if (round % 3 > 0)
                await postgres.KillAsync();
            if (round % 3 == 1)
            {
                // The processes live on and post again when it is back.
                await postgres.StartAgainAsync();
                await LoadAsync(lives, random);
            }
            await Task.WhenAll(lives.Select(life => life.KillAsync()));
            if (round % 3 == 2)
                await postgres.StartAgainAsync();
            lost += await CheckAsync(ledger);
            IndependentVerifier.ShouldFindNothingWrong(postgres.App);
        }

        var last = await StartAsync(postgres);
        await Eventually.TrueAsync(async () =>
        {
            await AskAgainAsync(last);
            await Task.Delay(s_patience);
            return Unanswered().Length == 0;
        }, "every key has an answer");
        await Task.WhenAll(last.Select(life => life.KillAsync()));
        (await CheckAsync(ledger)).ShouldBe(0);
        output.WriteLine($"{_asked.Count} keys, {_rows.Count} booked, {lost} answers lost");
        _rows.Count.ShouldBeGreaterThan(Rounds);
        await ledger.ShouldBeSoundAsync(_tenant);
        IndependentVerifier.ShouldFindNothingWrong(postgres.App);
    }

    /// <summary>Each has booked something, so that it dies at work and not while it warms up.</summary>
    private async Task<KilledPosting[]> StartAsync(CrashablePostgres postgres)
    {
        var lives = await Task.WhenAll(
            Enumerable.Range(0, Processes).Select(_ => KilledPosting.StartAsync(postgres, _tenant, _answers)));
        foreach (var life in lives)
        {
            var key = $"first{_asked.Count}";
            _asked.Add(key, $"{key} POST 1");
            await life.AskAsync(_asked[key]);
            await Eventually.TrueAsync(() => _answers.ContainsKey(key), "a new process answers");
        }
        return lives;
    }

    /// <summary>Ends with many requests under way.</summary>
    private async Task LoadAsync(KilledPosting[] lives, Random random)
    {
        var until = random.Next(ShortestLifeMilliseconds, LongestLifeMilliseconds);
        var since = TimeProvider.System.GetTimestamp();
        var answeredBefore = _answers.Count;
        var asked = 0;
        while (TimeProvider.System.GetElapsedTime(since).TotalMilliseconds < until)
        {
            if (asked - (_answers.Count - answeredBefore) > MostUnanswered)
            {
                await Task.Delay(1);
                continue;
            }
            asked++;
            var line = NewRequest(random);
            var first = random.Next(Processes);
            await lives[first].AskAsync(line);

            // The same key at two processes at once.
            if (line.Contains(" POST ", StringComparison.Ordinal) && random.Next(8) == 0)
                await lives[(first + 1) % Processes].AskAsync(line);
        }
    }

    private string NewRequest(Random random)
    {
        var key = $"k{_asked.Count}";
        var line = $"{key} {(random.Next(3) == 0 ? "HOLD" : "POST")} {random.Next(1, 50)}";
        var earlier = $"k{random.Next(Math.Max(0, _asked.Count - MostUnanswered - RecentKeys), _asked.Count + 1)}";
        if (random.Next(2) == 0 && _answers.GetValueOrDefault(earlier) is { } answers
            && answers.FirstOrDefault(answer => answer.Verdict == Booked) is { } booked)
            line = $"{key} {s_resolving[random.Next(s_resolving.Length)]} 0 {booked.Detail}";
        _asked.Add(key, line);
        return line;
    }

    private string[] Unanswered() => [.. _asked.Keys.Where(key =>
        !_answers.TryGetValue(key, out var answers) || answers.All(answer => answer.Verdict == Failed))];

    private async Task AskAgainAsync(KilledPosting[] lives)
    {
        foreach (var (index, key) in Unanswered().Index())
            await lives[index % lives.Length].AskAsync(_asked[key]);
    }

    /// <summary>Every answer against the books; how many are booked and were never acknowledged.</summary>
    private async Task<int> CheckAsync(KilledLedger ledger)
    {
        var rows = (await ledger.QueryAsync(
            $"select key, id, position from entries where tenant_id = '{_tenant.Value}'",
            reader => (Key: reader.GetString(0), Id: reader.GetGuid(1), Position: reader.GetInt64(2))))
            .ToDictionary(row => row.Key, row => new Answer(Booked, row.Id.ToString(), row.Position));
        rows.Keys.Except(_asked.Keys).ShouldBeEmpty();
        foreach (var (key, row) in _rows)
            rows[key].ShouldBe(row, key);
        _rows = rows;
        foreach (var (key, answers) in _answers)
        {
            foreach (var answer in answers.Where(answer => answer.Verdict == Booked))
                rows.GetValueOrDefault(key).ShouldBe(answer, key);
            if (answers.Any(answer => answer.Verdict == Refused))
                rows.ContainsKey(key).ShouldBeFalse(key);
        }
        return rows.Keys.Count(key => !_answers.TryGetValue(key, out var answers)
            || answers.All(answer => answer.Verdict != Booked));
    }

    private sealed class KilledLedger(NpgsqlDataSource owner) : LedgerFixture
    {
        protected override NpgsqlDataSource Owner => owner;
    }
}
