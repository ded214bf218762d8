using System.Net;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Tests.Posting;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>What a service hears that posts what the books refuse, or when they take no more.</summary>
public sealed class PostEntriesTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    private string Path => $"/internal/ledger/entries?tenant={_tenant}";

    [Theory]
    [InlineData("unbalanced", "422 VALIDATION_ERROR /entries/0/legs")]
    [InlineData("unknown account", "422 VALIDATION_ERROR /entries/0")]
    [InlineData("wrong currency", "422 VALIDATION_ERROR /entries/0")]
    [InlineData("one leg", "422 VALIDATION_ERROR /entries/0/legs")]
    [InlineData("zero", "422 VALIDATION_ERROR /entries/0/legs/0/amount /entries/0/legs/1/amount")]
    [InlineData("too much", "409 INSUFFICIENT_FUNDS")]
    [InlineData("beyond 64 bits", "422 LIMIT_EXCEEDED")]
    [InlineData("no such entry", "404 NOT_FOUND")]
    [InlineData("not pending", "409 INVALID_TRANSITION")]
    [InlineData("resolved", "409 INVALID_TRANSITION")]
    [InlineData("reversed", "409 INVALID_TRANSITION")]
    [InlineData("expired", "409 INVALID_TRANSITION")]
    [InlineData("more than was held", "422 VALIDATION_ERROR /entries/0")]
    [InlineData("frozen", "409 ACCOUNT_NOT_ACTIVE")]
    public async Task A_refusal_says_why_and_nothing_is_booked(string what, string expected)
    {
        var funded = await BookAsync("funded", "psp:x", "transit:a", 1_000);
        var held = await HoldAsync("held");
        var resolved = await HoldAsync("resolved");
        await ledger.BookAsync(_tenant, new Release(Key("void"), resolved.Id));
        var reversed = await BookAsync("reversed", "psp:x", "suspense", 1);
        await ledger.BookAsync(_tenant, new Reverse(Key("reversal"), reversed.Id));
        await BookAsync("freeze", "psp:x", "transit:f", 1);
        await ledger.ChangeAsync(_tenant, new AccountName("transit:f", Currency.Of("GBP")),
            account => account with { Status = AccountStatus.Frozen });
        object entry = what switch
        {
            "unbalanced" => Uneven,
            "unknown account" => ByHand.Posted("nostro:x", "suspense", "1.00"),
            "wrong currency" => ByHand.Posted("prefund:p:NGN", "suspense", "1.00"),
            "one leg" => new { legs = new[] { Half("psp:x", "DEBIT", "2.00") } },
            "zero" => ByHand.Posted("psp:x", "suspense", "0.00"),
            "too much" => ByHand.Posted("transit:a", "psp:x", "99.00"),
            "beyond 64 bits" => new
            {
                legs = Enumerable.Range(0, 10)
                    .SelectMany(_ => ByHand.Legs("psp:x", "suspense", "9999999999999999.99")),
            },
            "no such entry" => new { voids = EntryId.New() },
            "not pending" => new { posts = funded.Id },
            "resolved" => new { posts = resolved.Id },
            "reversed" => new { reverses = reversed.Id },
            "expired" => new
            {
                kind = "PENDING",
                legs = new[] { Half("transit:a", "DEBIT", "1.00"), Half("psp:x", "CREDIT", "1.00") },
                expiresAt = "2020-01-01T00:00:00Z",
            },
            "more than was held" => new
            {
                posts = held.Id,
                legs = new[] { Half("transit:a", "DEBIT", "3.00"), Half("psp:x", "CREDIT", "3.00") },
            },
            _ => ByHand.Posted("psp:x", "transit:f", "1.00"),
        };
        var before = await HeadAsync();

        using var service = Service();
        (await (await service.SendAsync(HttpMethod.Post, Path, new { entries = new[] { entry } }, "k")).ProblemAsync())
            .ShouldBe(expected, what);

        (await HeadAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task People_hear_at_once_that_what_they_propose_does_not_balance()
    {
        using var client = ledger.Finance(_tenant);
        object[] entries = [Uneven];

        (await (await client.SendAsync(HttpMethod.Post, ByHand.Path, new { reason = "x", entries }, "k"))
            .ProblemAsync()).ShouldBe("422 VALIDATION_ERROR /entries/0/legs");

        (await ledger.CountAsync($"select count(*) from proposals where tenant_id = '{_tenant.Value}'")).ShouldBe(0);
    }

    [Fact]
    public async Task When_too_many_wait_a_service_is_told_to_come_again()
    {
        await BookAsync("first", "psp:x", "suspense", 1);
        var writer = ledger.Service.Services.GetRequiredService<BookWriter>();
        await using var held = await HeldBook.HoldAsync(ledger, _tenant);
        var opener = writer.PostAsync(_tenant, [Plain("opener")], CancellationToken.None);
        await held.IsWantedAsync();
        var waiting = Enumerable.Range(0, BookWriter.MaxWaiting)
            .Select(n => writer.PostAsync(_tenant, [Plain($"k{n}")], CancellationToken.None)).ToArray();
        using var service = Service();
        object[] entries = [ByHand.Posted("psp:x", "suspense", "5.00")];

        using var refused = await service.SendAsync(HttpMethod.Post, Path, new { entries }, "late");
        await held.LetGoAsync();

        (refused.StatusCode, refused.Headers.RetryAfter!.Delta)
            .ShouldBe((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)));
        await Task.WhenAll([opener, .. waiting]);
        (await service.SendAsync(HttpMethod.Post, Path, new { entries }, "late")).StatusCode
            .ShouldBe(HttpStatusCode.Created);
    }

    private HttpClient Service() => ledger.Service.ClientAs("billing", null, Roles.Service, Scopes.LedgerPost);

    private Task<BookedEntry> BookAsync(string key, string debit, string credit, long minorUnits) => ledger.BookAsync(
        _tenant, new Post(Key(key),
            [Leg.Debit(debit, Pounds(minorUnits)), Leg.Credit(credit, Pounds(minorUnits))]));

    private Task<BookedEntry> HoldAsync(string key) => ledger.BookAsync(_tenant, new Hold(Key(key),
        [Leg.Debit("transit:a", Pounds(200)), Leg.Credit("psp:x", Pounds(200))]));

    private static Post Plain(string key) =>
        new(Key(key), [Leg.Debit("psp:x", Pounds(1)), Leg.Credit("suspense", Pounds(1))]);

    private async Task<long> HeadAsync() =>
        await ledger.CountAsync($"select position from books where tenant_id = '{_tenant.Value}'");

    private static object Uneven =>
        new { legs = new[] { Half("psp:x", "DEBIT", "2.00"), Half("suspense", "CREDIT", "1.00") } };

    private static object Half(string account, string side, string amount) =>
        new { account, side, amount = ByHand.Pounds(amount) };

    private static Money Pounds(long minorUnits) => Money.Of(minorUnits, "GBP");

    private static EntryKey Key(string text) => new(text, null, "test", 1);
}
