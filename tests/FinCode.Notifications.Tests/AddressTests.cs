using System.Net;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Tests;

public sealed class AddressTests : IAsyncLifetime
{
    private static readonly WebhookSettings Strict = new(
        new byte[32], AllowPrivateAddresses: false, TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromHours(1),
        TimeSpan.FromSeconds(1));

    private Receiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await Receiver.StartAsync();

    public async Task DisposeAsync() => await _receiver.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("169.254.169.254")]
    [InlineData("localhost")] // a name that resolves to loopback
    public async Task A_connection_to_an_address_inside_is_never_made(string host)
    {
        var inbox = _receiver.NewInbox();
        using var client = new WebhookClient(Strict, TimeProvider.System);
        var url = $"http://{host}:{_receiver.Port}{new Uri(inbox.Url).AbsolutePath}";
        var result = await client.SendAsync(url, WebhookMessageId.New(), "{}", [new byte[32]], CancellationToken.None);
        result.Error.ShouldBe("ADDRESS_NOT_ALLOWED");
        inbox.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_receiver_is_reached_where_private_addresses_are_allowed()
    {
        var inbox = _receiver.NewInbox();
        using var client = new WebhookClient(Strict with { AllowPrivateAddresses = true }, TimeProvider.System);
        var result = await client.SendAsync(inbox.Url, WebhookMessageId.New(), "{}", [new byte[32]],
            CancellationToken.None);
        result.IsSuccess.ShouldBeTrue();
        inbox.Messages.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.19.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    public void An_address_that_is_not_public_is_refused(string address) =>
        AddressRules.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80b::200e")]
    public void A_public_address_is_allowed(string address) =>
        AddressRules.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("http://example.com/hook")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://example.com/#x")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://localhost/")]
    [InlineData("https://ledger/")]
    [InlineData("https://api.localhost/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("/relative")]
    [InlineData("https://")]
    public void A_url_that_cannot_be_right_is_refused_when_it_is_registered(string url) =>
        WebhookUrl.WhatIsWrong(url, allowPrivate: false).ShouldNotBeNull();

    [Fact]
    public void A_url_on_the_internet_is_fine_and_private_ones_only_in_development()
    {
        WebhookUrl.WhatIsWrong("https://hooks.example.com:8443/a?b=c", allowPrivate: false).ShouldBeNull();
        WebhookUrl.WhatIsWrong("http://127.0.0.1:5000/", allowPrivate: true).ShouldBeNull();
        WebhookUrl.WhatIsWrong("ftp://127.0.0.1/", allowPrivate: true).ShouldNotBeNull();
        WebhookUrl.WhatIsWrong("https://example.com/" + new string('a', WebhookUrl.MaxLength), true).ShouldNotBeNull();
    }
}
