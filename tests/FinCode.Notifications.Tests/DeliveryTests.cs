using System.Net;
using System.Text.Json;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Tests;

/// <summary>Deliveries of test messages, which go the same way as all others.</summary>
public sealed class DeliveryTests(NotificationsUnderTest notifications) : IClassFixture<NotificationsUnderTest>
{
    [Fact]
    public async Task A_message_is_signed_as_the_standard_says()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, secret) = await partner.RegisterAsync(inbox, WebhookTypes.Completed);
        var answer = await partner.PostAsync($"/v1/webhook-endpoints/{id}/test");

        var message = await inbox.FirstAsync();
        message.IsSignedWith(secret).ShouldBeTrue();
        (message with { Body = message.Body + " " }).IsSignedWith(secret).ShouldBeFalse();
        message.Id.ShouldBe(answer.GetProperty("eventId").GetString());
        message.Json.GetProperty("id").GetString().ShouldBe(message.Id);
        message.Type.ShouldBe("webhook.test");
        message.At.ShouldBe(notifications.Clock.GetUtcNow(), TimeSpan.FromMinutes(5));
        var delivery = await partner.AttemptedAsync(answer.GetProperty("deliveryId").GetString()!, 1);
        delivery.GetProperty("status").GetString().ShouldBe("DELIVERED");
        delivery.GetProperty("attempts")[0].GetProperty("statusCode").GetInt32().ShouldBe(204);
    }

    [Fact]
    public async Task A_receiver_that_fails_gets_the_same_message_again_until_it_takes_it()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, secret) = await partner.RegisterAsync(inbox);
        inbox.FailNext(3);
        var delivery = await partner.TestAsync(id);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var failed = await partner.AttemptedAsync(delivery, attempt);
            failed.GetProperty("status").GetString().ShouldBe("PENDING");
            MoveToNextAttempt(failed);
        }
        (await partner.AttemptedAsync(delivery, 4)).GetProperty("status").GetString().ShouldBe("DELIVERED");
        inbox.Messages.Count.ShouldBe(4);
        inbox.Messages.Select(message => (message.Id, message.Body)).Distinct().Count().ShouldBe(1);
        inbox.Messages.ShouldAllBe(message => message.IsSignedWith(secret));
        inbox.Messages.Select(message => message.Timestamp).Distinct().Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task After_the_whole_schedule_it_has_failed_and_can_be_asked_for_again()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        inbox.FailNext(RetrySchedule.Pauses.Count + 1);
        var delivery = await partner.TestAsync(id);
        for (var attempt = 1; attempt <= RetrySchedule.Pauses.Count; attempt++)
            MoveToNextAttempt(await partner.AttemptedAsync(delivery, attempt));
        var failed = await partner.AttemptedAsync(delivery, RetrySchedule.Pauses.Count + 1);
        failed.GetProperty("status").GetString().ShouldBe("FAILED");
        failed.TryGetProperty("nextAttemptAt", out _).ShouldBeFalse();

        await partner.PostAsync($"/v1/webhook-deliveries/{delivery}/redeliver");
        (await partner.AttemptedAsync(delivery, RetrySchedule.Pauses.Count + 2))
            .GetProperty("status").GetString().ShouldBe("DELIVERED");
        inbox.Messages.Select(message => message.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task While_a_secret_is_rotated_both_sign_and_afterwards_only_the_new_one()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, old) = await partner.RegisterAsync(inbox);
        var fresh = (await partner.PostAsync($"/v1/webhook-endpoints/{id}/rotate-secret")).GetProperty(
            "secret").GetString()!;
        fresh.ShouldNotBe(old);
        await partner.TestAsync(id);
        var during = await inbox.FirstAsync();
        during.Signature.Split(' ').Length.ShouldBe(2);
        (during.IsSignedWith(old), during.IsSignedWith(fresh)).ShouldBe((true, true));

        notifications.Clock.Advance(TimeSpan.FromHours(25));
        await partner.TestAsync(id);
        var after = await inbox.FirstAsync(message => message.Id != during.Id);
        (after.IsSignedWith(old), after.IsSignedWith(fresh)).ShouldBe((false, true));
    }

    [Fact]
    public async Task A_slow_endpoint_keeps_nobody_waiting_but_itself()
    {
        var (partner, slow, quick) = (notifications.NewPartner(), notifications.Receiver.NewInbox(),
            notifications.Receiver.NewInbox());
        slow.Holds = true;
        var (slowId, _) = await partner.RegisterAsync(slow);
        var (quickId, _) = await partner.RegisterAsync(quick);
        for (var i = 0; i < DeliveryLanes.MaxUnderWay + 8; i++)
            await partner.TestAsync(slowId);
        await slow.CountAsync(1);
        for (var i = 0; i < 5; i++)
            await partner.TestAsync(quickId);
        await quick.CountAsync(5);
        (await partner.DeliveriesAsync($"?endpointId={slowId}&status=DELIVERED")).ShouldBeEmpty();
        slow.Release();
        slow.Holds = false;
        await slow.CountAsync(DeliveryLanes.MaxUnderWay + 8);
    }

    [Fact]
    public async Task A_process_that_died_after_leasing_is_followed_by_another_with_the_same_message()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        inbox.FailNext(1);
        var delivery = await partner.TestAsync(id);
        var failed = await partner.AttemptedAsync(delivery, 1);
        await ExecuteAsync(
            "update webhook_deliveries set lease_id = gen_random_uuid(), leased_until = $2 where tenant_id = $1",
            partner.Tenant.Value, notifications.Clock.GetUtcNow().AddDays(30));
        MoveToNextAttempt(failed);
        await OthersAreThroughAsync();
        inbox.Messages.Count.ShouldBe(1);

        notifications.Clock.Advance(TimeSpan.FromDays(31));
        (await partner.AttemptedAsync(delivery, 2)).GetProperty("status").GetString().ShouldBe("DELIVERED");
        inbox.Messages.Select(message => message.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_endpoint_that_keeps_failing_is_disabled_with_a_reason_and_goes_on_when_enabled()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        inbox.FailNext(2);
        var delivery = await partner.TestAsync(id);
        await partner.AttemptedAsync(delivery, 1);
        notifications.Clock.Advance(TimeSpan.FromHours(721));
        var failed = await partner.AttemptedAsync(delivery, 2);
        failed.GetProperty("status").GetString().ShouldBe("PENDING");

        var endpoint = await partner.GetAsync($"/v1/webhook-endpoints/{id}");
        endpoint.GetProperty("status").GetString().ShouldBe("DISABLED");
        endpoint.GetProperty("statusReason").GetString().ShouldBe("DELIVERIES_KEPT_FAILING");
        (await partner.Client.PostAsync($"/v1/webhook-endpoints/{id}/test", null)).StatusCode.ShouldBe(
            HttpStatusCode.Conflict);
        (await partner.Client.PostAsync($"/v1/webhook-deliveries/{delivery}/redeliver", null))
            .StatusCode.ShouldBe(HttpStatusCode.Conflict);

        MoveToNextAttempt(failed);
        await OthersAreThroughAsync();
        inbox.Messages.Count.ShouldBe(2);
        await partner.PostAsync($"/v1/webhook-endpoints/{id}/enable");
        (await partner.AttemptedAsync(delivery, 3)).GetProperty("status").GetString().ShouldBe("DELIVERED");
    }

    [Fact]
    public async Task A_receiver_that_says_gone_is_left_alone()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        inbox.Status = 410;
        await partner.AttemptedAsync(await partner.TestAsync(id), 1);
        (await partner.GetAsync($"/v1/webhook-endpoints/{id}")).GetProperty("statusReason").GetString()
            .ShouldBe("RECEIVER_ANSWERED_GONE");
    }

    [Fact]
    public async Task What_is_on_its_way_to_a_deleted_endpoint_is_cancelled()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        inbox.FailNext(1);
        var delivery = await partner.TestAsync(id);
        var failed = await partner.AttemptedAsync(delivery, 1);
        (await partner.Client.DeleteAsync($"/v1/webhook-endpoints/{id}")).EnsureSuccessStatusCode();
        MoveToNextAttempt(failed);
        await OthersAreThroughAsync();
        inbox.Messages.Count.ShouldBe(1);
        (await partner.DeliveryAsync(delivery)).GetProperty("status").GetString().ShouldBe("CANCELLED");
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_never_followed()
    {
        var (partner, inbox, target) = (notifications.NewPartner(), notifications.Receiver.NewInbox(),
            notifications.Receiver.NewInbox());
        (inbox.Status, inbox.RedirectTo) = (307, target.Url);
        var (id, _) = await partner.RegisterAsync(inbox);
        var delivery = await partner.AttemptedAsync(await partner.TestAsync(id), 1);
        delivery.GetProperty("attempts")[0].GetProperty("statusCode").GetInt32().ShouldBe(307);
        delivery.GetProperty("status").GetString().ShouldBe("PENDING");
        target.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_response_no_more_than_a_kilobyte_is_kept()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        (inbox.Status, inbox.ResponseBody) = (200, "\0" + new string('x', 100_000));
        var (id, _) = await partner.RegisterAsync(inbox);
        var delivery = await partner.AttemptedAsync(await partner.TestAsync(id), 1);
        delivery.GetProperty("attempts")[0].GetProperty("responseExcerpt").GetString()!.Length
            .ShouldBe(WebhookClient.MaxExcerptBytes);
    }

    [Fact]
    public async Task Deliveries_are_listed_in_pages_newest_first()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add(await partner.TestAsync(id));
        var first = await partner.GetAsync("/v1/webhook-deliveries?limit=2");
        var second = await partner.GetAsync(
            $"/v1/webhook-deliveries?limit=2&before={first.GetProperty("nextBefore").GetString()}");
        first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(item => item.GetProperty("id").GetString()).ShouldBe(Enumerable.Reverse(ids));
        second.TryGetProperty("nextBefore", out _).ShouldBeFalse();
    }

    private void MoveToNextAttempt(JsonElement delivery)
    {
        var next = delivery.GetProperty("nextAttemptAt").GetDateTimeOffset();
        var now = notifications.Clock.GetUtcNow();
        if (next > now)
            notifications.Clock.Advance(next - now);
    }

    /// <summary>When a later delivery of someone else was made, an earlier one that was due would have been as
    /// well.</summary>
    private async Task OthersAreThroughAsync()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var (id, _) = await partner.RegisterAsync(inbox);
        await partner.AttemptedAsync(await partner.TestAsync(id), 1);
    }

    private async Task ExecuteAsync(string sql, params object[] arguments)
    {
        await using var command = notifications.Service.Owner.CreateCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        (await command.ExecuteNonQueryAsync()).ShouldBe(1);
    }
}
