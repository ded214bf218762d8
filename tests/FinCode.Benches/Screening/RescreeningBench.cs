using System.Diagnostics;
using FinCode.Benches.Harness;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Benches.Screening;

/// <summary>
/// What it costs when a list changes: every customer meets the entries that changed, on one thread, as a replica does
/// it. Asking for the customers' details and writing alerts down is not in it. All entries at once are the contrast.
/// </summary>
internal static class RescreeningBench
{
    private const int Customers = 100_000;
    private const int CustomersOfAll = 10_000;
    private const int SeedApart = 31;
    private const double BytesInMib = 1024 * 1024;

    private static readonly int[] s_changes = [1, 10, 100, 1_000];

    private static readonly string[] s_streets =
        ["Harbour Road", "Kingsway", "Rue de la Gare", "Marina Boulevard", "Church Lane", "Station Street"];

    private static readonly string[] s_towns =
        ["Leeds LS1 4DY", "Lagos", "75011 Paris", "Accra", "Cardiff", "Leicester"];

    public static void Run(BenchRun run, ScreeningLists lists, NameIndex index, CancellationToken cancellationToken)
    {
        run.Say($"Rescreening {Customers:#,##0} customers after changes of lists");
        var random = new Random(run.Options.Seed + SeedApart);
        var customers = Enumerable.Range(0, Customers).Select(_ => Customer(random, lists.Strangers)).ToArray();
        var entries = lists.Entries.ToArray();
        random.Shuffle(entries);
        var terms = new ScreeningTerms(index, PolicyContent.Default, new HashSet<string>());
        run.Report.Add("rescreening_customers", Customers, "customers");
        foreach (var change in s_changes)
            Measure(run, customers, entries.Take(change), $"rescreening_{change}_entries", terms, cancellationToken);
        Measure(run, customers.Take(CustomersOfAll).ToArray(), entries, "rescreening_all_entries", terms,
            cancellationToken);
    }

    private static void Measure(BenchRun run, Party[] customers, IEnumerable<ListedEntry> changed, string name,
        ScreeningTerms terms, CancellationToken cancellationToken)
    {
        var isNew = new NewHits(
            changed.Select(entry => new ChangedEntry(entry.List, entry.EntryId)).ToHashSet(), IsPolicy: false, null);
        var kept = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        terms.Index.Only(isNew.Entries);
        var build = Stopwatch.GetElapsedTime(started);
        kept = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - kept);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var processor = Environment.CpuUsage.TotalTime;
        started = Stopwatch.GetTimestamp();
        var alerts = 0;
        foreach (var customer in customers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            alerts += isNew.Find(customer, PartyRole.Sender, terms).Count > 0 ? 1 : 0;
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var processorSeconds = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        run.Say($"{isNew.Entries.Count:#,##0} entries, {customers.Length:#,##0} customers: {seconds:0.0} s");
        run.Report.Add($"{name}_seconds", seconds, "s");
        run.Report.Add($"{name}_per_cpu_second", customers.Length / processorSeconds, "per s");
        run.Report.Add($"{name}_build_seconds", build.TotalSeconds, "s");
        run.Report.Add($"{name}_index_mib", kept / BytesInMib, "MiB");
        run.Report.Add($"{name}_bytes_per_customer",
            (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)customers.Length, "bytes");
        run.Report.Add($"{name}_alerts", alerts, "customers");
    }

    /// <summary>The name of one stranger with the words of another, and an address.</summary>
    private static Party Customer(Random random, IReadOnlyList<Stranger> strangers)
    {
        var (one, other) = (strangers[random.Next(strangers.Count)], strangers[random.Next(strangers.Count)]);
        var name = $"{one.Name.Split(' ')[0]} {other.Name.Split(' ')[^1]}";
        return new Party(PartyId.New(), 1, PartyKinds.Person, name, one.Birth, one.Country, other.Country, null,
            Address: $"{random.Next(1, 400)} {s_streets[random.Next(s_streets.Length)]}, "
                + s_towns[random.Next(s_towns.Length)]);
    }
}
