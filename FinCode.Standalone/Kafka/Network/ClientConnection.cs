using System.Net.Sockets;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Network;

/// <summary>
/// One client's connection. Its requests are handled one after another and answered in their order, as Kafka does.
/// Whatever goes wrong ends this connection and nothing else.
/// </summary>
internal sealed class ClientConnection(Socket socket, BrokerState broker) : IDisposable
{
    private const long NoDeadline = long.MaxValue;

    private readonly string _client = socket.RemoteEndPoint?.ToString() ?? "";
    private long _deadline = NoDeadline;

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            using var frames = new FrameSource(socket, broker.Options.MaxFrameBytes);
            using var response = new ProtocolWriter();
            await ServeAsync(frames, response, stopping);
        }
        catch (MalformedRequestException e)
        {
            BrokerLog.Refused(broker.Options.Logger, _client, e.Message);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client left, was too slow, or the broker stops: nothing is to be said about it.
        }
        catch (Exception e)
        {
            BrokerLog.RequestFailed(broker.Options.Logger, e, _client);
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>Closes the socket when the client let its time pass; the pending read or write ends by that.</summary>
    public void CloseIfOverdue()
    {
        if (broker.Time.GetTimestamp() > Volatile.Read(ref _deadline))
            socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private async Task ServeAsync(FrameSource frames, ProtocolWriter response, CancellationToken stopping)
    {
        while (true)
        {
            AllowFor(broker.Options.IdleTimeout);
            if (await frames.ReadAsync(() => AllowFor(broker.Options.TransferTimeout), stopping) is not { } frame)
                return;
            Volatile.Write(ref _deadline, NoDeadline);
            if (!await RequestRouter.HandleAsync(frame, response, broker, _client, stopping))
                continue;
            AllowFor(broker.Options.TransferTimeout);
            var rest = response.Frame();
            while (!rest.IsEmpty)
                rest = rest[await socket.SendAsync(rest, SocketFlags.None, stopping)..];
        }
    }

    private void AllowFor(TimeSpan time) =>
        Volatile.Write(ref _deadline, broker.Time.GetTimestamp() + ToTimestampTicks(time));

    private long ToTimestampTicks(TimeSpan time) =>
        (long)((Int128)time.Ticks * broker.Time.TimestampFrequency / TimeSpan.TicksPerSecond);
}
