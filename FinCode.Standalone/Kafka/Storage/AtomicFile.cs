namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// Small files that are replaced as a whole: a reader finds the old content or the new, never a part.
/// </summary>
internal static class AtomicFile
{
    public static void Write(string path, ReadOnlySpan<byte> content, bool toDisk)
    {
        var temporary = path + ".new";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            if (toDisk)
                RandomAccess.FlushToDisk(handle);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
