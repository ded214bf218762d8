using System.Security.Cryptography;
using FinCode.Ledger.Proofs;
using FinCode.Testing;
using Microsoft.Extensions.Configuration;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A wrong setting stops the service with a sentence that names it and tells no secret.</summary>
public sealed class ProofSettingsTests
{
    private static readonly string s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem();

    [Theory]
    [InlineData("Ledger:SigningKey", null)]
    [InlineData("Ledger:SigningKey", "hush")]
    [InlineData("Ledger:SigningKey", "P384")]
    [InlineData("Ledger:SigningKey", "RSA")]
    [InlineData("Ledger:SigningKey", "public")]
    [InlineData("Ledger:RetiredSigningKeys", "hush")]
    [InlineData("Ledger:RetiredSigningKeys", "P384")]
    [InlineData("Ledger:CheckpointSeconds", "0")]
    [InlineData("Ledger:CheckpointSeconds", "86401")]
    [InlineData("Ledger:CheckpointSeconds", "soon")]
    [InlineData("Ledger:CheckpointFolder", "/dev/null/folder")]
    public void A_wrong_setting_is_named(string setting, string? value)
    {
        value = value switch
        {
            "P384" => ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem(),
            "RSA" => RSA.Create(2048).ExportPkcs8PrivateKeyPem(),
            "public" => ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem(),
            _ => value,
        };

        var refused = Should.Throw<InvalidOperationException>(() => Read((setting, value)));

        refused.Message.ShouldContain(setting);
        refused.Message.ShouldNotContain("hush");
        refused.Message.ShouldNotContain("BEGIN");
    }

    [Fact]
    public void Keys_of_earlier_times_stay_published_behind_the_one_that_signs()
    {
        using var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var two = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var settings = Read(("Ledger:RetiredSigningKeys",
            one.ExportSubjectPublicKeyInfoPem() + "\n" + two.ExportSubjectPublicKeyInfoPem() + "\n"));

        var keys = new SigningKeys(settings).Public.Keys;

        keys.Select(key => key.Kid).ShouldBe([
            SigningKeys.ToPublic(settings.SigningKey).Kid, SigningKeys.ToPublic(one).Kid, SigningKeys.ToPublic(two).Kid,
        ]);
    }

    [Fact]
    public void The_key_id_is_the_thumbprint_of_the_key()
    {
        // The example of RFC 7638 is RSA; this P-256 key is that of RFC 7517, appendix A.1, thumbprint by its rule.
        var key = SigningKeys.FromPublic(new LedgerSigningKey(
            "EC", "P-256", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "1", "sig", "ES256"));
        const string members =
            "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
            + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}";

        SigningKeys.ToPublic(key).Kid.ShouldBe(System.Buffers.Text.Base64Url.EncodeToString(
            SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(members))));
    }

    [Fact]
    public void A_checkpoint_folder_is_made_and_the_interval_has_a_default()
    {
        var folder = Path.Combine(TestServers.NewFolder("proofs"), "made", "here");

        var settings = Read(("Ledger:CheckpointFolder", folder));

        Directory.Exists(folder).ShouldBeTrue();
        settings.CheckpointInterval.ShouldBe(TimeSpan.FromSeconds(60));
    }

    private static ProofSettings Read((string Key, string? Value) changed) => ProofSettings.From(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Ledger:SigningKey"] = s_key,
            [changed.Key] = changed.Value,
        }).Build());
}
