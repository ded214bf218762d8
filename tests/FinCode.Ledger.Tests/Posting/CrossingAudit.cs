using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>The thresholds that a book told of, against the model.</summary>
internal static class CrossingAudit
{
    /// <summary>Each crossing is told once, in order, with what was available then and the entry that did it.</summary>
    public static async Task ShouldHaveToldAsync(
        this SteppedLedger ledger, TenantId tenant, BookModel model)
    {
        var ids = (await ledger.QueryAsync($"""
            select a.code, a.currency, m.threshold, m.id from monitors m join accounts a on a.id = m.account_id
            where m.tenant_id = '{tenant.Value}'
            """, reader => (
                Watched: (new AccountName(reader.GetString(0), Currency.Of(reader.GetString(1))), reader.GetInt64(2)),
                Id: new MonitorId(reader.GetGuid(3)))))
            .ToDictionary(one => one.Watched, one => one.Id);
        ids.Count.ShouldBe(model.Monitors.Count);
        var expected = model.Monitors.ToDictionary(
            monitor => ids[(monitor.Account, monitor.Threshold)], monitor => model.Crossings(monitor).ToArray());
        var count = expected.Values.Sum(crossings => crossings.Length);
        await Eventually.TrueAsync(() => Told().Count >= count, $"{count} crossings are told");

        var keys = (await ledger.QueryAsync(
            $"select id, key from entries where tenant_id = '{tenant.Value}'",
            reader => (Id: new EntryId(reader.GetGuid(0)), Key: reader.GetString(1))))
            .ToDictionary(entry => entry.Id, entry => entry.Key);
        var told = Told();
        told.Count.ShouldBe(count);
        foreach (var (monitor, crossings) in expected)
            told.Where(one => one.MonitorId == monitor)
                .Select(one => $"{one.Crossing} {one.Available.MinorUnits} {keys[one.EntryId]}").ShouldBe(crossings);

        // The relay may send one twice; it is the same event then.
        List<BalanceCrossed> Told() =>
        [
            .. ledger.Service.Events.Received.Where(one => one.Type == BalanceCrossed.Type && one.Tenant == tenant)
                .DistinctBy(one => one.Id)
                .Select(one => one.Data.Deserialize<BalanceCrossed>(ContractJson.Options)!),
        ];
    }
}
