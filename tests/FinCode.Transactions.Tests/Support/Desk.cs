using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Transactions.Tests.Support;

/// <summary>One tenant's partner, and the parts of ledger, compliance and providers that a test plays for it.</summary>
public sealed class Desk
{
    private static long _accounts = 1_000_000;

    private readonly TransactionsUnderTest _under;

    private Desk(TransactionsUnderTest under, TenantId tenant)
    {
        _under = under;
        Tenant = tenant;
        Partner = Client(Scopes.QuotesWrite, Scopes.TransactionsRead, Scopes.TransactionsWrite);
    }

    public TenantId Tenant { get; }

    public HttpClient Partner { get; }

    public FakeProvider Provider => _under.Provider;

    public ServiceUnderTest Service => _under.Service;

    public static async Task<Desk> OpenAsync(TransactionsUnderTest? under = null)
    {
        var desk = new Desk(under ?? await TransactionsUnderTest.SharedAsync(), TestTenant.New());
        (await desk.PutCorridorAsync("GB-NG", Corridor())).EnsureSuccessStatusCode();
        return desk;
    }

    public HttpClient Client(params string[] rolesAndScopes) => Service.Client(Tenant, rolesAndScopes);

    public static object Corridor(string send = "GBP", string receive = "NGN", string mid = "2000", int markup = 150) =>
        new
    {
        sendCurrency = send,
        receiveCurrency = receive,
        rate = new { mid, markupBasisPoints = markup },
        methods = new[]
        {
            Method("BANK", "sandbox-bank", send), Method("MOBILE_MONEY", "sandbox-momo", send),
            Method("CASH_PICKUP", "sandbox-cash", send), Method("WALLET", "wallet", send),
        },
        payIns = new[] { new { method = "CARD", provider = "sandbox-payin" } },
    };

    private static object Method(string method, string provider, string currency) => new
    {
        method,
        provider,
        fee = new { amount = "2.00", currency },
        feeBasisPoints = 0,
        minimum = new { amount = "1.00", currency },
        maximum = new { amount = "5000.00", currency },
    };

    public Task<HttpResponseMessage> PutCorridorAsync(string path, object corridor) =>
        Client(Roles.Manager).PutAsJsonAsync($"/v1/corridors/{path}", corridor);

    public static Dictionary<string, object?> Quote(string method = "BANK", string amount = "100.00") => new()
    {
        ["sendCountry"] = "GB",
        ["receiveCountry"] = "NG",
        ["sendAmount"] = new { amount, currency = "GBP" },
        ["payoutMethod"] = method,
        ["payInMethod"] = "CARD",
    };

    public async Task<string> QuoteAsync(string method = "BANK", string amount = "100.00")
    {
        var answer = await Partner.PostAsJsonAsync("/v1/quotes", Quote(method, amount));
        return (await BodyOf(answer)).GetProperty("id").GetString()!;
    }

    public static string NewAccount() => Interlocked.Increment(ref _accounts).ToString(CultureInfo.InvariantCulture);

    public static Dictionary<string, object?> Transaction(string quoteId, string account) => new()
    {
        ["quoteId"] = quoteId,
        ["sender"] = new
        {
            kind = "PERSON", fullName = "Grace Hopper", dateOfBirth = "1980-12-09", country = "GB",
            address = "1 Bank Street",
        },
        ["beneficiary"] = new { kind = "PERSON", firstName = "Ada", lastName = "Obi", country = "NG" },
        ["payoutDetails"] = new
        {
            bankCode = "058", bankName = "Sample Bank", accountNumber = account, @operator = "MTN", phone = "+234"
                + account,
            pickupPoint = "Lagos 1",
        },
        ["purpose"] = "FAMILY_SUPPORT",
        ["sourceOfFunds"] = "SALARY",
        ["relationship"] = "SISTER",
        ["note"] = "for school",
    };

    public Task<HttpResponseMessage> PostTransactionAsync(object body, string? key = null,
        HttpClient? client = null) => PostAsync("/v1/transactions", body, key, client);

    public async Task<HttpResponseMessage> PostAsync(
        string path, object body, string? key = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        return await (client ?? Partner).SendAsync(request);
    }

    /// <param name="change">What the request says differently.</param>
    /// <param name="amount">In GBP; the fee of 2.00 comes on top.</param>
    public async Task<Made> CreateAsync(string method = "BANK", Action<Dictionary<string, object?>>? change = null,
        string amount = "100.00", string? account = null)
    {
        account ??= NewAccount();
        var request = Transaction(await QuoteAsync(method, amount), account);
        change?.Invoke(request);
        var body = await BodyOf(await PostTransactionAsync(request));
        return new Made(this, TransactionId.Parse(body.GetProperty("id").GetString()!),
            body.GetProperty("pcn").GetString()!,
            method == "BANK" ? account : "+234" + account, "pay-" + NewAccount(),
            JsonSerializer.Deserialize<Money>(body.GetProperty("totalToPay"), ContractJson.Options));
    }

    /// <summary>Whom a transfer names: sender and beneficiary.</summary>
    public async Task<(PartyId Sender, PartyId Beneficiary)> PartiesOfAsync(Made made) => (
        new PartyId(await ScalarAsync<Guid>("select sender_id from transactions where id = $1", made.Id.Value)),
        new PartyId(await ScalarAsync<Guid>("select beneficiary_id from transactions where id = $1", made.Id.Value)));

    public async Task<JsonElement> RegisterAsync(object customer) =>
        await BodyOf(await PostAsync("/v1/customers", customer));

    public Task<HttpResponseMessage> PutAsync(string path, object body) => Partner.PutAsJsonAsync(path, body);

    public async Task<HttpResponseMessage> CallbackAsync(
        string path, object body, string secret = TransactionsUnderTest.CallbackSecret, long skewSeconds = 0)
    {
        var json = JsonSerializer.Serialize(body, ContractJson.Options);
        var now = ((TimeProvider)Service.Services.GetService(typeof(TimeProvider))!).GetUtcNow().ToUnixTimeSeconds();
        var timestamp = (now + skewSeconds).ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/callbacks/{path}")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Sandbox-Timestamp", timestamp);
        request.Headers.Add("X-Sandbox-Signature", Convert.ToHexStringLower(
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{json}"))));
        using var client = Service.AnonymousClient();
        return await client.SendAsync(request);
    }

    public async Task<JsonElement> GetAsync(string path, params string[] roles)
    {
        using var client = roles.Length == 0 ? null : Client(roles);
        return await BodyOf(await (client ?? Partner).GetAsync(new Uri(path, UriKind.Relative)));
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] arguments)
    {
        await using var command = Service.Owner.CreateCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<int> ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = Service.Owner.CreateCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<JsonElement> BodyOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public static async Task<(int Status, string? Code, string Text)> ProblemOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        var code = text.Length > 0 && JsonSerializer.Deserialize<JsonElement>(text)
            .TryGetProperty("code", out var named)
            ? named.GetString()
            : null;
        return ((int)answer.StatusCode, code, text);
    }
}
