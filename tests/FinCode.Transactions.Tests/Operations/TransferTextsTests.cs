using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

/// <summary>What our own services read in order to screen what a transfer says.</summary>
public sealed class TransferTextsTests
{
    [Fact]
    public async Task Only_services_read_what_a_transfer_says_and_only_of_its_tenant()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var path = Path(made.Id, desk.Tenant);
        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);

        var texts = await Desk.BodyOf(await service.GetAsync(path));

        texts.GetProperty("note").GetString().ShouldBe("for school");
        texts.GetProperty("relationship").GetString().ShouldBe("SISTER");
        (await service.GetAsync(Path(made.Id, TestTenant.New()))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync(Path(TransactionId.New(), desk.Tenant))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await desk.Partner.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var manager = desk.Client(Roles.Manager, Scopes.PartiesInternal);
        (await manager.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task What_the_beneficiary_is_to_the_sender_is_kept_sealed_and_read_as_it_was_kept_before()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);
        (await desk.ScalarAsync<long>("select count(*) from transactions where id = $1 and relationship is null "
            + "and relationship_sealed is not null and position('SISTER'::bytea in relationship_sealed) = 0",
            made.Id.Value)).ShouldBe(1);

        await desk.ExecuteAsync("update transactions set relationship_sealed = null, relationship = 'BROTHER' "
            + "where id = $1", made.Id.Value);

        (await Desk.BodyOf(await service.GetAsync(Path(made.Id, desk.Tenant)))).GetProperty("relationship").GetString()
            .ShouldBe("BROTHER");
    }

    [Fact]
    public async Task Whose_account_paid_is_kept_sealed_however_it_is_written_and_read_by_services_alone()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);
        (await Desk.BodyOf(await service.GetAsync(Path(made.Id, desk.Tenant)))).TryGetProperty("payerName", out _)
            .ShouldBeFalse();

        (await made.PayAsync(payerName: " Aurelio\nQuispe " + new string('x', 300))).EnsureSuccessStatusCode();
        (await made.PayAsync(paymentId: "again-" + made.PaymentId, payerName: "Somebody Else"))
            .EnsureSuccessStatusCode();

        var name = (await Desk.BodyOf(await service.GetAsync(Path(made.Id, desk.Tenant)))).GetProperty("payerName")
            .GetString()!;
        name.ShouldStartWith("Aurelio Quispe x");
        name.Length.ShouldBe(199);
        (await desk.ScalarAsync<long>("select count(*) from transactions t where id = $1 and payer_sealed is not null "
            + "and position('Quispe'::bytea in payer_sealed) = 0", made.Id.Value)).ShouldBe(1);
        (await desk.GetAsync($"/v1/transactions/{made.Id}")).ToString().ShouldNotContain("Quispe");
        using var manager = desk.Client(Roles.Manager);
        (await Desk.BodyOf(await manager.GetAsync(new Uri(
            $"/v1/customers/{(await desk.PartiesOfAsync(made)).Sender}/data", UriKind.Relative))))
            .GetProperty("transfers")[0].GetProperty("payerName").GetString().ShouldBe(name);
    }

    [Theory]
    [InlineData("swiftBic", "SMPLNGLA", "swiftBic", "SMPLNGLA")]
    [InlineData("iban", "DE89 3704 0044 0532 0130 00", "ibanCountry", "DE")]
    [InlineData("bankCode", "058", "bankCode", "058")]
    public async Task Of_the_bank_its_codes_and_country_are_read_and_never_the_account(
        string given, string value, string member, string expected)
    {
        var desk = await Desk.OpenAsync();
        var body = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        body["payoutDetails"] = new Dictionary<string, string>
        {
            ["bankCode"] = "058", ["accountNumber"] = "0000000017", [given] = value,
        };
        var created = await Desk.BodyOf(await desk.PostTransactionAsync(body));
        var party = created.GetProperty("beneficiary").GetProperty("id").GetString();
        using var service = desk.Service.ClientAs("compliance", null, Roles.Service, Scopes.PartiesInternal);

        var record = await Desk.BodyOf(await service.GetAsync(new Uri(
            $"/internal/parties/{party}?tenant={desk.Tenant}&transaction={created.GetProperty("id").GetString()}",
            UriKind.Relative)));

        record.GetProperty(member).GetString().ShouldBe(expected);
        record.GetRawText().ShouldNotContain("0000000017");
        record.GetRawText().ShouldNotContain("0532");
    }

    private static Uri Path(TransactionId id, TenantId tenant) =>
        new($"/internal/transactions/{id}/texts?tenant={tenant}", UriKind.Relative);
}
