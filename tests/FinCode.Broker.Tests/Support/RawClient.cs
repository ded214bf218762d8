using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Broker.Tests.Support;

/// <summary>Speaks the protocol by hand, for what no well-behaved client does.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(IPAddress.Loopback, port);
        return client;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>
    /// Sends a request in a version that is not flexible and gives its answer from behind the header.
    /// </summary>
    public async Task<ProtocolReader> CallAsync(ApiKey key, short version, Action<ProtocolWriter> body)
    {
        await SendAsync(Request(key, version, body));
        return await ReceiveAsync() ?? throw new IOException("The broker closed the connection.");
    }

    public static byte[] Request(ApiKey key, short version, Action<ProtocolWriter> body)
    {
        using var writer = new ProtocolWriter();
        writer.Int16((int)key);
        writer.Int16(version);
        writer.Int32(7);
        writer.String("raw");
        body(writer);
        return writer.Frame().ToArray();
    }

    /// <summary>The next answer, or null when the broker closed the connection.</summary>
    public async Task<ProtocolReader?> ReceiveAsync()
    {
        var prefix = new byte[8];
        if (!await FillAsync(prefix))
            return null;
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix) - 4];
        return await FillAsync(body) ? new ProtocolReader(body) : null;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<bool> FillAsync(Memory<byte> target)
    {
        using var patience = new CancellationTokenSource(Clients.Patience);
        try
        {
            while (!target.IsEmpty)
            {
                var read = await _socket.ReceiveAsync(target, SocketFlags.None, patience.Token);
                if (read == 0)
                    return false;
                target = target[read..];
            }
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
