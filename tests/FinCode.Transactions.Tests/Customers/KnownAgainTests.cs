using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

public sealed class KnownAgainTests
{
    private static Action<Dictionary<string, object?>> From(object sender) => request => request["sender"] = sender;

    private static object Grace(string? reference = null, string? address = null, string? born = "1980-12-09",
        string name = "Grace Hopper", object[]? identifiers = null) => new
    {
        kind = "PERSON", fullName = name, dateOfBirth = born, country = "GB", address, reference, identifiers,
    };

    private static object[] PassportOf(string number) => [new { type = "PASSPORT", number, country = "GB" }];

    private static Task<string> KeyAsync(Desk desk, Made made, string column) =>
        desk.ScalarAsync<string>($"select {column} from transactions where id = $1", made.Id.Value);

    [Fact]
    public async Task The_same_reference_is_the_same_customer_and_changed_details_are_a_new_version()
    {
        var desk = await Desk.OpenAsync();
        var first = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace("c-1"))));
        var again = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace("c-1"))));
        var moved = await desk.PartiesOfAsync(
            await desk.CreateAsync(change: From(Grace("c-1", "2 New Road", name: "Grace Murray"))));
        var other = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace("c-2"))));

        again.Sender.ShouldBe(first.Sender);
        moved.Sender.ShouldBe(first.Sender);
        other.Sender.ShouldNotBe(first.Sender);
        var customer = await desk.GetAsync($"/v1/customers/{first.Sender}");
        customer.GetProperty("version").GetInt32().ShouldBe(2);
        customer.GetProperty("name").GetString().ShouldBe("G*** M***");
        (await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == first.Sender && e.Version == 2))
            .OutsideTransfer.ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_reference_name_birth_and_country_tell_a_person_however_the_name_is_written()
    {
        var desk = await Desk.OpenAsync();
        var first = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace())));
        foreach (var spelling in (string[])["HOPPER, Grace", "  grace   hopper", "Gráce Hopper",
            "Grac\u0323e H\u1ECDpper"])
            (await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace(name: spelling))))).Sender
                .ShouldBe(first.Sender, spelling);
        (await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace(born: "1980-12-08"))))).Sender
            .ShouldNotBe(first.Sender);
    }

    [Fact]
    public async Task A_name_alone_makes_two_people_whose_transfers_still_count_together()
    {
        var desk = await Desk.OpenAsync();
        var one = await desk.CreateAsync(change: From(Grace(born: null)));
        var two = await desk.CreateAsync(change: From(Grace(born: null)));
        (await desk.PartiesOfAsync(two)).Sender.ShouldNotBe((await desk.PartiesOfAsync(one)).Sender);
        (await KeyAsync(desk, two, "sender_key")).ShouldBe(await KeyAsync(desk, one, "sender_key"));
        // Nor does another reference leave the limits behind.
        foreach (var reference in (string[])["c-1", "c-2"])
            (await KeyAsync(desk, await desk.CreateAsync(change: From(Grace(reference, born: null))), "sender_key"))
                .ShouldBe(await KeyAsync(desk, one, "sender_key"));
    }

    [Fact]
    public async Task A_customer_counts_as_whom_the_details_of_now_describe()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync(change: From(Grace("c-1", name: "Some Body")));
        var before = await KeyAsync(desk, made, "sender_key");
        var renamed = await desk.CreateAsync(change: From(Grace("c-1")));
        var grace = await desk.CreateAsync(change: From(Grace()));
        (await KeyAsync(desk, renamed, "sender_key")).ShouldBe(await KeyAsync(desk, grace, "sender_key"));
        (await KeyAsync(desk, made, "sender_key")).ShouldBe(before);
    }

    [Fact]
    public async Task Another_iban_beside_the_account_number_is_neither_paid_nor_another_account()
    {
        var desk = await Desk.OpenAsync();
        var account = Desk.NewAccount();
        var plain = await desk.CreateAsync(account: account);
        var made = await desk.CreateAsync(account: account, change: request => request["payoutDetails"] =
            new { bankCode = "058", accountNumber = account, iban = "NG00" + Desk.NewAccount() });
        (await KeyAsync(desk, made, "beneficiary_key")).ShouldBe(await KeyAsync(desk, plain, "beneficiary_key"));
        (await desk.PartiesOfAsync(made)).Beneficiary.ShouldBe((await desk.PartiesOfAsync(plain)).Beneficiary);
        await made.ToSubmittedAsync();
        desk.Provider.SentFor(account).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Two_passports_of_one_country_are_two_people()
    {
        var desk = await Desk.OpenAsync();
        var one = await desk.CreateAsync(change: From(Grace(identifiers: PassportOf("A-1"))));
        var two = await desk.CreateAsync(change: From(Grace(identifiers: PassportOf("B-2"))));
        (await desk.PartiesOfAsync(two)).Sender.ShouldNotBe((await desk.PartiesOfAsync(one)).Sender);
        (await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace(identifiers: PassportOf("a1"))))))
            .Sender.ShouldBe((await desk.PartiesOfAsync(one)).Sender);
    }

    [Fact]
    public async Task Whoever_is_registered_is_not_changed_by_somebody_who_only_looks_the_same()
    {
        var desk = await Desk.OpenAsync();
        var registered = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace("c-1"))));
        var lookalike = await desk.CreateAsync(change: From(Grace(address: "9 Other Street")));
        (await desk.PartiesOfAsync(lookalike)).Sender.ShouldNotBe(registered.Sender);
        (await desk.GetAsync($"/v1/customers/{registered.Sender}")).GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Many_at_once_of_one_person_make_one_customer_with_one_beneficiary()
    {
        var desk = await Desk.OpenAsync();
        var account = Desk.NewAccount();
        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            desk.CreateAsync(change: From(Grace(address: "1 Road")), account: account)));
        made.Select(one => one.Id).Distinct().Count().ShouldBe(12);
        (await desk.ScalarAsync<long>("select count(*) from parties where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(2);
        (await desk.ScalarAsync<int>("select max(version) from parties where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Many_changes_at_once_follow_each_other()
    {
        var desk = await Desk.OpenAsync();
        var first = await desk.PartiesOfAsync(await desk.CreateAsync(change: From(Grace("c-1", "0 Road"))));
        await Task.WhenAll(Enumerable.Range(1, 8).Select(number =>
            desk.CreateAsync(change: From(Grace("c-1", $"{number} Road")))));
        (await desk.GetAsync($"/v1/customers/{first.Sender}")).GetProperty("version").GetInt32().ShouldBe(9);
    }

    [Fact]
    public async Task A_beneficiary_is_known_by_name_and_account_and_the_account_is_one_for_all_senders()
    {
        var desk = await Desk.OpenAsync();
        var account = Desk.NewAccount();
        var one = await desk.CreateAsync(account: account);
        var again = await desk.CreateAsync(account: account);
        var another = await desk.CreateAsync();
        var stranger = await desk.CreateAsync(change: From(Grace(name: "Ida Rhodes")), account: account);

        (await desk.PartiesOfAsync(again)).Beneficiary.ShouldBe((await desk.PartiesOfAsync(one)).Beneficiary);
        (await desk.PartiesOfAsync(another)).Beneficiary.ShouldNotBe((await desk.PartiesOfAsync(one)).Beneficiary);
        (await desk.PartiesOfAsync(stranger)).Beneficiary.ShouldNotBe((await desk.PartiesOfAsync(one)).Beneficiary);
        (await KeyAsync(desk, stranger, "beneficiary_key")).ShouldBe(await KeyAsync(desk, one, "beneficiary_key"));
        (await KeyAsync(desk, another, "beneficiary_key")).ShouldNotBe(await KeyAsync(desk, one, "beneficiary_key"));
        // Another tenant's key of the same account says nothing about this one's.
        var elsewhere = await Desk.OpenAsync();
        (await KeyAsync(elsewhere, await elsewhere.CreateAsync(account: account), "beneficiary_key"))
            .ShouldNotBe(await KeyAsync(desk, one, "beneficiary_key"));
    }

    [Fact]
    public async Task A_transfer_names_a_customer_and_a_beneficiary_by_their_ids()
    {
        var desk = await Desk.OpenAsync();
        var customer = (await desk.RegisterAsync(Grace("c-1"))).GetProperty("id").GetString();
        var stranger = (await desk.RegisterAsync(Grace("c-2", name: "Ida Rhodes"))).GetProperty("id").GetString();
        var account = Desk.NewAccount();
        var beneficiary = (await Desk.BodyOf(await desk.PostAsync($"/v1/customers/{customer}/beneficiaries", new
        {
            beneficiary = new { kind = "PERSON", fullName = "Ada Obi", country = "NG" },
            payoutDetails = new { bankCode = "058", accountNumber = account },
        }))).GetProperty("id").GetString();
        void Name(Dictionary<string, object?> request, string? sender)
        {
            request.Remove("sender");
            request.Remove("beneficiary");
            request.Remove("payoutDetails");
            (request["senderId"], request["beneficiaryId"]) = (sender, beneficiary);
        }

        var made = await desk.CreateAsync(change: request => Name(request, customer), account: account);
        await made.ToSubmittedAsync();

        desk.Provider.SentFor(account)[0].Body.GetProperty("beneficiary").GetProperty("name").GetString()
            .ShouldBe("Ada Obi");
        (await desk.GetAsync($"/v1/transactions/{made.Id}")).GetProperty("senderId").GetString().ShouldBe(customer);
        var foreign = Desk.Transaction(await desk.QuoteAsync(), account);
        Name(foreign, stranger);
        (await Desk.ProblemOf(await desk.PostTransactionAsync(foreign))).Text.ShouldContain("/beneficiaryId");
        var both = Desk.Transaction(await desk.QuoteAsync(), account);
        (both["senderId"], both["beneficiaryId"]) = (customer, beneficiary);
        var (status, _, text) = await Desk.ProblemOf(await desk.PostTransactionAsync(both));
        status.ShouldBe(422);
        text.ShouldContain("/sender");
        text.ShouldContain("/beneficiary");
    }

    [Fact]
    public async Task Each_transfer_pays_the_account_it_was_ordered_with()
    {
        var desk = await Desk.OpenAsync();
        void ToBrother(Dictionary<string, object?> request) => request["beneficiary"] =
            new { kind = "PERSON", fullName = "Ada Obi", country = "NG", reference = "brother" };
        var first = await desk.CreateAsync(change: ToBrother);
        var second = await desk.CreateAsync(change: ToBrother);
        (await desk.PartiesOfAsync(second)).Beneficiary.ShouldBe((await desk.PartiesOfAsync(first)).Beneficiary);

        await first.ToSubmittedAsync();
        await second.ToSubmittedAsync();

        desk.Provider.SentFor(first.Key).Count.ShouldBe(1);
        desk.Provider.SentFor(second.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Compliance_reads_a_party_as_it_is_in_the_transfer_that_it_screens()
    {
        var desk = await Desk.OpenAsync();
        void To(Dictionary<string, object?> request, string bank)
        {
            request["beneficiary"] =
                new { kind = "PERSON", fullName = "Ada Obi", country = "NG", reference = "sister", gender = "FEMALE" };
            request["payoutDetails"] = new { iban = "GB00" + bank, bankName = bank, swiftBic = "SMPLNGLA" };
        }
        var first = await desk.CreateAsync(change: request => To(request, "First Bank"));
        var second = await desk.CreateAsync(change: request => To(request, "Second Bank"));
        var (sender, beneficiary) = await desk.PartiesOfAsync(first);
        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);
        async Task<string?> BankAsync(string of) => (await Desk.BodyOf(await service.GetAsync(new Uri(
            $"/internal/parties/{beneficiary}?tenant={desk.Tenant}{of}", UriKind.Relative)))).GetProperty("bankName")
            .GetString();

        (await BankAsync($"&transaction={first.Id}")).ShouldBe("First Bank");
        (await BankAsync($"&transaction={second.Id}")).ShouldBe("Second Bank");
        (await BankAsync("")).ShouldBe("Second Bank");
        var other = await desk.CreateAsync();
        foreach (var wrong in (string[])[$"{other.Id}", "txn_1"])
            (await service.GetAsync(new Uri(
                $"/internal/parties/{beneficiary}?tenant={desk.Tenant}&transaction={wrong}", UriKind.Relative)))
                .StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        var party = await Desk.BodyOf(await service.GetAsync(new Uri(
            $"/internal/parties/{beneficiary}?tenant={desk.Tenant}&transaction={first.Id}", UriKind.Relative)));
        party.GetProperty("gender").GetString().ShouldBe("FEMALE");
        party.GetProperty("ibanCountry").GetString().ShouldBe("GB");
        sender.ShouldNotBe(beneficiary);
    }

    [Fact]
    public async Task Devices_addresses_and_phones_leave_only_keys_behind()
    {
        var desk = await Desk.OpenAsync();
        void Device(Dictionary<string, object?> request)
        {
            request["device"] = new { deviceId = "device-of-grace", ipAddress = "::ffff:192.0.2.7" };
            request["sender"] = new { kind = "PERSON", fullName = "Grace Hopper", country = "GB",
                phone = "+447700900999" };
        }
        var made = await desk.CreateAsync(change: Device);
        var created = await desk.Service.Events.WaitForAsync<TransactionCreated>(e => e.TransactionId == made.Id);
        created.Facts.Keys!.Device.ShouldNotBeNull().Length.ShouldBe(64);
        created.Facts.Keys.Phone.ShouldNotBeNull().Length.ShouldBe(64);
        (await KeyAsync(desk, made, "address_key")).Length.ShouldBe(64);
        var row = await desk.ScalarAsync<string>("select t::text from transactions t where id = $1", made.Id.Value);
        foreach (var word in (string[])["device-of-grace", "192.0.2.7", "7700900999"])
            row.ShouldNotContain(word);
        // One address has one key, however it is written.
        var plain = await desk.CreateAsync(change: request =>
            request["device"] = new { ipAddress = "192.0.2.7" });
        (await KeyAsync(desk, plain, "address_key")).ShouldBe(await KeyAsync(desk, made, "address_key"));

        var wrong = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        wrong["device"] = new { deviceId = new string('d', 129), ipAddress = "not an address" };
        var problem = await Desk.ProblemOf(await desk.PostTransactionAsync(wrong));
        problem.Text.ShouldContain("/device/deviceId");
        problem.Text.ShouldContain("/device/ipAddress");
    }
}
