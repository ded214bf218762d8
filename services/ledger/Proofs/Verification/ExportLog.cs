namespace FinCode.Ledger.Proofs.Verification;

/// <summary>A line of an export, as its record or with what is wrong about it.</summary>
internal readonly record struct ExportLine(byte[] Line, LogRecord? Record, string? Wrong);

/// <summary>The lines of an export, one after another.</summary>
internal sealed class ExportLog(Stream stream)
{
    /// <summary>No record is longer: a line beyond this is none.</summary>
    private const int MaxLineBytes = 64 * 1024 * 1024;

    private const int FirstBufferBytes = 1024 * 1024;

    private readonly RepeatedTexts _texts = new();

    /// <exception cref="UnreadableException">A line does not end.</exception>
    public IEnumerable<ExportLine> Read()
    {
        foreach (var line in Lines())
            yield return Read(line.ToArray());
    }

    private ExportLine Read(byte[] line)
    {
        try
        {
            return new ExportLine(line, LineReader.Read(line, _texts) ?? RecordReader.Read(line), null);
        }
        catch (FormatException exception)
        {
            return new ExportLine(line, null, exception.Message);
        }
    }

    /// <summary>Each is valid until the next is read.</summary>
    private IEnumerable<ReadOnlyMemory<byte>> Lines()
    {
        var buffer = new byte[FirstBufferBytes];
        var (start, end) = (0, 0);
        while (true)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return buffer.AsMemory(start, length);
                start += length + 1;
                continue;
            }
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            else if (end == buffer.Length)
            {
                if (buffer.Length >= MaxLineBytes)
                    throw new UnreadableException($"A line is longer than {MaxLineBytes} bytes: this is no export.");
                Array.Resize(ref buffer, buffer.Length * 2);
            }
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                break;
            end += read;
        }
        if (end > start)
            throw new UnreadableException("The last line has no end: the export is cut off.");
    }
}
