using FinCode.Contracts;
using FinCode.Notifications.Email;
using FinCode.Notifications.Model;
using FinCode.Testing;
using Microsoft.Extensions.Configuration;
using MimeKit;
using static FinCode.Contracts.TransactionStatus;

namespace FinCode.Notifications.Tests.Email;

public sealed class EmailSettingsTests
{
    [Fact]
    public async Task Without_a_mail_server_or_a_folder_e_mail_is_off_and_that_is_said_once()
    {
        var (service, logged) = await EmailsUnderTest.StartAsync([]);
        await using var _ = service;
        var (tenant, transaction) = (TestTenant.New(), TransactionId.New());
        await service.PublishAsync(tenant, Partner.Change(transaction, WaitingToPay, Verifying));
        await Eventually.HoldsAsync(async () => (await CountAsync(service, "webhook_transactions")).ShouldBe(1));
        (await CountAsync(service, "customer_emails")).ShouldBe(0);
        logged.Count(line => line.Contains("E-mail to customers is off", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Into_a_folder_each_e_mail_is_a_file_that_only_the_owner_reads()
    {
        await using var book = await AddressBook.StartAsync();
        var folder = Path.Combine(TestServers.NewFolder("mail"), "inside");
        var (service, logged) = await EmailsUnderTest.StartAsync(new Dictionary<string, string?>
        {
            ["services:transactions:http:0"] = book.Url,
            ["Email:From"] = "no-reply@remit.example",
            ["Email:PickupFolder"] = folder,
        });
        await using var _ = service;
        var (tenant, transaction) = (TestTenant.New(), TransactionId.New());
        book.Know(tenant, transaction, "Grace Hopper", "grace@customer.example");
        await service.PublishAsync(tenant, Partner.Change(transaction, WaitingToPay, Verifying));

        await Eventually.TrueAsync(
            () => Directory.Exists(folder) && Directory.GetFiles(folder, "*.eml").Length == 1, "a file");
        var file = Directory.GetFiles(folder).Single();
        using var mail = await MimeMessage.LoadAsync(file);
        mail.To.ToString().ShouldBe("\"Grace Hopper\" <grace@customer.example>");
        mail.MessageId.ShouldBe(Path.GetFileNameWithoutExtension(file) + "@remit.example");
        File.GetUnixFileMode(folder).ShouldBe(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        logged.ShouldContain(line => line.Contains(folder, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_public_status_has_its_e_mail_but_the_order_itself_and_what_a_refund_follows()
    {
        var kinds = Enum.GetValues<TransactionStatus>().ToDictionary(status => status, status =>
            EmailKinds.Of(status, null));
        kinds.ShouldBe(new Dictionary<TransactionStatus, EmailKind?>
        {
            [WaitingToPay] = null,
            [Verifying] = EmailKind.BeingProcessed,
            [Paid] = EmailKind.PaidOut,
            [FailedToDeliver] = EmailKind.CorrectionNeeded,
            [PendingRefund] = EmailKind.RefundUnderWay,
            [Refunded] = EmailKind.Refunded,
            [Cancelled] = EmailKind.Cancelled,
            [Expired] = EmailKind.Expired,
        }, ignoreOrder: true);
        EmailKinds.Of(FailedToDeliver, StatusReasons.DeliveryFailed).ShouldBeNull();
    }

    [Theory]
    [InlineData("Email:From", null)]
    [InlineData("Email:From", "nobody")]
    [InlineData("Email:From", "a@example.com\r\nBcc: b@example.com")]
    [InlineData("Email:PickupFolder", "/tmp/mail")]
    [InlineData("Email:SmtpPort", "0")]
    [InlineData("Email:SmtpPort", "65536")]
    [InlineData("Email:SmtpSecurity", "SOMEHOW")]
    [InlineData("Email:SmtpSecurity", "NONE")]
    [InlineData("Email:SmtpPassword", null)]
    [InlineData("Email:TimeoutSeconds", "31")]
    [InlineData("Auth:ServiceClientSecret", null)]
    public void A_wrong_setting_stops_the_start_with_a_sentence(string key, string? value)
    {
        var settings = Good();
        EmailSettings.Read(Configuration(settings)).Smtp!.ToString().ShouldBe("mail.example:587");
        settings[key] = value;
        Should.Throw<InvalidOperationException>(() => EmailSettings.Read(Configuration(settings)))
            .Message.ShouldContain(key);
    }

    private static Dictionary<string, string?> Good() => new()
    {
        ["Email:From"] = "Example Remit <no-reply@remit.example>",
        ["Email:SmtpHost"] = "mail.example",
        ["Email:SmtpUser"] = "fincode",
        ["Email:SmtpPassword"] = "only-in-tests",
        ["Auth:ServiceClientId"] = "service",
        ["Auth:ServiceClientSecret"] = "only-in-tests",
    };

    private static async Task<long> CountAsync(ServiceUnderTest service, string table)
    {
        await using var command = service.Owner.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static IConfiguration Configuration(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
}
