using System.Text.RegularExpressions;
using FinCode.Contracts;
using FinCode.Standalone.Client;
using FinCode.Testing;
using MimeKit;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// All that is said of a transfer to anybody outside of compliance, each as a <see cref="PublicView"/>: what every
/// role reads, what the partner's receiver and the sender's mailbox got, and what the logs say.
/// </summary>
internal sealed partial class Seen(Scene scene, Lookers lookers)
{
    /// <summary>What is read, then what was sent, once all of the present status has been sent.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(TransferView transfer)
    {
        var webhooks = await WebhooksAsync(transfer);
        var emails = await EmailsAsync(transfer);
        var read = new List<string>();
        foreach (var (role, client) in lookers.All)
            foreach (var text in await ReadAsync(client, transfer))
                read.Add($"{role} {Beneficiary().Replace(text, "beneficiary: <name>;")}");
        return [.. read.Concat(webhooks).Concat(emails).Concat(LinesAbout(transfer)).Select(text =>
            Scene.OtherSenders.Append(SharedPlatform.Exposed).Aggregate(
                text, (one, name) => one.Replace(name, Scene.Sender, StringComparison.Ordinal)))];
    }

    /// <summary>What commands answer that cannot work, to each role.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync(TransferView transfer, string command, object body)
    {
        var refusals = new List<string>();
        foreach (var (role, client) in lookers.All)
            refusals.Add($"{role} " + PublicView.Of(await client.PostAsync(
                $"v1/transactions/{transfer.Id}/{command}", body, CancellationToken.None)));
        return refusals;
    }

