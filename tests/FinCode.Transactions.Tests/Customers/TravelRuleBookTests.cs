using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.Tests.Support;
using Npgsql;

namespace FinCode.Transactions.Tests.Customers;

/// <summary>What has to travel with money, as data that two people of the tenant change.</summary>
public sealed class TravelRuleBookTests
{
    private static readonly Uri Rules = new("/v1/travel-rules", UriKind.Relative);

    private static readonly PartyRecord Nobody = new(
        PersonKind.Person, "Grace Hopper", null, "GB", null, null, null, null, null);

    private static object Line(string[] send, string[] receive, string party, string[] anyOf, string? from = null) =>
        new
        {
            sendCountries = send, receiveCountries = receive, details = new[] { new { party, anyOf } },
            threshold = from is null ? null : new { amount = from, currency = "NGN" },
        };

    private static object Book(params object[] lines) =>
        new { lines = (object[])[Line([], [], "SENDER", ["address"]), .. lines] };

    private static TravelRule Of(string[] send, string[] receive, string detail, Money? threshold = null) =>
        new(send, receive, threshold, [new DetailNeeded(PartyRole.Beneficiary, [detail])]);

    [Fact]
    public void A_line_for_both_ends_stands_alone_and_otherwise_each_end_has_its_own()
    {
        var book = new TravelRuleBook(
        [
            Of([], [], "fullName"), Of(["GB"], [], "address", Money.Of(100, "GBP")), Of([], ["NG"], "phone",
                Money.Of(5_000, "NGN")), Of(["GB", "IE"], ["KE"], "nationality"),
        ]);
        book.WhatIsWrong().ShouldBeEmpty();
        Needed("GB", "KE", 1, 1).ShouldBe(["nationality"]);
        Needed("GB", "NG", 99, 4_999).ShouldBeEmpty();
        Needed("GB", "NG", 100, 5_000).ShouldBe(["address", "phone"]);
        Needed("GB", "UG", 100, 1).ShouldBe(["address"]);
        Needed("US", "NG", 1, 5_000, "USD").ShouldBe(["fullName", "phone"]);
        // Neither amount is in the currency of the threshold: it is taken for enough.
        Needed("GB", "NG", 1, 5_000, "EUR").ShouldBe(["address", "phone"]);

        string[] Needed(string from, string to, long sent, long received, string currency = "GBP") =>
        [
            .. TravelRuleBook.Missing(book.Needed(from, to, Money.Of(sent, currency), Money.Of(received, "NGN")),
                (Nobody, null), (Nobody with { FullName = "" }, null)).SelectMany(needed => needed.AnyOf),
        ];
    }

    [Fact]
    public void A_book_says_what_is_wrong_with_it()
    {
        Wrong().ShouldBe(["/lines"]);
        Wrong(Of(["GB"], [], "address")).ShouldBe(["/lines"]);
        Wrong(Of([], [], "address"), Of([], [], "phone")).ShouldBe(["/lines", "/lines"]);
        Wrong(Of([], [], "address"), Of(["GB"], ["NG", "KE"], "phone"), Of(["GB"], ["KE"], "phone"))
            .ShouldBe(["/lines"]);
        Wrong(Of([], [], "shoeSize")).ShouldBe(["/lines/0/details/0/anyOf"]);
        Wrong(Of([], [], "address and shoeSize")).ShouldBe(["/lines/0/details/0/anyOf"]);
        Wrong(Of([], [], "address and phone")).ShouldBeEmpty();
        Wrong(Of(["Britain"], [], "address")).ShouldBe(["/lines/0/sendCountries"]);
        Wrong(Of([], ["gb"], "address")).ShouldBe(["/lines/0/receiveCountries"]);
        Wrong(Of([], [], "address", Money.Of(0, "GBP"))).ShouldBe(["/lines/0/threshold"]);
        Wrong([null!]).ShouldBe(["/lines/0"]);
        string[] countries =
            [.. Enumerable.Range(0, 250).Select(i => $"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}")];
        Wrong(Of([], [], "address"), Of(countries, countries, "address")).ShouldBe(["/lines"]);

        static string[] Wrong(params TravelRule[] lines) =>
            [.. new TravelRuleBook(lines).WhatIsWrong().Select(wrong => wrong.Pointer)];
    }

