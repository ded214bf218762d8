using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Model;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

public sealed class TravelRuleTests
{
    private static readonly PartyRecord Nobody = new(
        PersonKind.Person, "Grace Hopper", new DateOnly(1980, 12, 9), "GB", null, null, null, null, null);

    private static readonly PartyIdentifier Passport = new(PartyIdentifierType.Passport, "A1", "GB");

    private static Dictionary<string, object?> Sender(string? address = null) => new()
    {
        ["kind"] = "PERSON", ["fullName"] = "Grace Hopper", ["dateOfBirth"] = "1980-12-09", ["country"] = "GB",
        ["address"] = address,
    };

    private static Task<Made> LargeAsync(Desk desk) =>
        desk.CreateAsync(change: request => request["sender"] = Sender(), amount: "800.00");

    private static async Task PassAsync(Made made)
    {
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync();
    }

    private static string[] Missing(Money sent, PartyRecord sender, string? reference = null, string from = "GB",
        string to = "NG", Money? received = null) =>
    [
        .. TravelRuleBook.Missing(
                TravelRuleBook.Shipped.Needed(from, to, sent, received ?? Money.Of(1, "NGN")),
                (sender, reference), (Nobody, null))
            .Select(needed => $"{needed.Party}: {string.Join(" | ", needed.AnyOf)}"),
    ];

    [Fact]
    public void Below_the_threshold_names_and_accounts_suffice_and_from_it_on_one_of_four_details_is_needed()
    {
        var large = Money.Of(800_00, "GBP");
        Missing(Money.Of(799_99, "GBP"), Nobody).ShouldBeEmpty();
        Missing(large, Nobody).ShouldBe(
            ["Sender: address | identifiers | reference | dateOfBirth and placeOfBirth"]);
        Missing(large, Nobody with { Address = "1 Road" }).ShouldBeEmpty();
        Missing(large, Nobody with { Identifiers = [Passport] }).ShouldBeEmpty();
        Missing(large, Nobody with { PlaceOfBirth = "New York" }).ShouldBeEmpty();
        Missing(large, Nobody, "c-1").ShouldBeEmpty();
        Missing(large, Nobody with { PlaceOfBirth = "New York", DateOfBirth = null }).Length.ShouldBe(1);
        Missing(large, Nobody with { Address = " " }).Length.ShouldBe(1);
        Missing(large, Nobody with { Identifiers = [Passport with { Type = PartyIdentifierType.Other }] })
            .Length.ShouldBe(1);
    }

    [Fact]
    public void What_a_country_asks_is_its_own_and_another_currency_is_never_taken_for_less()
    {
        Missing(Money.Of(999_99, "EUR"), Nobody, from: "DE").ShouldBeEmpty();
        Missing(Money.Of(1_000_00, "EUR"), Nobody, from: "DE").Length.ShouldBe(1);
        Missing(Money.Of(1_00, "PLN"), Nobody, from: "PL").Length.ShouldBe(1);
        Missing(Money.Of(3_000_00, "USD"), Nobody with { Identifiers = [Passport] }, "c-1", "US")
            .ShouldBe(["Sender: address"]);
        Missing(Money.Of(2_999_99, "USD"), Nobody, from: "US").ShouldBeEmpty();
        Missing(Money.Of(1, "KES"), Nobody, from: "KE").Length.ShouldBe(1);
        TravelRuleBook.Shipped.WhatIsWrong().ShouldBeEmpty();
        TravelRuleBook.Shipped.Lines.ShouldAllBe(line => line.Source != null);
    }

