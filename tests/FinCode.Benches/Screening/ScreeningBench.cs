using System.Diagnostics;
using FinCode.Benches.Harness;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;

namespace FinCode.Benches.Screening;

/// <summary>
/// Screening on the publishers' full lists: what is found, what alerts though it should not, and what it costs. All at
/// the threshold that ships.
/// </summary>
internal static class ScreeningBench
{
    private const decimal Threshold = PolicyContent.DefaultReviewThreshold;
    private const int DamagedNames = 10_000;
    private const int ExactQueries = 800;
    private const int MissedShown = 20;
    private const int WarmUp = 20_000;
    private const int SeedsApart = 1_000_003;

    public static Task RunAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var (lists, problem) = ScreeningLists.Load(run.Options.ListsFolder);
        if (lists is null)
            throw new BenchNeedsException(problem!);
        run.Say($"{lists.Entries.Count:#,##0} entries, {lists.Cases.Count:#,##0} names from {lists.Folder}");
        var index = Build(run, lists);
        foreach (var list in lists.Entries.GroupBy(entry => entry.List))
            run.Report.Add($"entries_{list.Key.ToLowerInvariant()}", list.Count(), "entries");
        run.Report.Add("names", index.NameCount, "names");
        run.Report.Add("strangers", lists.Strangers.Count, "people");
        run.Report.Add("threshold", (double)Threshold, "points");
        run.Report.Add("seed", run.Options.Seed, "");

        FindListed(run, lists, index, cancellationToken);
        FindDamaged(run, lists, index, cancellationToken);
        CompareWithExhaustive(run, lists, index, cancellationToken);
        ScreenStrangers(run, lists, index, cancellationToken);
        Measure(run, lists, index, cancellationToken);
        EvidenceBench.Run(run, lists, index, cancellationToken);
        RescreeningBench.Run(run, lists, index, cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>The median of several builds: the first one also compiles the code.</summary>
    private static NameIndex Build(BenchRun run, ScreeningLists lists)
    {
        NameIndex? index = null;
        var seconds = new List<double>();
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            var before = Stopwatch.GetTimestamp();
            index = new NameIndex(lists.Entries);
            seconds.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            run.Say($"Index of {index.NameCount:#,##0} names, {index.TokenCount:#,##0} tokens: {seconds[^1]:0.00} s");
        }
        run.Report.Add("build_first_seconds", seconds[0], "s");
        run.Report.RequireAtMost("build_seconds", Spread.Of(seconds).Median, 2);
        return index!;
    }

