using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using FinCode.Standalone.Kafka.Protocol;

namespace FinCode.Standalone.Kafka.Network;

/// <summary>
/// Cuts what a socket delivers into frames. The buffer grows with the bytes that arrive, never with the length that
/// a client merely announces.
/// </summary>
internal sealed class FrameSource(Socket socket, int maxFrameBytes) : IDisposable
{
    private const int LengthBytes = 4;
    private const int UsualBytes = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
    private int _start;
    private int _end;

    private int Buffered => _end - _start;

    /// <summary>The next frame, valid until the next call; null when the client hung up between two frames.</summary>
    /// <param name="began">Called when the first bytes of the frame are there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask<Memory<byte>?> ReadAsync(Action began, CancellationToken cancellation)
    {
        if (Buffered == 0)
            Shrink();
        if (Buffered == 0 && !await ReceiveAsync(LengthBytes, cancellation))
            return null;
        began();
        await FillAsync(LengthBytes, cancellation);
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (length <= 0 || length > maxFrameBytes)
            throw new MalformedRequestException($"a frame of {length} bytes is not taken");
        await FillAsync(LengthBytes + length, cancellation);
        var frame = _buffer.AsMemory(_start + LengthBytes, length);
        _start += LengthBytes + length;
        return frame;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellation)
    {
        while (Buffered < count)
        {
            if (!await ReceiveAsync(count, cancellation))
                throw new MalformedRequestException("the connection ended inside a frame");
        }
    }

    private async ValueTask<bool> ReceiveAsync(int wanted, CancellationToken cancellation)
    {
        MakeRoom(wanted);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellation);
        _end += read;
        return read > 0;
    }

    private void MakeRoom(int wanted)
    {
        if (_start > 0 && (Buffered == 0 || _buffer.Length - _start < wanted))
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
            (_start, _end) = (0, Buffered);
        }
        if (_end < _buffer.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, maxFrameBytes + LengthBytes));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Shrink()
    {
        (_start, _end) = (0, 0);
        if (_buffer.Length <= 16 * UsualBytes)
            return;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
    }
}
