using System.Globalization;
using FinCode.Contracts;
using FinCode.Standalone.Client;

namespace FinCode.Standalone.Demo;

/// <summary>
/// Reads the demo's transfers: comma-separated values (RFC 4180 without quoting), a header with exactly these
/// columns, one transfer a line;
/// empty lines and lines that begin with <c>#</c> are left out.
/// </summary>
internal static class DemoTransferFile
{
    private const string Header = "name,corridor,send,receive,pay_in,method,sender,beneficiary,provider,destination,"
        + "script,status,attempts,webhooks";

    private static readonly Dictionary<string, string> WebhookTypes = new()
    {
        ["created"] = "transaction.created",
        ["received"] = "payment.received",
        ["changed"] = "transaction.status_changed",
        ["completed"] = "transaction.completed",
        ["failed"] = "transaction.failed",
        ["refunded"] = "transaction.refunded",
        ["expired"] = "transaction.expired",
        ["cancelled"] = "transaction.cancelled",
    };

    /// <exception cref="FormatException">The message names the line and what is wrong with it.</exception>
    public static IReadOnlyList<DemoTransfer> Read(string path) => Parse(File.ReadAllLines(path));

    public static IReadOnlyList<DemoTransfer> Parse(IReadOnlyList<string> lines)
    {
        var rows = lines.Select((text, index) => (Text: text.Trim(), Number: index + 1))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToArray();
        if (rows.Length == 0 || rows[0].Text != Header)
            throw new FormatException($"The first line has to be: {Header}");
        var transfers = rows[1..].Select(line => ParseLine(line.Text, line.Number)).ToArray();
        if (transfers.Length == 0)
            throw new FormatException("There are no transfers.");
        if (transfers.GroupBy(transfer => transfer.Name).FirstOrDefault(group => group.Count() > 1) is { } twins)
            throw new FormatException($"Two transfers are called \"{twins.Key}\".");
        return transfers;
    }

    private static DemoTransfer ParseLine(string text, int number)
    {
        try
        {
            var fields = text.Split(',');
            if (fields.Length != Header.Split(',').Length)
                throw new FormatException($"{fields.Length} fields instead of {Header.Split(',').Length}.");
            return Transfer(fields);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or KeyNotFoundException)
        {
            throw new FormatException($"Line {number}: {exception.Message}", exception);
        }
    }

    private static DemoTransfer Transfer(string[] fields)
    {
        var countries = fields[1].Split('-');
        var send = fields[2].Split(' ');
        if (countries.Length != 2 || send.Length != 2)
            throw new FormatException("A corridor is \"GB-NG\", a send amount \"100.00 GBP\".");
        return new DemoTransfer
        {
            Name = fields[0],
            SendCountry = countries[0],
            ReceiveCountry = countries[1],
            SendAmount = Money.Parse(send[0], Currency.Of(send[1])),
            ReceiveCurrency = Currency.Of(fields[3]),
            PayInMethod = Word<PayInMethod>(fields[4]),
            PayoutMethod = Word<PayoutMethod>(fields[5]),
            Sender = fields[6],
            Beneficiary = fields[7],
            Provider = fields[8],
            Destination = fields[9],
            Script = [.. fields[10].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(DemoStep.Parse)],
            Expected = Word<TransactionStatus>(fields[11]),
            Attempts = int.Parse(fields[12], NumberStyles.None, CultureInfo.InvariantCulture),
            Webhooks = fields[13].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Webhook).ToDictionary(),
        };
    }

    /// <summary>"changed*2" is two of the type "changed".</summary>
    private static (string Type, int Count) Webhook(string text)
    {
        var parts = text.Split('*');
        if (!WebhookTypes.TryGetValue(parts[0], out var type))
            throw new FormatException($"\"{parts[0]}\" is not a webhook.");
        return (type, parts.Length == 1 ? 1 : int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>An enumeration's value as the API writes it: "MOBILE_MONEY".</summary>
    private static T Word<T>(string text) where T : struct, Enum =>
        Enum.GetValues<T>().Cast<T?>().FirstOrDefault(value => ApiWords.Of(value!.Value) == text)
        ?? throw new FormatException($"\"{text}\" is not a {typeof(T).Name}.");
}
