using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Proposals;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>What two people of a tenant book by hand.</summary>
internal sealed class ByHand(LedgerFixture ledger, TenantId tenant)
{
    public const string Path = "/v1/ledger/proposals";

    public async Task<LedgerProposal> ProposeAsync(params object[] entries)
    {
        using var client = ledger.Finance(tenant);
        return await client.PostJsonAsync<LedgerProposal>(Path, new { reason = "by hand", entries });
    }

    public async Task<IReadOnlyList<LedgerEntry>> BookAsync(params object[] entries)
    {
        var approved = await ledger.ApproveAsync(tenant, await ProposeAsync(entries));
        return approved.Result!.Value.Deserialize<LedgerEntries>(ContractJson.Options)!.Items;
    }

    public Task<HttpResponseMessage> DecideAsync(LedgerProposal proposal, string verb, string person) =>
        ledger.DecideAsync(tenant, proposal.Id, verb, person);

    public static object Posted(string debit, string credit, string amount, DateOnly? valueDate = null) =>
        new { legs = Legs(debit, credit, amount), valueDate };

    public static object[] Legs(string debit, string credit, string amount) =>
    [
        new { account = debit, side = "DEBIT", amount = Pounds(amount) },
        new { account = credit, side = "CREDIT", amount = Pounds(amount) },
    ];

    public static Money Pounds(string amount) => Money.Parse(amount, Currency.Of("GBP"));

    public Task<long> CountEntriesAsync() =>
        ledger.CountAsync($"select count(*) from entries where tenant_id = '{tenant.Value}'");
}
