using System.Net;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.IdentityModel.Tokens;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task Starting_again_changes_nothing()
    {
        await using var first = await StartAsync();
        var before = await ContentsAsync(first);
        await using var second = await first.StartReplicaAsync(AuthApp.Service, Settings());

        (await ContentsAsync(first)).ShouldBe(before);
        var token = await new AuthUnderTest(first).TokenAsync(PlatformClient, PlatformSecret);
        (await new AuthUnderTest(second).TokenAsync(PlatformClient, PlatformSecret)).Kid.ShouldBe(token.Kid);
    }

    [Fact]
    public async Task Replicas_that_start_at_once_on_an_empty_database_agree_on_one_key_and_one_of_each_client()
    {
        await using var service = await StartAsync();
        await using (var empty = service.Owner.CreateCommand("truncate signing_keys, client_applications cascade"))
            await empty.ExecuteNonQueryAsync();

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => service.StartReplicaAsync(AuthApp.Service, Settings())));

        var kids = new HashSet<string>();
        foreach (var replica in replicas)
        {
            var keys = new JsonWebKeySet(await replica.AnonymousClient().GetStringAsync("/.well-known/jwks"));
            keys.Keys.ShouldHaveSingleItem();
            kids.Add((await new AuthUnderTest(replica).TokenAsync(ServiceClient, ServiceSecret)).Kid);
        }
        kids.ShouldHaveSingleItem();
        (await ContentsAsync(service)).Split('\n').Length.ShouldBe(4);
        foreach (var replica in replicas)
            await replica.DisposeAsync();
    }

    [Fact]
    public async Task A_secret_that_configuration_changed_is_taken_over()
    {
        await using var service = await StartAsync();
        var changed = new string('c', 43);
        await using var again = await service.StartReplicaAsync(
            AuthApp.Service, Settings(("Auth:Platform:ClientSecret", changed)));
        var auth = new AuthUnderTest(again);

        await auth.TokenAsync(PlatformClient, changed);
        (await auth.AskTokenAsync(PlatformClient, PlatformSecret)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Keys_wrapped_with_another_master_key_stop_the_start()
    {
        await using var service = await StartAsync();
        var other = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());

        var refused = await Should.ThrowAsync<InvalidOperationException>(
            service.StartReplicaAsync(AuthApp.Service, Settings(("Auth:MasterKey", other))));

        refused.Message.ShouldContain("Auth:MasterKey");
    }

    [Theory]
    [InlineData("Auth:MasterKey", null)]
    [InlineData("Auth:MasterKey", "c2hvcnQ=")]
    [InlineData("Auth:MasterKey", "not base64")]
    [InlineData("Auth:Issuer", "not an address")]
    [InlineData("Auth:Issuer", "https://fincode.test/below")]
    [InlineData("Auth:ServiceClientSecret", "too short")]
    [InlineData("Auth:Platform:ClientSecret", null)]
    [InlineData("Auth:Lockout:Attempts", "0")]
    public void A_wrong_setting_stops_the_start_with_its_name(string key, string? value)
    {
        var settings = new Microsoft.Extensions.Configuration.ConfigurationManager();
        foreach (var (name, kept) in Settings((key, value)))
            settings[name] = kept;

        Should.Throw<InvalidOperationException>(() => AuthSettings.Read(settings)).Message.ShouldContain(key);
    }

    [Fact]
    public async Task The_database_holds_no_private_key_that_can_be_read()
    {
        var auth = await SharedAsync();
        await using var command = auth.Service.Owner.CreateCommand(
            "select wrapped_private_key from signing_keys limit 1");
        var wrapped = (byte[])(await command.ExecuteScalarAsync())!;

        using var key = System.Security.Cryptography.ECDsa.Create();
        foreach (var from in (int[])[0, 12, 28])
            Should.Throw<System.Security.Cryptography.CryptographicException>(
                () => key.ImportPkcs8PrivateKey(wrapped.AsSpan(from), out _));
    }

    [Fact]
    public async Task It_is_healthy_and_describes_itself()
    {
        var auth = await SharedAsync();

        (await auth.Anonymous.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var all = await auth.Anonymous.GetStringAsync("/openapi/v1.json");
        var partners = await auth.Anonymous.GetStringAsync("/openapi/partners.json");
        all.ShouldContain("/v1/principals");
        partners.ShouldContain("/connect/token");
        partners.ShouldNotContain("/v1/principals");
        Defaults.MaxRequestBodyBytes.ShouldBeGreaterThan(0);
    }

    private static async Task<string> ContentsAsync(ServiceUnderTest service)
    {
        await using var command = service.Owner.CreateCommand(
            "select string_agg(line, E'\\n' order by line) from ("
            + "select key_id as line from signing_keys union all "
            + "select client_id || ' ' || coalesce(client_secret, '') || ' ' || id from client_applications) lines");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
