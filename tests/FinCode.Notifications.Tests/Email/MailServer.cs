using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace FinCode.Notifications.Tests.Email;

/// <summary>What the server does with a message to an address; one step per message, then it takes it.</summary>
public enum MailStep
{
    Take,

    /// <summary>451 to the recipient.</summary>
    Busy,

    /// <summary>550 to the recipient, naming it as servers do.</summary>
    Unknown,

    /// <summary>554 to the message.</summary>
    RefuseMessage,

    /// <summary>Takes it, and hangs up without a word.</summary>
    TakeAndVanish,
}

/// <summary>A mail server (RFC 5321), as much of it as is needed; what it does goes by the recipient.</summary>
public sealed class MailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<MailStep>> _scripts = new();
    private readonly ConcurrentQueue<(string Recipient, MimeMessage Message)> _taken = new();
    private readonly Task _accepting;

    public MailServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Script(string address, params MailStep[] steps) => _scripts[address] = new(steps);

    public IReadOnlyList<MimeMessage> To(string address) =>
        [.. _taken.Where(taken => taken.Recipient == address).Select(taken => taken.Message)];

    public IReadOnlyList<string> Recipients => [.. _taken.Select(taken => taken.Recipient)];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 ready");
                await ConverseAsync(reader, writer);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client hung up.
            }
        }
    }

    private async Task ConverseAsync(StreamReader reader, StreamWriter writer)
    {
        var (recipient, step) = ("", MailStep.Take);
        while (await reader.ReadLineAsync(_stopping.Token) is { } line)
        {
            if (line.StartsWith("RCPT TO:", StringComparison.Ordinal))
            {
                recipient = line["RCPT TO:<".Length..line.IndexOf('>', StringComparison.Ordinal)];
                step = _scripts.TryGetValue(recipient, out var steps) && steps.TryDequeue(out var next)
                    ? next
                    : MailStep.Take;
            }
            else if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                _taken.Enqueue((recipient, await ReadMessageAsync(reader)));
                if (step == MailStep.TakeAndVanish)
                    return;
            }
            await writer.WriteLineAsync(Answer(line, recipient, step));
            if (line == "QUIT")
                return;
        }
    }

    private static string Answer(string line, string recipient, MailStep step) =>
        (line.Split(' ', ':')[0], step) switch
        {
            ("RCPT", MailStep.Busy) => "451 try again later",
            ("RCPT", MailStep.Unknown) => $"550 <{recipient}> nobody of that name",
            ("DATA", MailStep.RefuseMessage) => $"554 not for {recipient}",
            ("QUIT", _) => "221 bye",
            _ => "250 fine",
        };

    private static async Task<MimeMessage> ReadMessageAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        return await MimeMessage.LoadAsync(bytes);
    }
}
