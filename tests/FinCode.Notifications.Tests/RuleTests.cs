using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Notifications.Webhooks;
using Microsoft.Extensions.Configuration;
using static FinCode.Contracts.TransactionStatus;

namespace FinCode.Notifications.Tests;

public sealed class RuleTests
{
    [Fact]
    public void Every_status_change_has_its_types()
    {
        WebhookTypes.Of(null, WaitingToPay, null, false).ShouldBe(["transaction.created"]);
        foreach (var from in Enum.GetValues<TransactionStatus>())
        {
            foreach (var to in Enum.GetValues<TransactionStatus>())
            {
                var outcome = to switch
                {
                    Paid => "transaction.completed",
                    Cancelled => "transaction.cancelled",
                    Expired => "transaction.expired",
                    Refunded => "transaction.refunded",
                    FailedToDeliver when from == Paid => "transaction.returned",
                    _ => null,
                };
                string[] expected = outcome is null
                    ? ["transaction.status_changed"]
                    : [outcome, "transaction.status_changed"];
                WebhookTypes.Of(from, to, null, false).ShouldBe(expected, $"{from} -> {to}");
            }
        }
    }

    [Theory]
    [InlineData(StatusReasons.DeliveryFailed, false, true)]
    [InlineData(StatusReasons.DeliveryFailed, true, false)]
    [InlineData(StatusReasons.DetailsNeedCorrection, false, false)]
    public void Failed_is_said_once_and_only_when_delivery_is_given_up(string reason, bool saidBefore, bool said) =>
        WebhookTypes.Of(Verifying, FailedToDeliver, reason, saidBefore).Contains("transaction.failed").ShouldBe(said);

    [Fact]
    public void The_schedule_takes_about_three_days_and_only_grows()
    {
        RetrySchedule.Pauses.Zip(RetrySchedule.Pauses.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second);
        RetrySchedule.Pauses.Aggregate(TimeSpan.Zero, (sum, pause) => sum + pause)
            .ShouldBe(TimeSpan.FromDays(3), TimeSpan.FromHours(6));
        for (var tries = 1; tries <= RetrySchedule.Pauses.Count; tries++)
        {
            var pause = RetrySchedule.PauseAfter(tries).ShouldNotBeNull();
            pause.ShouldBeInRange(RetrySchedule.Pauses[tries - 1], RetrySchedule.Pauses[tries - 1] * 6 / 5);
        }
        RetrySchedule.PauseAfter(RetrySchedule.Pauses.Count + 1).ShouldBeNull();
    }

    [Fact]
    public void A_sealed_secret_opens_only_for_its_endpoint_and_only_unchanged()
    {
        var box = new SecretBox(WebhookSettings.From(Configuration(NotificationsUnderTest.Settings)));
        var (endpoint, secret) = (WebhookEndpointId.New(), SecretBox.NewSecret());
        var sealedSecret = box.Seal(endpoint, secret);
        box.Open(endpoint, sealedSecret).ShouldBe(secret);
        box.Seal(endpoint, secret).ShouldNotBe(sealedSecret);
        Should.Throw<CryptographicException>(() => box.Open(WebhookEndpointId.New(), sealedSecret));
        sealedSecret[^1] ^= 1;
        Should.Throw<CryptographicException>(() => box.Open(endpoint, sealedSecret));
        Should.Throw<CryptographicException>(() => box.Open(endpoint, []));
    }

    [Fact]
    public void Secrets_open_on_many_threads_at_once()
    {
        var box = new SecretBox(WebhookSettings.From(Configuration(NotificationsUnderTest.Settings)));
        var (endpoint, secret) = (WebhookEndpointId.New(), SecretBox.NewSecret());
        var sealedSecret = box.Seal(endpoint, secret);
        Parallel.For(0, 5_000, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            _ => box.Open(endpoint, sealedSecret).ShouldBe(secret));
    }

    [Theory]
    [InlineData("Notifications:MasterKey", null)]
    [InlineData("Notifications:MasterKey", "c2hvcnQ=")]
    [InlineData("Notifications:MasterKey", "not base64")]
    [InlineData("Webhooks:AllowPrivateAddresses", "perhaps")]
    [InlineData("Webhooks:TimeoutSeconds", "0")]
    public void A_wrong_setting_stops_the_start_with_a_sentence(string key, string? value)
    {
        var settings = new Dictionary<string, string?>(NotificationsUnderTest.Settings) { [key] = value };
        Should.Throw<InvalidOperationException>(() =>
            WebhookSettings.From(Configuration(settings))).Message.ShouldContain(key);
    }

    private static IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
}
