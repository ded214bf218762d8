using System.Diagnostics;
using System.Text.Json;
using FinCode.Benches.Harness;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Benches.Screening;

/// <summary>
/// What it costs to look down to the floor of the policy that ships, so that a lower threshold can be looked at, and
/// what is found inside sentences.
/// </summary>
internal static class EvidenceBench
{
    private const int Sentences = 2_000;
    private const int WordsOfWindow = TextScreener.MaxWindow;

    private static readonly string[] Before =
    [
        "Payment for goods delivered to", "School fees of the second term for", "Invoice 2026/114, in favour of",
        "Rent of March, please forward to", "gift from my brother", "Medical bill and travel costs for",
    ];

    private static readonly string[] After = ["", " as agreed", ", with thanks", " ref. 77-12", " and his family"];

    public static void Run(BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        AtFloor(run, lists, index, cancellationToken);
        InTexts(run, lists, index, cancellationToken);
    }

    private static void AtFloor(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        var policy = PolicyContent.Default;
        var floor = policy.FloorOf(ScreeningDirection.Sender);
        run.Say($"Screening down to {floor} points");
        var latencies = new Latencies();
        long near = 0;
        long stored = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var processor = Environment.CpuUsage.TotalTime;
        foreach (var one in lists.Strangers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = Stopwatch.GetTimestamp();
            var result = Screener.Find(new ScreenedSubject(
                one.Name, ListedKind.Person, one.Birth, one.Country is null ? null : [one.Country]), index, floor);
            latencies.Add(Stopwatch.GetElapsedTime(before));
            near += result.Hits.Count;
        }
        double all = lists.Strangers.Count;
        run.Report.Add("floor", (double)floor, "points");
        run.Report.Add("floor_screenings_per_cpu_second",
            all / (Environment.CpuUsage.TotalTime - processor).TotalSeconds, "per s");
        run.Report.Add(
            "floor_bytes_per_screening", (GC.GetAllocatedBytesForCurrentThread() - allocated) / all, "bytes");
        run.Report.Add("floor_p50_ms", latencies.PercentileMilliseconds(50), "ms");
        run.Report.Add("floor_p99_ms", latencies.PercentileMilliseconds(99), "ms");
        run.Report.Add("floor_entries_per_screening", near / all, "entries");

        var terms = new ScreeningTerms(index, policy, new HashSet<string>());
        foreach (var one in lists.Strangers.Take(Sentences))
        {
            var party = new Party(PartyId.New(), 1, PartyKinds.Person, one.Name, one.Birth, one.Country, null, null);
            stored += JsonSerializer.SerializeToUtf8Bytes(
                PartyScreener.Screen(party, PartyRole.Sender, terms), ContractJson.Options).Length;
        }
        run.Report.Add("evidence_bytes_per_party", (double)stored / Sentences, "bytes");
    }

    private static void InTexts(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        var damage = new NameDamage(run.Options.Seed);
        var threshold = PolicyContent.DefaultTextThreshold;
        var floor = PolicyContent.Default.FloorOf(ScreeningDirection.FreeText);
        run.Say($"Looking for names inside sentences");
        // What a window holds: so many words, and two that say who is meant. A title and a surname say too little.
        var cases = lists.Cases.Where(one => IsFound(one.Name.Text)).ToArray();
        var latencies = new Latencies();
        var (found, alerts, stopped) = (0, 0, 0);
        for (var i = 0; i < Sentences; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var listed = cases[damage.Next(cases.Length)];
            var isFound = Screener.FindInText(Sentence(damage, listed.Name.Text), index, threshold).Hits
                .Any(hit => hit.List == listed.Entry.List && hit.EntryId == listed.Entry.EntryId);
            found += isFound ? 1 : 0;
            var innocent = Sentence(damage, lists.Strangers[damage.Next(lists.Strangers.Count)].Name);
            var before = Stopwatch.GetTimestamp();
            var result = Screener.FindInText(innocent, index, floor);
            latencies.Add(Stopwatch.GetElapsedTime(before));
            alerts += result.Hits.Any(hit => hit.Score >= threshold) || !result.IsComparable ? 1 : 0;
            stopped += Screener.FindInText(
                Sentence(damage, ""), index, threshold).Hits.Count > 0 ? 1 : 0;
        }
        run.Report.Add("text_threshold", (double)threshold, "points");
        run.Report.Add("text_listed_names_found", (double)found / Sentences, "");
        run.Report.Add("text_false_alert_rate", (double)alerts / Sentences, "");
        run.Report.Add("text_false_alert_rate_without_a_name", (double)stopped / Sentences, "");
        run.Report.Add("text_p50_ms", latencies.PercentileMilliseconds(50), "ms");
        run.Report.Add("text_p99_ms", latencies.PercentileMilliseconds(99), "ms");
    }

    private static bool IsFound(string name)
    {
        var tokens = NameNormalizer.Normalize(name);
        var telling = 0;
        foreach (ref readonly var token in tokens.Tokens)
            telling += token.IsTelling ? 1 : 0;
        return telling > 1 && tokens.Count <= WordsOfWindow;
    }

    private static string Sentence(NameDamage damage, string name) =>
        $"{Before[damage.Next(Before.Length)]} {name}{After[damage.Next(After.Length)]}";
}
