using System.Buffers.Binary;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// Gives every idempotent producer a number that was never given before, also over restarts: numbers are reserved in
/// the file by the block before the first of the block is given.
/// </summary>
internal sealed class ProducerIds(string path, bool toDisk)
{
    private const long BlockSize = 1_000;

    private readonly Lock _gate = new();
    private long _next = File.Exists(path) ? BinaryPrimitives.ReadInt64BigEndian(File.ReadAllBytes(path)) : 0;
    private long _reservedTo;

    public long Next()
    {
        lock (_gate)
        {
            if (_next >= _reservedTo)
            {
                var content = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(content, _next + BlockSize);
                AtomicFile.Write(path, content, toDisk);
                _reservedTo = _next + BlockSize;
            }
            return _next++;
        }
    }
}
