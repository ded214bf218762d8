using FinCode.Auth.Model;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class KeyRotationTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeySchedule Schedule =
        new(TimeSpan.FromDays(90), TimeSpan.FromDays(1), TimeSpan.FromHours(2));

    [Fact]
    public async Task A_new_key_is_published_before_it_signs_and_the_old_one_stays_until_its_tokens_are_gone()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var service = await StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var auth = new AuthUnderTest(service);
        var first = (await auth.TokenAsync(ServiceClient, ServiceSecret)).Kid;

        clock.Advance(TimeSpan.FromDays(89) + TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(async () => (await KidsAsync(auth)).Length == 2, "the next key is published");
        (await auth.TokenAsync(ServiceClient, ServiceSecret)).Kid.ShouldBe(first);

        clock.Advance(TimeSpan.FromHours(24));
        var second = (await auth.TokenAsync(ServiceClient, ServiceSecret)).Kid;
        second.ShouldNotBe(first);
        (await KidsAsync(auth)).ShouldBe([first, second], ignoreOrder: true);

        clock.Advance(TimeSpan.FromHours(3));
        await Eventually.TrueAsync(
            async () => (await KidsAsync(auth)).SequenceEqual([second]), "the first key is gone");
        using var platform = await auth.PlatformAsync();
        (await platform.PostAsync($"/v1/principals/{TestTenant.New()}/suspend", null)).StatusCode
            .ShouldBe(System.Net.HttpStatusCode.NotFound, "the own token is validated with the new key");
    }

    [Fact]
    public void The_first_key_signs_at_once() => Schedule.NextSignsFrom([], Start).ShouldBe(Start);

    [Fact]
    public void No_key_is_made_while_the_newest_has_time()
    {
        Schedule.NextSignsFrom([new Key(Start)], Start.AddDays(89).AddSeconds(-1)).ShouldBeNull();
        Schedule.NextSignsFrom([new Key(Start)], Start.AddDays(89)).ShouldBe(Start.AddDays(90));
        Schedule.NextSignsFrom([new Key(Start), new Key(Start.AddDays(90))], Start.AddDays(91)).ShouldBeNull();
    }

    [Fact]
    public void After_a_long_pause_the_next_key_still_is_published_ahead()
    {
        var now = Start.AddDays(400);
        Schedule.NextSignsFrom([new Key(Start)], now).ShouldBe(now.AddDays(1));
        KeySchedule.Signer([new Key(Start), new Key(now.AddDays(1))], now).SignsFrom.ShouldBe(Start);
    }

    [Fact]
    public void A_key_that_does_not_sign_yet_is_published_and_one_whose_tokens_are_gone_is_not()
    {
        Key[] keys = [new(Start), new(Start.AddDays(90))];

        Schedule.Published(keys, Start).Count.ShouldBe(2);
        Schedule.Published(keys, Start.AddDays(90).AddMinutes(119)).Count.ShouldBe(2);
        Schedule.Published(keys, Start.AddDays(90).AddHours(2)).ShouldBe([keys[1]]);
        KeySchedule.Signer(keys, Start.AddDays(90).AddSeconds(-1)).ShouldBe(keys[0]);
        KeySchedule.Signer(keys, Start.AddDays(90)).ShouldBe(keys[1]);
        Should.Throw<InvalidOperationException>(() => KeySchedule.Signer(keys, Start.AddSeconds(-1)));
    }

    private static async Task<string[]> KidsAsync(AuthUnderTest auth) =>
        [.. new JsonWebKeySet(await auth.Anonymous.GetStringAsync("/.well-known/jwks")).Keys.Select(key => key.Kid)];

    private sealed record Key(DateTimeOffset SignsFrom) : IScheduledKey;
}