    private static void FindListed(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        run.Say($"Looking for every primary name and strong alias, rewritten");
        var rewrites = new NameRewrites(run.Options.Seed);
        var ways = Enum.GetValues<Rewriting>();
        var missed = 0;
        foreach (var listed in lists.Cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var how in ways)
            {
                var name = rewrites.Write(listed.Name.Text, how);
                if (!Finds(index, name, listed.Entry) && ++missed <= MissedShown)
                    run.Say($"{how}: {name} does not find {listed.Name.Text} ({listed.Entry.EntryId})");
            }
        }
        var all = lists.Cases.Count * ways.Length;
        run.Report.Add("rewritten_names", all, "names");
        run.Report.RequireAtLeast("listed_names_found", (double)(all - missed) / all, 1);
    }

    private static void FindDamaged(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        run.Say($"Looking for names with one edit");
        var damage = new NameDamage(run.Options.Seed + SeedsApart);
        var tried = 0;
        var found = 0;
        for (var draws = 0; tried < DamagedNames && draws < 20 * DamagedNames; draws++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var listed = lists.Cases[damage.Next(lists.Cases.Count)];
            if (damage.Edit(listed.Name.Text) is not { } edited)
                continue;
            tried++;
            if (Finds(index, edited, listed.Entry))
                found++;
        }
        run.Report.Add("damaged_names", tried, "names");
        run.Report.RequireAtLeast("damaged_recall", (double)found / Math.Max(1, tried), 0.96);
    }

    private static void CompareWithExhaustive(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        run.Say($"Comparing the index with scoring every name");
        var damage = new NameDamage(run.Options.Seed + (2 * SeedsApart));
        int[] thresholds = [(int)(Threshold * 100), 7_500, 5_000, 2_500];
        var same = 0;
        for (var i = 0; i < ExactQueries; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var query = NameNormalizer.Normalize(damage.Mutate(
                lists.Cases[damage.Next(lists.Cases.Count)].Name.Text,
                lists.Cases[damage.Next(lists.Cases.Count)].Name.Text));
            var threshold = thresholds[i % thresholds.Length];
            if (index.Search(query, threshold).Select(Signature)
                .SequenceEqual(index.SearchExhaustively(query, threshold).Select(Signature)))
                same++;
        }
        run.Report.Add("exhaustive_queries", ExactQueries, "queries");
        run.Report.RequireAtLeast("index_equals_exhaustive", (double)same / ExactQueries, 1);
    }

    private static void ScreenStrangers(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        run.Say($"Screening people who are on no list");
        var byName = 0;
        var withDetails = 0;
        var unread = 0;
        foreach (var one in lists.Strangers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A name that cannot be read goes to a person, so it counts as an alert like any other.
            if (Alerts(Screener.Find(new ScreenedSubject(one.Name), index, Threshold)))
                byName++;
            var subject = new ScreenedSubject(
                one.Name, ListedKind.Person, one.Birth, one.Country is null ? null : [one.Country]);
            var result = Screener.Find(subject, index, Threshold);
            withDetails += Alerts(result) ? 1 : 0;
            unread += result.IsComparable ? 0 : 1;
        }
        double all = lists.Strangers.Count;
        run.Report.Add("names_not_comparable", unread, "people");
        run.Report.RequireAtMost("false_alert_rate_name_only", byName / all, 0.0035);
        run.Report.RequireAtMost("false_alert_rate_with_dob_country", withDetails / all, 0.001);
    }

    /// <summary>One thread, one person after the other, with all that is known of them.</summary>
    private static void Measure(
        BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        var subjects = lists.Strangers.Select(one => new ScreenedSubject(
            one.Name, ListedKind.Person, one.Birth, one.Country is null ? null : [one.Country])).ToArray();
        for (var i = 0; i < WarmUp; i++)
            Screener.Find(subjects[i % subjects.Length], index, Threshold);

        var p50 = new List<double>();
        var p99 = new List<double>();
        var perSecond = new List<double>();
        var bytes = new List<double>();
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            run.Say($"Measuring, round {round + 1}");
            var latencies = new Latencies();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var processor = Environment.CpuUsage.TotalTime;
            foreach (var subject in subjects)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var before = Stopwatch.GetTimestamp();
                Screener.Find(subject, index, Threshold);
                latencies.Add(Stopwatch.GetElapsedTime(before));
            }
            perSecond.Add(subjects.Length / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
            bytes.Add((GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)subjects.Length);
            p50.Add(latencies.PercentileMilliseconds(50));
            p99.Add(latencies.PercentileMilliseconds(99));
        }
        run.Report.Add("screenings_per_cpu_second", Spread.Of(perSecond), "per s");
        run.Report.RequireAtMost("p50_ms", Spread.Of(p50).Median, 0.5);
        run.Report.RequireAtMost("p99_ms", Spread.Of(p99).Median, 5);
        run.Report.RequireAtLeast("screenings_per_cpu_second", Spread.Of(perSecond).Median, 1_500);
        run.Report.RequireAtMost("bytes_per_screening", Spread.Of(bytes).Median, 4_096);
    }

    private static bool Finds(NameIndex index, string name, ListedEntry entry) =>
        Screener.Find(new ScreenedSubject(name), index, Threshold).Hits
            .Any(hit => hit.List == entry.List && hit.EntryId == entry.EntryId);

    private static bool Alerts(ScreeningResult result) => result.Hits.Count > 0 || !result.IsComparable;

    private static (string, string, string, int) Signature(NameMatch match) =>
        (match.Entry.List, match.Entry.EntryId, match.Name.Text, match.Score);
}
