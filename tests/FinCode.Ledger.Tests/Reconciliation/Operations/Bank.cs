using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Posting;
using FinCode.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

/// <summary>
/// A tenant whose account (psp:acme in GBP unless said) is reconciled: it books, the provider sends statements, people
/// work.
/// </summary>
internal sealed class Bank(
    LedgerFixture ledger, TenantId tenant, string account = "psp:acme", string currency = "GBP")
{
    public const string Root = "/v1/ledger/reconciliation";

    private int _booked;
    private int _statements;

    public string AccountPath => $"{Root}/accounts/{account}/{currency}";

    public HttpClient As(string person, string role = Roles.Finance) =>
        ledger.Service.ClientAs(person, tenant, role);

    /// <summary>Moves the account: a gain is more than zero.</summary>
    public async Task<BookedEntry> BookAsync(
        long minorUnits, string? reference, string day = "2026-11-19", string? by = null, string? approvedBy = null,
        string contra = "suspense")
    {
        var amount = Money.Of(Math.Abs(minorUnits), currency);
        Leg[] legs = minorUnits > 0
            ? [Leg.Debit(account, amount), Leg.Credit(contra, amount)]
            : [Leg.Debit(contra, amount), Leg.Credit(account, amount)];
        var key = approvedBy is null ? Key() : await ProposedAsync(by!, approvedBy);
        return await PostAsync(new Post(key, legs)
        {
            Details = new EntryDetails(DateOnly.Parse(day, CultureInfo.InvariantCulture), reference),
        }, by, approvedBy);
    }

    public Task<BookedEntry> ReverseAsync(BookedEntry original) => PostAsync(new Reverse(Key(), original.Id), null,
        null);

    public async Task<BookedEntry> PostAsync(Instruction instruction, string? by, string? approvedBy)
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        var outcome = await scope.ServiceProvider.GetRequiredService<LedgerPosting>()
            .PostAsync([instruction], CancellationToken.None, by, approvedBy);
        outcome.Refusal.ShouldBeNull();
        await session.CommitAsync(CancellationToken.None);
        return outcome.Entries[0];
    }

    /// <summary>An MT940 of one day; each line is an amount in minor units and a reference.</summary>
    public byte[] Statement(
        int opening, string day, params (int Amount, string Reference)[] lines)
    {
        var date = day.Replace("-", "", StringComparison.Ordinal)[2..];
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $":20:S{++_statements}\r\n:25:ACME-1\r\n");
        text.Append(CultureInfo.InvariantCulture, $":28C:{_statements}\r\n:60F:{Signed(opening)}");
        foreach (var (amount, reference) in lines)
            text.Append(CultureInfo.InvariantCulture,
                $"\r\n:61:{date}{(amount < 0 ? "D" : "C")}{Comma(amount)}NTRF{reference}");
        text.Append(CultureInfo.InvariantCulture,
            $"\r\n:62F:{Signed(opening + lines.Sum(line => line.Amount))}\r\n-\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());

        string Signed(int amount) => $"{(amount < 0 ? "D" : "C")}{date}GBP{Comma(amount)}";
    }

    public async Task<HttpResponseMessage> SendAsync(
        byte[] file, string format = "MT940", string? query = null, string role = Roles.Finance)
    {
        using var client = As("importer", role);
        // A server that refuses a body need not read it.
        client.DefaultRequestHeaders.ExpectContinue = file.Length > 1024 * 1024;
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new("application/octet-stream");
        return await client.PostAsync($"{AccountPath}/statements?format={format}{query}", content);
    }

    /// <summary>Without saying how long it is.</summary>
    public async Task<HttpResponseMessage> SendInChunksAsync(byte[] file)
    {
        using var client = As("importer");
        client.DefaultRequestHeaders.TransferEncodingChunked = true;
        using var content = new StreamContent(new MemoryStream(file));
        content.Headers.ContentType = new("application/octet-stream");
        return await client.PostAsync($"{AccountPath}/statements?format=MT940", content);
    }

    public async Task<ReconciliationStatement> ImportAsync(byte[] file)
    {
        using var response = await SendAsync(file);
        response.StatusCode.ShouldBe(
            System.Net.HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<ImportBankStatement.ImportedStatements>(ContractJson.Options))!
            .Statements[0];
    }

    public Task<ReconciliationStatement> ImportAsync(
        int opening, string day, params (int Amount, string Reference)[] lines) =>
        ImportAsync(Statement(opening, day, lines));

    public async Task<IReadOnlyList<ReconciliationLine>> LinesAsync(StatementId id)
    {
        using var client = As("reader", Roles.Manager);
        return (await client.GetJsonAsync<GetBankStatement.ReconciliationStatementLines>(
            $"{Root}/statements/{id}?limit=200")).Lines;
    }

    /// <summary>Open breaks as "MISSING_HERE 1.00", the oldest first, equal ones by amount.</summary>
    public async Task<IReadOnlyList<string>> BreaksAsync() => [.. (await OpenAsync())
        .OrderBy(one => one.Since).ThenBy(one => one.Amount).Select(one
            => $"{one.Kind} {one.Amount.ToAmountString()}")];

    public Task<IReadOnlyList<ReconciliationBreak>> OpenAsync() => FindAsync("status=OPEN");

    public async Task<IReadOnlyList<ReconciliationBreak>> FindAsync(string query)
    {
        using var client = As("reader", Roles.Manager);
        return (await client.GetJsonAsync<ListBreaks.ReconciliationBreakPage>(
            $"{Root}/breaks?{query}&limit=200")).Items;
    }

    public async Task<T> SendAsync<T>(
        string person, HttpMethod method, string path, object? body, System.Net.HttpStatusCode expected)
    {
        using var response = await RawAsync(person, method, path, body);
        response.StatusCode.ShouldBe(expected, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options))!;
    }

    public async Task<string> RefusedAsync(string person, HttpMethod method, string path, object? body) =>
        await (await RawAsync(person, method, path, body)).ProblemAsync();

    public async Task<RunMatching.MatchingRun> RunAsync() => await SendAsync<RunMatching.MatchingRun>(
        "runner", HttpMethod.Post, $"{AccountPath}/run", null, System.Net.HttpStatusCode.OK);

    public Task<HttpResponseMessage> MatchAsync(
        string person, IEnumerable<StatementLineId> lines, IEnumerable<EntryId> entries) =>
        RawAsync(person, HttpMethod.Post, $"{AccountPath}/matches",
            new { lineIds = lines, entryIds = entries, reason = "They belong together" });

    private async Task<HttpResponseMessage> RawAsync(string person, HttpMethod method, string path, object? body)
    {
        using var client = As(person);
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add(IdempotentRequests.Header, Guid.CreateVersion7().ToString());
        if (body is not null)
            request.Content = JsonContent.Create(body, options: ContractJson.Options);
        return await client.SendAsync(request);
    }

    /// <summary>The key of an entry of a proposal that is approved.</summary>
    private async Task<EntryKey> ProposedAsync(string by, string approvedBy)
    {
        var id = ProposalId.New();
        await ledger.AsServiceAsync(tenant, $"""
            insert into proposals (tenant_id, id, request_key, kind, content, reason, status, proposed_by, proposed_at,
                decided_by, decided_at)
            values ('{tenant.Value}', '{id.Value}', '{id}', 'TEST', '', 'test', 'PROPOSED', '{by}', now(), null, null);
            update proposals set status = 'APPROVED', decided_by = '{approvedBy}', decided_at = now()
            where id = '{id.Value}'
            """);
        return EntryKey.OfRequest("test", id.ToString());
    }

    private EntryKey Key() => new($"test:{account}:{++_booked}", null, "test", 1);

    private static string Comma(int amount) =>
        Money.Of(Math.Abs(amount), "GBP").ToAmountString().Replace('.', ',');
}
