using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Ledger.Tests;

/// <summary>A running ledger for the tests of a class; each of them keeps a book of its own.</summary>
public class LedgerFixture : IAsyncLifetime
{
    private ServiceUnderTest? _service;

    public ServiceUnderTest Service => _service!;

    /// <summary>The database as its owner, who sees every tenant's rows.</summary>
    protected virtual NpgsqlDataSource Owner => Service.Owner;

    /// <summary>The service's clock, where a test sets it.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>How often the service lets go what has expired; a test that wants to see it held says never.</summary>
    protected virtual string ExpiryInterval => "00:00:01";

    internal IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?> { [LedgerApp.ExpiryInterval] = ExpiryInterval };

    public async Task InitializeAsync() => _service = await ServiceUnderTest.StartAsync(
        LedgerApp.Service, Settings, builder => builder.Services.AddSingleton(Time));

    public async Task DisposeAsync() => await Service.DisposeAsync();

    public HttpClient Finance(TenantId tenant) => Service.Client(tenant, Roles.Finance);

    /// <summary>Posts as a unit of work of its own; a refusal is rolled back, as its callers do.</summary>
    internal async Task<PostingOutcome> PostAsync(TenantId tenant, params Instruction[] linked)
    {
        await using var scope = Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcome = await scope.ServiceProvider.GetRequiredService<LedgerPosting>()
            .PostAsync(linked, CancellationToken.None);
        if (outcome.Refusal is null)
            await session.CommitAsync(CancellationToken.None);
        return outcome;
    }

    internal async Task<BookedEntry> BookAsync(TenantId tenant, Instruction instruction)
    {
        var outcome = await PostAsync(tenant, instruction);
        outcome.Refusal.ShouldBeNull();
        return outcome.Entries[0];
    }

    /// <summary>The account becomes something else, with its record, by two people.</summary>
    internal async Task ChangeAsync(TenantId tenant, AccountName name, Func<AccountBalance, AccountBalance> change)
    {
        await using var scope = Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var accounts = scope.ServiceProvider.GetRequiredService<AccountStore>();
        await scope.ServiceProvider.GetRequiredService<LedgerPosting>().AddEventsAsync(async (head, bookedAt) =>
            [new AccountEvent(head.Position + 1, IsOpening: false,
                change((await accounts.FindAsync(name, CancellationToken.None))!), bookedAt, "first", "second")],
            CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }

    /// <summary>The account as the API shows it; null when it does not exist.</summary>
    public async Task<LedgerAccount?> AccountAsync(TenantId tenant, string code, string currency)
    {
        using var client = Finance(tenant);
        using var response = await client.GetAsync($"/v1/ledger/accounts/{code}/{currency}");
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
            return null;
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<LedgerAccount>(ContractJson.Options);
    }

    /// <summary>The available balance as decimals: "0.00" also for an account that was never used.</summary>
    public async Task<string> AvailableAsync(TenantId tenant, string code, string currency) =>
        ((await AccountAsync(tenant, code, currency))?.Available ?? Money.Zero(Currency.Of(currency))).ToAmountString();

    /// <summary>Proposed by one person and approved by another.</summary>
    public async Task TopUpAsync(TenantId tenant, string partner, Money amount)
    {
        using var client = Finance(tenant);
        using var response = await SendTopUpAsync(client, partner, new { amount }, Guid.CreateVersion7().ToString());
        await ApproveAsync(tenant, await response.ProposalAsync());
    }

    internal static Task<HttpResponseMessage> SendTopUpAsync(
        HttpClient client, string partner, object body, string? key) =>
        client.SendAsync(HttpMethod.Post, $"/v1/ledger/prefunding/{partner}/top-ups", body, key);

    /// <summary>A second person of FINANCE approves; it must work.</summary>
    public async Task<LedgerProposal> ApproveAsync(TenantId tenant, LedgerProposal proposal)
    {
        using var response = await DecideAsync(tenant, proposal.Id, "approve", "second");
        return await response.ProposalAsync();
    }

    internal async Task<HttpResponseMessage> DecideAsync(
        TenantId tenant, ProposalId proposal, string verb, string person, string role = Roles.Finance)
    {
        using var client = Service.ClientAs(person, tenant, role);
        return await client.PostAsync($"/v1/ledger/proposals/{proposal}/{verb}", null);
    }

    /// <summary>
    /// Per currency of all books: posted debits less credits, as the database's owner sees it. Zero, always.
    /// </summary>
    public async Task<IReadOnlyList<(string Currency, decimal Difference)>> DifferencesAsync() => await QueryAsync(
        "select currency, sum(posted_debits) - sum(posted_credits) from accounts group by currency",
        reader => (reader.GetString(0), reader.GetDecimal(1)));

    /// <summary>Accounts whose totals are not what their legs add up to.</summary>
    public async Task<IReadOnlyList<string>> AccountsOffTheirLegsAsync(TenantId tenant) => await QueryAsync($"""
        with book as (select * from entries where tenant_id = '{tenant.Value}'),
        moves as (
            select l.account_id, l.side, e.kind, l.amount
            from legs l join book e on e.position = l.entry_position where l.tenant_id = '{tenant.Value}'
            union all
            select l.account_id, l.side, held.kind, -l.amount
            from book e join book held on held.position = e.resolves
            join legs l on l.tenant_id = held.tenant_id and l.entry_position = held.position),
        sums as (
            select account_id,
                sum(amount) filter (where kind = 'POSTED' and side = 'DEBIT') as pd,
                sum(amount) filter (where kind = 'POSTED' and side = 'CREDIT') as pc,
                sum(amount) filter (where kind = 'PENDING' and side = 'DEBIT') as hd,
                sum(amount) filter (where kind = 'PENDING' and side = 'CREDIT') as hc,
                sum(amount) filter (where kind = 'LIEN') as li
            from moves group by account_id)
        select a.code from accounts a left join sums s on s.account_id = a.id
        where a.tenant_id = '{tenant.Value}'
            and (a.posted_debits, a.posted_credits, a.pending_debits, a.pending_credits, a.liens)
                <> (coalesce(s.pd, 0), coalesce(s.pc, 0), coalesce(s.hd, 0), coalesce(s.hc, 0), coalesce(s.li, 0))
        """, reader => reader.GetString(0));

    public async Task<long> CountAsync(string sql) => (await QueryAsync(sql, reader => reader.GetInt64(0)))[0];

    /// <summary>By hand, as somebody who has the service's password does it.</summary>
    internal async Task AsServiceAsync(TenantId tenant, string sql)
    {
        await using var connection = new NpgsqlConnection(Service.AppConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"select set_config('fincode.tenant', '{tenant.Value}', false); {sql}", connection);
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = Owner.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }
}
