using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.Extensions.Configuration;

namespace FinCode.Transactions.Tests.Storage;

public sealed class PartyVaultTests
{
    private static readonly PartyRecord Ada = new(
        PersonKind.Person, "Ada Obi", new DateOnly(1990, 1, 2), "NG", null, "1 Road", null, "+2348000000000",
        new PayoutDetails(BankCode: "058", AccountNumber: "0123456789"));

    private static PartyVault Vault(byte fill = 7) => new(
        TransactionsSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Transactions:MasterKey"] = Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()),
            ["Transactions:PublicUrl"] = "http://gateway.test",
        }).Build()), TimeProvider.System);

    [Fact]
    public void What_is_sealed_opens_again_and_changes_by_versions()
    {
        var vault = Vault();
        var row = vault.Create(TestTenant.New(), PartyId.New(), PartyRole.Beneficiary, Ada);
        vault.Open(row).ShouldBe(Ada);
        vault.Change(row, Ada with { FullName = "Ada Okafor" });
        row.Version.ShouldBe(2);
        vault.Open(row).FullName.ShouldBe("Ada Okafor");
    }

    [Fact]
    public void Two_parties_with_the_same_data_have_nothing_in_common()
    {
        var vault = Vault();
        var one = vault.Create(TestTenant.New(), PartyId.New(), PartyRole.Sender, Ada);
        var two = vault.Create(one.TenantId, PartyId.New(), PartyRole.Sender, Ada);
        one.Sealed.ShouldNotBe(two.Sealed);
        one.WrappedKey.ShouldNotBe(two.WrappedKey);
    }

    [Fact]
    public void A_blob_of_another_party_version_or_tenant_does_not_open()
    {
        var vault = Vault();
        var row = vault.Create(TestTenant.New(), PartyId.New(), PartyRole.Sender, Ada);
        Should.Throw<CryptographicException>(() => vault.Open(Copy(row, id: PartyId.New())));
        Should.Throw<CryptographicException>(() => vault.Open(Copy(row, tenant: TestTenant.New())));
        Should.Throw<CryptographicException>(() => vault.Open(Copy(row, version: 2)));
        row.Sealed[^1] ^= 1;
        Should.Throw<CryptographicException>(() => vault.Open(row));
    }

    [Fact]
    public void Another_master_key_is_recognised_and_opens_nothing()
    {
        var row = Vault().Create(TestTenant.New(), PartyId.New(), PartyRole.Sender, Ada);
        Should.Throw<CryptographicException>(() => Vault(8).Open(row)).Message.ShouldContain(row.MasterKeyId);
        Should.Throw<CryptographicException>(() => Vault(8).Open(Copy(row, masterKeyId: Vault(8).MasterKeyId)));
    }

    [Fact]
    public void Personal_data_do_not_print() => $"{Ada}".ShouldNotContain("Obi");

    [Theory]
    [InlineData("Transactions:MasterKey", "c2hvcnQ=")]
    [InlineData("Transactions:PublicUrl", "gateway")]
    [InlineData("Payouts:TimeoutSeconds", "0")]
    [InlineData("Transactions:PayInWindowSeconds", "soon")]
    public void A_wrong_setting_stops_the_service_with_its_name(string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Transactions:MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["Transactions:PublicUrl"] = "http://gateway.test",
            [key] = value,
        }).Build();
        Should.Throw<InvalidOperationException>(() => TransactionsSettings.Read(configuration)).Message
            .ShouldContain(key);
    }

    [Theory]
    [InlineData("Kind", "POST")]
    [InlineData("BaseUrl", "x")]
    [InlineData("ApiKey", null)]
    [InlineData("MerchantSecret", null)]
    public void A_wrong_provider_stops_the_service_with_its_name(string key, string? value)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Providers:psp:Kind"] = "PAY_IN", ["Providers:psp:BaseUrl"] = "http://psp.test",
            ["Providers:psp:PublicUrl"] = "http://psp.test", ["Providers:psp:ApiKey"] = "k",
            ["Providers:psp:CallbackSecret"] = "c", ["Providers:psp:MerchantSecret"] = "m",
        };
        Providers.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).TakesIn("psp")
            .ShouldBeTrue();
        settings[$"Providers:psp:{key}"] = value;
        Should.Throw<InvalidOperationException>(
            () => Providers.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()))
            .Message.ShouldContain($"Providers:psp:{key}");
    }

    private static PartyRow Copy(
        PartyRow row, PartyId? id = null, TenantId? tenant = null, int? version = null, string? masterKeyId = null) =>
            new()
        {
            Id = id ?? row.Id,
            TenantId = tenant ?? row.TenantId,
            Role = row.Role,
            Version = version ?? row.Version,
            MasterKeyId = masterKeyId ?? row.MasterKeyId,
            WrappedKey = row.WrappedKey,
            Sealed = row.Sealed,
            UpdatedAt = row.UpdatedAt,
        };
}