    [Fact]
    public void The_receiving_country_asks_too_and_within_the_union_nothing_more_is_needed()
    {
        var small = Money.Of(1_00, "GBP");
        Missing(small, Nobody, to: "DE").ShouldBe(["Sender: address and identifiers | dateOfBirth and placeOfBirth"]);
        Missing(small, Nobody with { Address = "1 Road" }, to: "DE").Length.ShouldBe(1);
        Missing(small, Nobody with { Address = "1 Road", Identifiers = [Passport] }, to: "DE").ShouldBeEmpty();
        Missing(Money.Of(800_00, "GBP"), Nobody, to: "DE").Length.ShouldBe(2);
        Missing(Money.Of(5_000_00, "EUR"), Nobody, from: "DE", to: "FR").ShouldBeEmpty();
        Missing(Money.Of(1_00, "EUR"), Nobody, from: "DE", to: "GB").Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_transfer_that_misses_details_waits_says_which_and_goes_on_by_itself()
    {
        var desk = await Desk.OpenAsync();
        var made = await LargeAsync(desk);
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");

        var shown = await desk.GetAsync($"/v1/transactions/{made.Id}");
        (shown.GetProperty("status").GetString(), shown.GetProperty("reason").GetString())
            .ShouldBe(("VERIFYING", "DETAILS_NEEDED"));
        var needed = shown.GetProperty("detailsNeeded").EnumerateArray().Single();
        needed.GetProperty("party").GetString().ShouldBe("SENDER");
        needed.GetProperty("anyOf").EnumerateArray().Select(one => one.GetString()).ShouldContain("address");
        (await made.PublishedAsync<TransactionStatusChanged>(e => e.To == TransactionStatus.Verifying)).Reason
            .ShouldBe("DETAILS_NEEDED");
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();

        var customer = shown.GetProperty("senderId").GetString();
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{customer}", Sender("1 Bank Street, Leeds")));

        // New details are screened before anything goes on.
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
        shown = await desk.GetAsync($"/v1/transactions/{made.Id}");
        shown.TryGetProperty("reason", out _).ShouldBeFalse();
        shown.TryGetProperty("detailsNeeded", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_reference_is_a_detail_too_and_lets_it_go_on()
    {
        var desk = await Desk.OpenAsync();
        var made = await LargeAsync(desk);
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");
        var parties = await desk.PartiesOfAsync(made);
        var known = Sender();
        known["reference"] = "c-1";
        foreach (var _ in new[] { 1, 2 })
            (await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{parties.Sender}", known))).GetProperty("version")
                .GetInt32().ShouldBe(2);
        await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == parties.Sender && e.Version == 2);
        await made.PublishedAsync<ScreeningRequested>();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task Of_money_that_waits_too_long_for_details_compliance_is_told_once()
    {
        var desk = await Desk.OpenAsync();
        var made = await LargeAsync(desk);
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");
        (await desk.ScalarAsync<bool>("select due_at between now() + interval '167 hours' and now() "
            + "+ interval '169 hours' from transactions where id = $1", made.Id.Value)).ShouldBeTrue();
        foreach (var _ in new[] { 1, 2 })
        {
            await desk.ExecuteAsync("update transactions set due_at = now() where id = $1", made.Id.Value);
            await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<bool>(
                "select due_at is null from transactions where id = $1", made.Id.Value)).ShouldBeTrue());
        }
        (await made.CountAsync("anomalies", "kind = 'DETAILS_OVERDUE' and owner = 'COMPLIANCE'")).ShouldBe(1);
        (await made.StageAsync()).ShouldBe("VERIFYING/AWAITING_DETAILS");

        // Details that do not suffice give it no new time: it was asked for once.
        var still = Sender();
        still["phone"] = "+447700900111";
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{(await desk.PartiesOfAsync(made)).Sender}", still));
        await made.PublishedAsync<ScreeningRequested>();
        await desk.ExecuteAsync("update timeline set at = at - interval '100 hours' where transaction_id = $1 "
            + "and event = 'DETAILS_MISSING'", made.Id.Value);
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("AWAITING_DETAILS");
        (await desk.ScalarAsync<bool>("select due_at < now() + interval '69 hours' from transactions where id = $1",
            made.Id.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_is_to_be_erased_may_still_give_the_details_that_money_waits_for()
    {
        var desk = await Desk.OpenAsync();
        var made = await LargeAsync(desk);
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");
        var customer = (await desk.PartiesOfAsync(made)).Sender;
        using var manager = desk.Client(Roles.Manager);
        await manager.DeleteAsync(new Uri($"/v1/customers/{customer}", UriKind.Relative));

        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{customer}", Sender("1 Bank Street, Leeds")));

        await made.PublishedAsync<ScreeningRequested>();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        (await Desk.ProblemOf(await desk.PutAsync($"/v1/customers/{customer}", Sender("2 Bank Street, Leeds"))))
            .Code.ShouldBe("CUSTOMER_RESTRICTED");
    }

    [Fact]
    public async Task Details_that_do_not_suffice_leave_it_waiting_and_it_may_be_cancelled()
    {
        var desk = await Desk.OpenAsync();
        var made = await LargeAsync(desk);
        await PassAsync(made);
        await made.AtStageAsync("AWAITING_DETAILS");
        var parties = await desk.PartiesOfAsync(made);
        var still = Sender();
        still["phone"] = "+447700900111";
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{parties.Sender}", still));
        await made.PublishedAsync<ScreeningRequested>();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("AWAITING_DETAILS");

        (await made.CancelAsync()).EnsureSuccessStatusCode();

        await made.AtStageAsync("REFUND_RESERVING");
        await made.PublishedAsync<RefundRequested>();
    }

    [Fact]
    public async Task A_transfer_that_is_held_is_asked_for_the_same_in_the_same_words()
    {
        var desk = await Desk.OpenAsync();
        var clear = await LargeAsync(desk);
        var held = await LargeAsync(desk);
        (await Text(held)).ShouldBe(await Text(clear));
        await PassAsync(clear);
        (await held.PayAsync()).EnsureSuccessStatusCode();
        await held.BookedAsync(LedgerSteps.PayIn);
        await held.ScreenedAsync(ScreeningOutcome.Review);
        await clear.AtStageAsync("AWAITING_DETAILS");
        await held.AtStageAsync("IN_REVIEW");
        (await Text(held)).ShouldBe(await Text(clear));

        // Both are answered at once: the words go for both, although only one goes on.
        var parties = await desk.PartiesOfAsync(held);
        parties.Sender.ShouldBe((await desk.PartiesOfAsync(clear)).Sender);
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{parties.Sender}", Sender("1 Bank Street, Leeds")));
        await clear.AtStageAsync("SCREENING");
        (await Text(held)).ShouldBe(await Text(clear));
        (await desk.GetAsync($"/v1/transactions/{held.Id}")).ToString().ShouldNotContain("DETAILS_NEEDED");

        async Task<string> Text(Made made)
        {
            var shown = await desk.GetAsync($"/v1/transactions/{made.Id}");
            var timeline = await desk.GetAsync($"/v1/transactions/{made.Id}/timeline");
            return string.Join(' ', shown.EnumerateObject().Where(member => member.Name is "status" or "reason"
                or "detailsNeeded").Select(member => $"{member}")) + string.Join(' ',
                timeline.GetProperty("items").EnumerateArray().Select(Words));
        }

        static string Words(JsonElement entry) => string.Join(' ',
            entry.EnumerateObject().Where(member => member.Name != "at").Select(member => $"{member}"));
    }

    [Fact]
    public async Task A_small_transfer_asks_nobody_for_anything()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync(change: request => request["sender"] = Sender(), amount: "799.99");
        await made.ToReservingAsync();
        (await desk.GetAsync($"/v1/transactions/{made.Id}")).TryGetProperty("detailsNeeded", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_corridors_requirements_say_what_has_to_travel()
    {
        var desk = await Desk.OpenAsync();
        var travel = (await desk.GetAsync("/v1/corridors/GB-NG/requirements?method=BANK")).GetProperty("travel");
        travel.GetProperty("from").GetProperty("amount").GetString().ShouldBe("800.00");
        travel.GetProperty("details")[0].GetProperty("party").GetString().ShouldBe("SENDER");
    }

    [Fact]
    public async Task A_party_that_changed_after_its_clearance_is_screened_again_before_anything_leaves()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        var (sender, _) = await desk.PartiesOfAsync(made);
        await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{sender}", Sender("1 Elsewhere")));

        await made.ReservedAsync();

        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("SUBMITTED");
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }
}
