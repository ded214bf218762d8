using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// What has to be known of each entry when a later one reverses it, in a file: memory does not grow with the log. A
/// position has 32 bytes: what the entry is, and its legs or their digest.
/// </summary>
internal sealed class EntryFacts : IDisposable
{
    private const int Bytes = 32;
    private const int BufferedPositions = 4096;

    /// <summary>The last byte that is kept of a digest: how many legs there are.</summary>
    private const int CountAt = Bytes - 2;

    private readonly FileStream _file = TemporaryFile.Create();
    private readonly byte[] _tail = new byte[Bytes * BufferedPositions];
    private long _flushed;
    private long _count;

    public enum Fact : byte
    {
        NotAnEntry,
        Reversible,
        NotReversible,
        Reversed,
    }

    /// <summary>Forgets everything: another book begins.</summary>
    public void Clear()
    {
        _file.SetLength(0);
        _flushed = 0;
        _count = 0;
    }

    /// <summary>Says what stands at the next position.</summary>
    public void Add(Fact fact, ReadOnlySpan<byte> digest)
    {
        if (_count - _flushed == BufferedPositions)
        {
            RandomAccess.Write(_file.SafeFileHandle, _tail, _flushed * Bytes);
            _flushed = _count;
        }
        var place = _tail.AsSpan((int)(_count - _flushed) * Bytes, Bytes);
        place[0] = (byte)fact;
        digest[..(Bytes - 1)].CopyTo(place[1..]);
        _count++;
    }

    /// <summary>Takes note that the entry was reversed, when it can be and the legs are the right ones.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Reverse(long position, ReadOnlySpan<byte> digestOfExchangedLegs)
    {
        Span<byte> place = stackalloc byte[Bytes];
        var isBuffered = position - 1 >= _flushed;
        if (isBuffered)
            _tail.AsSpan((int)(position - 1 - _flushed) * Bytes, Bytes).CopyTo(place);
        else
            RandomAccess.Read(_file.SafeFileHandle, place, (position - 1) * Bytes);
        if ((Fact)place[0] == Fact.Reversed)
            return "it reverses an entry that was reversed before";
        if ((Fact)place[0] != Fact.Reversible)
            return "it reverses a record that is not a posted entry, or is a reversal itself";
        if (!digestOfExchangedLegs[..(Bytes - 1)].SequenceEqual(place[1..]))
            return "its legs are not those of the entry that it reverses with the sides exchanged";
        if (isBuffered)
            _tail[(int)(position - 1 - _flushed) * Bytes] = (byte)Fact.Reversed;
        else
            RandomAccess.Write(_file.SafeFileHandle, [(byte)Fact.Reversed], (position - 1) * Bytes);
        return null;
    }

    /// <summary>
    /// What tells legs from other ones: accounts, sides (or the other ones) and amounts, in their order. Two legs stand
    /// there as they are, of more it is a digest; how many there are says which.
    /// </summary>
    public static void Digest(
        LoggedLeg[] legs, ReadOnlySpan<VerifiedAccount> accounts, bool exchanged, Span<byte> digest)
    {
        const int bytesPerLeg = 13;
        const int mostOnStack = 16;
        var content = legs.Length <= mostOnStack
            ? stackalloc byte[mostOnStack * bytesPerLeg]
            : new byte[legs.Length * bytesPerLeg];
        content = content[..(legs.Length * bytesPerLeg)];
        for (var i = 0; i < legs.Length; i++)
        {
            var place = content[(i * bytesPerLeg)..];
            BinaryPrimitives.WriteInt32LittleEndian(place, accounts[i].Index);
            place[4] = legs[i].IsDebit != exchanged ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt64LittleEndian(place[5..], legs[i].Amount);
        }
        digest.Clear();
        if (content.Length <= CountAt)
            content.CopyTo(digest);
        else
            SHA256.HashData(content, digest);
        digest[CountAt] = (byte)Math.Min(legs.Length, byte.MaxValue);
    }

    public void Dispose() => _file.Dispose();
}

internal static class TemporaryFile
{
    /// <summary>A file that is gone when it is closed, also when the process is killed.</summary>
    public static FileStream Create(int bufferBytes = 1)
    {
        var path = Path.Combine(Path.GetTempPath(), $"fincode-verify-{Guid.CreateVersion7():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = bufferBytes,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }
}
