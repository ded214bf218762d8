using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>
/// Bodies that are wrong, sent as they are to both doors of the books: by a service, which books at once, and by
/// people, who propose and approve. Each is answered with a problem, and nothing is booked.
/// </summary>
public sealed class BadRequestTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private const int LegsTooMany = 1_001;
    private const int BytesTooMany = 256 * 1024 + 1;
    private const string Legs = "422 VALIDATION_ERROR /entries/0/legs";
    private const string Amounts =
        "422 VALIDATION_ERROR /entries/0/legs/0/amount /entries/0/legs/1/amount";
    private const string FirstAmount = "422 VALIDATION_ERROR /entries/0/legs/0/amount";

    private readonly TenantId _tenant = TestTenant.New();

    public static TheoryData<string, string, string> Entries() => new()
    {
        { "1,001 legs, even", Even(LegsTooMany), Legs },
        { "unbalanced", Entry(Leg("psp:x", "DEBIT", "2.00"), Leg("suspense", "CREDIT", "1.99")), Legs },
        { "unbalanced by the largest amounts",
            Entry(Leg("psp:x", "DEBIT", Largest), Leg("suspense", "CREDIT", "0.01")), Legs },
        { "two currencies that do not balance each",
            Entry(Leg("psp:x", "DEBIT", "2.00"), Leg("suspense", "CREDIT", "2.00", "USD")), Legs },
        { "two debits", Entry(Leg("psp:x", "DEBIT", "2.00"), Leg("suspense", "DEBIT", "2.00")), Legs },
        { "one leg", Entry(Leg("psp:x", "DEBIT", "2.00")), Legs },
        { "no legs", Entry(), Legs },
        { "a family that is not known", Pair("nostro:x", "suspense"), "422 VALIDATION_ERROR" },
        { "an account without a name", Pair("psp:", "suspense"), "422 VALIDATION_ERROR" },
        { "an account of another currency", Pair("prefund:acme:NGN", "suspense"), "422 VALIDATION_ERROR" },
        { "no account", Pair("", "suspense"), "422 VALIDATION_ERROR /entries/0/legs/0/account" },
        { "an account that no text can name", Pair("psp:\\u0000", "suspense"),
            "422 VALIDATION_ERROR /entries/0/legs/0/account" },
        { "a currency that is not known", Pair("psp:x", "suspense", "1.00", "XXX"), FirstAmount },
        { "a currency in lower case", Pair("psp:x", "suspense", "1.00", "gbp"), FirstAmount },
        { "zero", Pair("psp:x", "suspense", "0.00"), Amounts },
        { "nothing below zero either", Pair("psp:x", "suspense", "-0.00"), Amounts },
        { "negative", Pair("psp:x", "suspense", "-0.01"), Amounts },
        { "the most negative", Pair("psp:x", "suspense", "-" + Largest), Amounts },
        { "a part of a penny", Pair("psp:x", "suspense", "0.001"), FirstAmount },
        { "a penny more than an amount holds", Pair("psp:x", "suspense", "10000000000000000.00"), FirstAmount },
        { "the largest of 64 bits", Pair("psp:x", "suspense", "92233720368547758.07"), FirstAmount },
        { "one beyond 64 bits", Pair("psp:x", "suspense", "92233720368547758.08"), FirstAmount },
        { "what 64 bits would wrap to one", Pair("psp:x", "suspense", "184467440737095516.17"), FirstAmount },
        { "beyond any number", Pair("psp:x", "suspense", new string('9', 400)), FirstAmount },
        { "an exponent", Pair("psp:x", "suspense", "1e2"), FirstAmount },
        { "not a number", Pair("psp:x", "suspense", "NaN"), FirstAmount },
        { "legs that sum up beyond 64 bits", Even(20, Largest), "422 LIMIT_EXCEEDED" },
        { "a number instead of a text", Pair("psp:x", "suspense").Replace("\"1.00\"", "1.00"), FirstAmount },
        { "a field that nobody knows", Pair("psp:x", "suspense").Insert(1, "\"memo\":\"x\","),
            "422 VALIDATION_ERROR /entries/0/memo" },
        { "such a field in a leg", Pair("psp:x", "suspense").Replace("\"side\"", "\"sign\":1,\"side\""),
            "422 VALIDATION_ERROR /entries/0/legs/0/sign" },
        { "such a field in an amount", Pair("psp:x", "suspense").Replace("\"currency\"", "\"scale\":2,\"currency\""),
            FirstAmount },
        { "a side that is none", Pair("psp:x", "suspense").Replace("DEBIT", "LEFT"),
            "422 VALIDATION_ERROR /entries/0/legs/0/side" },
        { "no end", Pair("psp:x", "suspense")[..^1], "400 MALFORMED_REQUEST" },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task A_wrong_entry_is_a_problem_at_both_doors_and_nothing_is_booked(
        string what, string entry, string expected)
    {
        var byService = await (await PostAsync($"{{\"entries\":[{entry}]}}")).ProblemAsync();
        byService.ShouldStartWith(expected, customMessage: what);
        // It is one among good ones: none of them is booked.
        (await (await PostAsync($"{{\"entries\":[{Pair("psp:x", "suspense")},{entry}]}}")).ProblemAsync())
            .ShouldStartWith(expected[..3], customMessage: what);

        using var proposed = await ProposeAsync($"{{\"reason\":\"x\",\"entries\":[{entry}]}}");
        if (proposed.IsSuccessStatusCode)
        {
            // What only the books can know is said when they are asked.
            var proposal = await proposed.ProposalAsync();
            (await (await ledger.DecideAsync(_tenant, proposal.Id, "approve", "second")).ProblemAsync())
                .ShouldStartWith(expected, customMessage: what);
        }
        else
            (await proposed.ProblemAsync()).ShouldBe(byService, what);

        await NothingIsBookedAsync();
    }

    [Theory]
    [InlineData("""{"entries":[],"dryRun":true}""", "422 VALIDATION_ERROR /dryRun")]
    [InlineData("""{"entries":{}}""", "422 VALIDATION_ERROR /entries")]
    [InlineData("""{"entries":null}""", "422 VALIDATION_ERROR /entries")]
    [InlineData("""[]""", "422 VALIDATION_ERROR ")]
    [InlineData("""null""", "400 MALFORMED_REQUEST")]
    [InlineData("", "400 MALFORMED_REQUEST")]
    public async Task A_wrong_request_is_a_problem(string body, string expected)
    {
        (await (await PostAsync(body)).ProblemAsync()).ShouldBe(expected);
        (await (await ProposeAsync(body)).ProblemAsync()).ShouldStartWith(expected[..3]);
        await NothingIsBookedAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_not_read_whether_or_not_it_says_its_length(bool saysLength)
    {
        var good = $"{{\"entries\":[{Pair("psp:x", "suspense")}]}}";
        var body = good + new string(' ', BytesTooMany - good.Length);

        foreach (var send in new[] { PostAsync, ProposeAsync })
        {
            using var answer = await send(body, saysLength);
            answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            (await answer.ProblemAsync()).ShouldBe("413 PAYLOAD_TOO_LARGE");
        }

        await NothingIsBookedAsync();
        // What comes in chunks is counted with their headers.
        using var fits = await PostAsync(saysLength ? body[..^1] : good, saysLength);
        fits.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(1_000, "0.01", "5.00")]
    [InlineData(2, Largest, Largest)]
    [InlineData(18, Largest, "89999999999999999.91")]
    public async Task What_is_as_large_as_may_be_is_booked(int legs, string amount, string balance)
    {
        using var booked = await PostAsync($"{{\"entries\":[{Even(legs, amount)}]}}");

        booked.StatusCode.ShouldBe(HttpStatusCode.Created, await booked.Content.ReadAsStringAsync());
        using var client = ledger.Finance(_tenant);
        (await client.GetStringAsync("/v1/ledger/accounts/psp:x/GBP"))
            .ShouldContain($"\"balance\":{{\"amount\":\"{balance}\",\"currency\":\"GBP\"}}");
    }

    /// <summary>18 digits.</summary>
    private const string Largest = "9999999999999999.99";

    private static string Even(int legs, string amount = "1.00") => Entry([.. Enumerable.Range(0, legs)
        .Select(n => n % 2 == 0 ? Leg("psp:x", "DEBIT", amount) : Leg("suspense", "CREDIT", amount))]);

    private static string Pair(string debit, string credit, string amount = "1.00", string currency = "GBP") =>
        Entry(Leg(debit, "DEBIT", amount, currency), Leg(credit, "CREDIT", amount, currency));

    private static string Entry(params string[] legs) => $"{{\"legs\":[{string.Join(',', legs)}]}}";

    private static string Leg(string account, string side, string amount, string currency = "GBP") =>
        $"{{\"account\":\"{account}\",\"side\":\"{side}\","
        + $"\"amount\":{{\"amount\":\"{amount}\",\"currency\":\"{currency}\"}}}}";

    private Task<HttpResponseMessage> PostAsync(string body, bool saysLength = true) => SendAsync(
        ledger.Service.ClientAs("billing", null, Roles.Service, Scopes.LedgerPost),
        $"/internal/ledger/entries?tenant={_tenant}", body, saysLength);

    private Task<HttpResponseMessage> ProposeAsync(string body, bool saysLength = true) =>
        SendAsync(ledger.Finance(_tenant), ByHand.Path, body, saysLength);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string path, string body, bool saysLength)
    {
        using (client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
            };
            request.Headers.TransferEncodingChunked = !saysLength;
            request.Headers.Add(IdempotentRequests.Header, Guid.CreateVersion7().ToString());
            return await client.SendAsync(request);
        }
    }

    private async Task NothingIsBookedAsync()
    {
        foreach (var table in new[] { "accounts", "entries", "legs", "book_events" })
            (await ledger.CountAsync($"select count(*) from {table} where tenant_id = '{_tenant.Value}'"))
                .ShouldBe(0, table);
        (await ledger.CountAsync($"select count(*) from books where tenant_id = '{_tenant.Value}' and position > 0"))
            .ShouldBe(0);
    }
}
