using System.Net;
using FinCode.Contracts;
using FinCode.Notifications.Webhooks;
using FinCode.Testing;
using MimeKit;
using static FinCode.Contracts.TransactionStatus;

namespace FinCode.Notifications.Tests.Email;

public sealed class EmailTests(EmailsUnderTest emails) : IClassFixture<EmailsUnderTest>
{
    [Fact]
    public async Task A_sender_is_told_of_each_public_status_in_order()
    {
        var sent = new Sent(emails).Known();
        await sent.ChangeAsync(null, WaitingToPay);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.ChangeAsync(Verifying, Paid);
        await Eventually.HoldsAsync(async () => (await sent.ListAsync()).Select(one =>
            $"{one.GetProperty("kind")} {one.GetProperty("status")}")
            .ShouldBe(["BEING_PROCESSED SENT", "PAID_OUT SENT"]));

        var mails = emails.Server.To(sent.Address);
        mails.Select(mail => mail.Subject).ShouldBe(
            ["Your transfer is being processed", "Your transfer has been paid out"]);
        var mail = mails[1];
        mail.From.ToString().ShouldBe("\"Example Remit\" <no-reply@remit.example>");
        mail.To.ToString().ShouldBe($"\"Grace Hopper\" <{sent.Address}>");
        var id = (await sent.ListAsync())[1].GetProperty("id").GetString();
        mail.MessageId.ShouldBe($"{id}@remit.example");
        mail.Headers[HeaderId.AutoSubmitted].ShouldBe("auto-generated");
        foreach (var body in (string[])[mail.TextBody!, mail.HtmlBody!])
            foreach (var words in (string[])
                ["Dear Grace Hopper,", "the beneficiary got 200000.00 NGN", "FC-1234-5678", "102.00 GBP",
                    "100.00 GBP", "GB-NG"])
                body.ShouldContain(words);
    }