    [Fact]
    public async Task Two_people_ask_for_details_of_the_beneficiary_and_who_waits_goes_on_when_they_think_otherwise()
    {
        var desk = await Desk.OpenAsync();
        using var olga = desk.Service.ClientAs("olga", desk.Tenant, Roles.Compliance);
        using var oscar = desk.Service.ClientAs("oscar", desk.Tenant, Roles.Manager);
        await ChangeAsync(olga, oscar, Book(Line(["GB"], ["NG"], "BENEFICIARY", ["address", "phone"], "1000.00")));
        (await desk.GetAsync("/v1/corridors/GB-NG/requirements?method=BANK")).GetProperty("travel")
            .GetProperty("details")[0].GetProperty("from").GetProperty("currency").GetString().ShouldBe("NGN");
        var made = await desk.CreateAsync();
        var needed = (await desk.GetAsync($"/v1/transactions/{made.Id}")).GetProperty("detailsNeeded")
            .EnumerateArray().Single();
        needed.GetProperty("party").GetString().ShouldBe("BENEFICIARY");
        needed.GetProperty("anyOf")[1].GetString().ShouldBe("phone");
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");
        var other = await desk.CreateAsync(change: request => request["beneficiary"] =
            new { kind = "PERSON", firstName = "Ngozi", lastName = "Eze", country = "NG" });
        await PassAsync(other);
        await other.AtStageAsync("AWAITING_DETAILS");

        var parties = await desk.PartiesOfAsync(made);
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{parties.Sender}/beneficiaries/{parties.Beneficiary}",
            new
            {
                beneficiary = new
                {
                    kind = "PERSON", firstName = "Ada", lastName = "Obi", country = "NG", phone = "+2348030000001",
                },
            }));
        await made.PublishedAsync<ScreeningRequested>();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
        (await other.StageAsync()).ShouldBe("VERIFYING/AWAITING_DETAILS");

        await ChangeAsync(oscar, olga, Book());
        await other.AtStageAsync("RESERVING");
        (await olga.GetFromJsonAsync<System.Text.Json.JsonElement>(Rules)).GetProperty("inForce")
            .GetProperty("version").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Nobody_changes_them_alone_by_whatever_way()
    {
        var desk = await Desk.OpenAsync();
        using var olga = desk.Service.ClientAs("olga", desk.Tenant, Roles.Compliance, Roles.Manager);
        using var oscar = desk.Service.ClientAs("oscar", desk.Tenant, Roles.Compliance);
        using var cashier = desk.Service.ClientAs("casper", desk.Tenant, Roles.Cashier);
        var shipped = await olga.GetFromJsonAsync<System.Text.Json.JsonElement>(Rules);
        shipped.GetProperty("inForce").GetProperty("version").GetInt32().ShouldBe(0);
        (await cashier.PutAsJsonAsync(Rules, new { content = Book(), reason = "x" })).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
        (await olga.PutAsJsonAsync(Rules, new { content = new { }, reason = "x" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);

        var proposed = await Desk.BodyOf(await olga.PutAsJsonAsync(Rules, new { content = Book(), reason = "x" }));
        (await Desk.BodyOf(await olga.PutAsJsonAsync(Rules, new { content = Book(), reason = "x" })))
            .GetProperty("version").GetInt32().ShouldBe(1);
        (await Desk.ProblemOf(await ApproveAsync(olga, 1))).Code.ShouldBe("FOUR_EYES");
        await Desk.BodyOf(await oscar.PutAsJsonAsync(Rules, new { content = Book(), reason = "y" }));
        (await Desk.ProblemOf(await ApproveAsync(oscar, 1))).Code.ShouldBe("INVALID_TRANSITION");
        await Desk.BodyOf(await ApproveAsync(olga, 2));
        await Desk.BodyOf(await ApproveAsync(olga, 2));
        (await ApproveAsync(olga, 3)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        proposed.GetProperty("state").GetString().ShouldBe("PROPOSED");

        await RefusedAsync("what was proposed is not rewritten", "content = '{}'", 2);
        await RefusedAsync("who approved is not rewritten", "state = 'REPLACED', approved_by = 'x'", 2);
        await RefusedAsync("go from proposed", "state = 'PROPOSED', approved_by = null, approved_at = null", 2);
        await Desk.BodyOf(await olga.PutAsJsonAsync(Rules, new { content = Book(), reason = "z" }));
        await desk.ExecuteAsync("update travel_rules set state = 'REPLACED' where tenant_id = $1 and version = 2",
            desk.Tenant.Value);
        await RefusedAsync("travel_rules_need_two_people",
            "state = 'IN_FORCE', approved_by = proposed_by, approved_at = now()", 3);
        (await Should.ThrowAsync<PostgresException>(() => desk.ExecuteAsync(
            "delete from travel_rules where tenant_id = $1", desk.Tenant.Value)))
            .Message.ShouldContain("never deleted");

        async Task RefusedAsync(string reason, string change, int version) =>
            (await Should.ThrowAsync<PostgresException>(() => desk.ExecuteAsync(
                $"update travel_rules set {change} where tenant_id = $1 and version = $2", desk.Tenant.Value, version)))
            .Message.ShouldContain(reason);
    }

    private static async Task ChangeAsync(HttpClient proposer, HttpClient approver, object book)
    {
        var proposed = await Desk.BodyOf(await proposer.PutAsJsonAsync(Rules, new { content = book, reason = "Law." }));
        await Desk.BodyOf(await ApproveAsync(approver, proposed.GetProperty("version").GetInt32()));
    }

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient client, int version) =>
        client.PostAsync(new Uri($"/v1/travel-rules/versions/{version}/approve", UriKind.Relative), null);

    private static async Task PassAsync(Made made)
    {
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync();
    }
}