    /// <summary>The e-mails to a transfer's sender, as they lie in the folder.</summary>
    public static IReadOnlyList<MimeMessage> MailsAbout(Scene scene, TransferView transfer)
    {
        var folder = scene.Platform.Folder.In("mail");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(file =>
                MimeMessage.Load(file))
                .Where(mail => mail.TextBody!.Contains(transfer.Pcn, StringComparison.Ordinal))]
            : [];
    }

    /// <summary>What every service but compliance, whose officers may know, has logged.</summary>
    public static IEnumerable<string> Lines(Scene scene, bool withCompliance) => Directory
        .GetFiles(scene.Platform.Folder.In("logs"))
        .Where(file => withCompliance || !Path.GetFileName(file).StartsWith("compliance", StringComparison.Ordinal))
        .SelectMany(ReadShared);

    private async Task<IReadOnlyList<string>> ReadAsync(ApiClient client, TransferView transfer)
    {
        var status = ApiWords.Of((await scene.GetAsync(transfer)).Status);
        var customer = (await lookers.As(Roles.Partner).GetAsync(
            $"v1/transactions/{transfer.Id}", CancellationToken.None)).Required("senderId");
        return
        [
            await ViewAsync(client, $"v1/transactions/{transfer.Id}"),
            await ViewAsync(client, $"v1/transactions/{transfer.Id}/timeline"),
            await ViewAsync(client, $"v1/transactions/{transfer.Id}/receipt"),
            await ViewAsync(client, $"v1/transactions?pcn={transfer.Pcn}"),
            await LineAsync(client, $"v1/transactions?status={status}", transfer.Id),
            await LineAsync(client, "v1/transactions", transfer.Id),
            await ViewAsync(client, $"v1/customers/{customer}"),
            await LineAsync(client, "v1/customers", customer),
            await ViewAsync(client, $"v1/customers/{customer}/beneficiaries"),
            Details().Replace(await ViewAsync(client, $"v1/customers/{customer}/data"), "$1: <detail>;"),
            await ViewAsync(client, $"v1/kyc/customers/{customer}"),
            await ViewAsync(client, $"v1/kyc/customers/{customer}/data"),
            await ViewAsync(client, $"v1/cases?transactionId={transfer.Id}"),
            await ViewAsync(client, $"v1/webhook-deliveries?transactionId={transfer.Id}&status=FAILED"),
            await ViewAsync(client, $"v1/customer-emails?transactionId={transfer.Id}&status=FAILED"),
        ];
    }

    private static async Task<string> ViewAsync(ApiClient client, string path) =>
        PublicView.Of(await client.GetAsync(path, CancellationToken.None));

    /// <summary>One line of a list, or the refusal.</summary>
    private static async Task<string> LineAsync(ApiClient client, string path, string id)
    {
        var answer = await client.GetAsync(path, CancellationToken.None);
        return answer.IsSuccess
            ? PublicView.Of(answer.Body.GetProperty("items").EnumerateArray()
                .Single(item => item.GetProperty("id").GetString() == id))
            : PublicView.Of(answer);
    }

    /// <summary>Each webhook in the order in which they are named, with its headers.</summary>
    private async Task<IReadOnlyList<string>> WebhooksAsync(TransferView transfer)
    {
        IReadOnlyList<string> webhooks = [];
        var before = -1;
        await Eventually.TrueAsync(async () =>
        {
            var received = await scene.Actors.Sandbox.ReceivedAsync(scene.Actors.Inbox, CancellationToken.None);
            webhooks = [.. received.Where(one => one.TransactionId == transfer.Id && one.Answered < 300)
                .DistinctBy(one => one.WebhookId).OrderBy(one => one.Type, StringComparer.Ordinal)
                .ThenBy(one => PublicView.Of(one.Body), StringComparer.Ordinal)
                .Select(one => $"{PublicView.Of(one.Body)} {HeadersOf(one.Headers)}")];
            var status = ApiWords.Of((await scene.GetAsync(transfer)).Status);
            var isTold = webhooks.Any(body => body.Contains($"status: {status};", StringComparison.Ordinal));
            (var wasThere, before) = (before == webhooks.Count, webhooks.Count);
            return isTold && wasThere;
        }, $"{transfer.Pcn} is told by webhook");
        return webhooks;
    }

    private static string HeadersOf(IReadOnlyDictionary<string, string> headers) => string.Join("; ", headers
        .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
        .Select(header => header.Key.ToLowerInvariant() is "content-type" or "user-agent"
            ? $"{header.Key}: {header.Value}"
            : header.Key));

    private async Task<IReadOnlyList<string>> EmailsAsync(TransferView transfer)
    {
        var manager = lookers.As(Roles.Manager);
        await Eventually.TrueAsync(async () =>
        {
            var list = (await manager.GetAsync($"v1/customer-emails?transactionId={transfer.Id}",
                CancellationToken.None)).Must().Body.GetProperty("items").EnumerateArray().ToList();
            return list.Count > 0 && list[0].GetProperty("kind").GetString() == KindOf((await scene.GetAsync(
                    transfer)).Status)
                && list.All(one => one.GetProperty("status").GetString() == "SENT");
        }, $"the sender of {transfer.Pcn} is told by e-mail");
        return [.. MailsAbout(scene, transfer).Select(mail => string.Join(" | ",
            [mail.Subject, mail.From.ToString(), mail.To.ToString(), mail.TextBody, mail.HtmlBody,
                .. mail.Headers.Select(header => header.Field)])
            .Replace(transfer.Pcn, "<pcn>", StringComparison.Ordinal))];
    }

    private static string KindOf(TransactionStatus status) => status switch
    {
        TransactionStatus.Verifying => "BEING_PROCESSED",
        TransactionStatus.Paid => "PAID_OUT",
        TransactionStatus.PendingRefund => "REFUND_UNDER_WAY",
        _ => ApiWords.Of(status),
    };

    /// <summary>
    /// Our own lines that name the transfer, without their times: whoever runs the platform reads no more there than a
    /// partner is told. What the web server notes of requests depends on who asked.
    /// </summary>
    private IEnumerable<string> LinesAbout(TransferView transfer) => Lines(scene, withCompliance: false)
        .Where(line => line.Contains(transfer.Id, StringComparison.Ordinal)
            && line.Contains(" FinCode.", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]
            .Replace(transfer.Id, "<id>", StringComparison.Ordinal))
        .Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> ReadShared(string path)
    {
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    /// <summary>Whose name a MANAGER reads on a receipt.</summary>
    [GeneratedRegex("beneficiary: [^{;]+;")]
    private static partial Regex Beneficiary();

    /// <summary>Whom a transfer is to and where it goes, as a MANAGER reads it to give a customer access.</summary>
    [GeneratedRegex("(fullName|phone|accountNumber): [^{;]+;")]
    private static partial Regex Details();
}