    [Fact]
    public async Task The_same_event_twice_is_one_e_mail()
    {
        var sent = new Sent(emails).Known();
        var id = await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.ChangeAsync(WaitingToPay, Verifying, eventId: id);
        await sent.ChangeAsync(Verifying, Paid);
        await Eventually.HoldsAsync(async () => (await sent.ListAsync()).Count(one =>
            one.GetProperty("status").GetString() == "SENT").ShouldBe(2));
        emails.Server.To(sent.Address).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_reason_changes_nothing_of_what_a_sender_reads()
    {
        var mails = new List<MimeMessage>();
        foreach (var reason in (string?[])
            [StatusReasons.CancelledBySender, StatusReasons.CouldNotBeProcessed, StatusReasons.DeliveryFailed, null])
        {
            var sent = new Sent(emails).Known();
            await sent.ChangeAsync(Verifying, PendingRefund, reason);
            await sent.UntilAsync("SENT", 1);
            mails.Add(emails.Server.To(sent.Address).Single());
        }
        mails.Select(mail => (mail.Subject, mail.TextBody, mail.HtmlBody)).Distinct().Count().ShouldBe(1);
        mails.Select(mail => string.Join(", ", mail.Headers.Select(header => header.Field))).Distinct().Count()
            .ShouldBe(1);
    }

    [Theory]
    [InlineData(MailStep.Unknown, "RECIPIENT_REFUSED")]
    [InlineData(MailStep.RefuseMessage, "MESSAGE_REFUSED")]
    public async Task What_is_refused_for_good_has_failed_at_once_and_the_next_one_goes(MailStep step, string error)
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, step);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        var failed = await sent.UntilAsync("FAILED", 1);
        failed.GetProperty("error").GetString().ShouldBe(error);
        failed.TryGetProperty("nextAttemptAt", out _).ShouldBeFalse();
        await sent.ChangeAsync(Verifying, Paid);
        await sent.UntilAsync("SENT", 1);
    }

    [Fact]
    public async Task What_is_refused_for_now_comes_again_and_the_next_one_waits_behind_it()
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, MailStep.Busy, MailStep.Busy);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        (await sent.UntilAsync("PENDING", 1)).GetProperty("error").GetString().ShouldBe("SMTP_451");
        await sent.ChangeAsync(Verifying, Paid);
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.HoldsAsync(async () =>
            (await sent.ListAsync())[0].GetProperty("tries").GetInt32().ShouldBe(2));
        emails.Server.To(sent.Address).ShouldBeEmpty();
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await sent.UntilAsync("SENT", 1);
        emails.Server.To(sent.Address).Select(mail => mail.Subject).ShouldBe(
            ["Your transfer is being processed", "Your transfer has been paid out"]);
    }

    [Fact]
    public async Task After_the_whole_schedule_it_is_given_up()
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, [.. Enumerable.Repeat(MailStep.Busy, RetrySchedule.Pauses.Count + 1)]);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        for (var tries = 1; tries <= RetrySchedule.Pauses.Count; tries++)
        {
            await sent.UntilAsync("PENDING", tries);
            emails.Clock.Advance(RetrySchedule.Pauses[tries - 1] * 6 / 5 + TimeSpan.FromSeconds(1));
        }
        (await sent.UntilAsync("FAILED", RetrySchedule.Pauses.Count + 1)).GetProperty("error").GetString()
            .ShouldBe("SMTP_451");
        emails.Server.To(sent.Address).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_the_answer_is_lost_it_is_sent_again_under_the_same_Message_ID()
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, MailStep.TakeAndVanish);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        (await sent.UntilAsync("PENDING", 1)).GetProperty("error").GetString().ShouldBe("CONNECTION_FAILED");
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await sent.UntilAsync("SENT", 2);
        emails.Server.To(sent.Address).Select(mail => mail.MessageId).Distinct().Count().ShouldBe(1);
        emails.Server.To(sent.Address).Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_that_cannot_be_written_holds_up_no_other()
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, MailStep.Busy);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.UntilAsync("PENDING", 1);
        await using (var spoil = emails.Service.Owner.CreateCommand(
            "update customer_emails set content = '{}', next_attempt_at = $2 where tenant_id = $1"))
        {
            spoil.Parameters.Add(new() { Value = sent.Tenant.Value });
            spoil.Parameters.Add(new() { Value = emails.Clock.GetUtcNow() });
            await spoil.ExecuteNonQueryAsync();
        }
        (await sent.UntilAsync("PENDING", 2)).GetProperty("error").GetString().ShouldBe("INTERNAL_ERROR");
        var other = new Sent(emails).Known();
        await other.ChangeAsync(WaitingToPay, Verifying);
        await other.UntilAsync("SENT", 1);
    }

    [Fact]
    public async Task A_process_that_died_after_leasing_is_followed_by_another()
    {
        var sent = new Sent(emails).Known();
        emails.Server.Script(sent.Address, MailStep.Busy);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.UntilAsync("PENDING", 1);
        await using (var lease = emails.Service.Owner.CreateCommand("update customer_emails "
            + "set lease_id = gen_random_uuid(), leased_until = $2, next_attempt_at = $3 where tenant_id = $1"))
        {
            lease.Parameters.Add(new() { Value = sent.Tenant.Value });
            lease.Parameters.Add(new() { Value = emails.Clock.GetUtcNow().AddDays(9) });
            lease.Parameters.Add(new() { Value = emails.Clock.GetUtcNow().AddDays(-1) });
            await lease.ExecuteNonQueryAsync();
        }
        var other = new Sent(emails).Known();
        await other.ChangeAsync(WaitingToPay, Verifying);
        await other.UntilAsync("SENT", 1);
        (await sent.UntilAsync("PENDING", 1)).GetProperty("tries").GetInt32().ShouldBe(1);
        emails.Clock.Advance(TimeSpan.FromDays(10));
        await sent.UntilAsync("SENT", 2);
    }

    [Theory]
    [InlineData(null, "NO_ADDRESS")]
    [InlineData(" ", "NO_ADDRESS")]
    [InlineData("nobody", "ADDRESS_INVALID")]
    [InlineData("a@customer.example, b@customer.example", "ADDRESS_INVALID")]
    [InlineData("Eve <eve@customer.example>", "ADDRESS_INVALID")]
    [InlineData("eve@customer.example\r\nBcc: all@customer.example", "ADDRESS_INVALID")]
    public async Task Where_there_is_nobody_to_write_to_it_is_skipped(string? address, string error)
    {
        var sent = new Sent(emails).Known(email: address);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        (await sent.UntilAsync("SKIPPED", 1)).GetProperty("error").GetString().ShouldBe(error);
        emails.Server.Recipients.ShouldNotContain("eve@customer.example");
    }

    [Fact]
    public async Task An_erased_sender_is_not_written_to()
    {
        var sent = new Sent(emails);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        (await sent.UntilAsync("SKIPPED", 1)).GetProperty("error").GetString().ShouldBe("NO_SENDER");
    }

    [Fact]
    public async Task While_nobody_says_whom_to_write_to_it_waits()
    {
        var sent = new Sent(emails).Known();
        emails.Book.Away(sent.Tenant, true);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        (await sent.UntilAsync("PENDING", 1)).GetProperty("error").GetString().ShouldBe("ADDRESS_UNAVAILABLE");
        emails.Book.Away(sent.Tenant, false);
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await sent.UntilAsync("SENT", 2);
    }

    [Fact]
    public async Task A_name_is_text_in_the_page_and_one_line_in_the_header()
    {
        var sent = new Sent(emails).Known("Eve <b>\r\nBcc: all@customer.example\r\n\r\n{{reference}}");
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.UntilAsync("SENT", 1);
        var mail = emails.Server.To(sent.Address).Single();
        mail.Bcc.ShouldBeEmpty();
        mail.To.Mailboxes.Single().Address.ShouldBe(sent.Address);
        mail.Headers.Select(header => header.Field).ShouldNotContain("Bcc");
        mail.HtmlBody!.ShouldContain("Dear Eve &lt;b&gt;  Bcc: all@customer.example    {{reference}},");
        emails.Server.Recipients.ShouldNotContain("all@customer.example");
    }

    [Fact]
    public async Task Neither_the_database_nor_the_log_nor_staff_learn_the_address()
    {
        var sent = new Sent(emails).Known("Wilhelmina Quist");
        emails.Server.Script(sent.Address, MailStep.Unknown, MailStep.Busy, MailStep.TakeAndVanish);
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.UntilAsync("FAILED", 1);
        await sent.ChangeAsync(Verifying, Paid);
        await sent.UntilAsync("PENDING", 1);
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await sent.UntilAsync("PENDING", 2);
        emails.Clock.Advance(TimeSpan.FromMinutes(1));
        await sent.UntilAsync("SENT", 3);

        await using var rows = emails.Service.Owner.CreateCommand(
            "select string_agg(e::text, ' ') from customer_emails e where tenant_id = $1");
        rows.Parameters.Add(new() { Value = sent.Tenant.Value });
        foreach (var text in (string[])
            [(string)(await rows.ExecuteScalarAsync())!, string.Join(' ', await sent.ListAsync()),
                string.Join(' ', emails.Logged)])
        {
            text.ShouldNotContain("customer.example");
            text.ShouldNotContain("Quist");
        }
        emails.Logged.ShouldContain(line => line.Contains("RECIPIENT_REFUSED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_managers_of_the_tenant_see_what_became_of_e_mails()
    {
        var sent = new Sent(emails).Known();
        await sent.ChangeAsync(WaitingToPay, Verifying);
        await sent.UntilAsync("SENT", 1);
        foreach (var role in (string[])
            [Roles.Cashier, Roles.Agent, Roles.Customer, Roles.Compliance, Scopes.TransactionsRead])
        {
            using var client = emails.Service.Client(sent.Tenant, role);
            (await client.GetAsync("/v1/customer-emails")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        using var stranger = emails.Service.Client(TestTenant.New(), Roles.Manager);
        (await stranger.GetStringAsync("/v1/customer-emails")).ShouldBe("""{"items":[]}""");
        using var manager = emails.Service.Client(sent.Tenant, Roles.Manager);
        (await manager.GetAsync("/v1/customer-emails?status=LOST")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await manager.GetStringAsync("/v1/customer-emails?status=FAILED&limit=1")).ShouldBe("""{"items":[]}""");
    }
}
