using FinCode.Ledger.Proofs.Verification;
using Npgsql;

namespace FinCode.Ledger.Proofs;

/// <summary>Writes books as docs/ledger-log.md describes: one line a record, all of one moment.</summary>
public static class LedgerExport
{
    private const int BufferBytes = 1024 * 1024;

    /// <param name="connection">The ledger's database.</param>
    /// <param name="tenant">One book, or null for all.</param>
    /// <param name="path">The file; one that exists is replaced when the export is whole.</param>
    /// <param name="output">Gets a sentence about the result.</param>
    /// <param name="progress">Hears now and then how far it is.</param>
    /// <param name="cancellationToken">Ends it early; no file is left then.</param>
    /// <returns>
    /// As <see cref="LedgerVerification"/>: 0, 1 when rows do not make a log, 2 when it cannot be done.
    /// </returns>
    public static int Run(
        string connection, Guid? tenant, string path, TextWriter output, TextWriter progress,
        CancellationToken cancellationToken)
    {
        var unfinished = path + ".unfinished";
        try
        {
            using var tables = TableSnapshot.Open(connection);
            var counter = new VerificationProgress(progress, TimeProvider.System);
            using (var file = new FileStream(
                unfinished, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            {
                foreach (var book in Books(tables, tenant))
                    Write(tables, book, file, counter, cancellationToken);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
            output.WriteLine($"Exported {counter.Summary()}.");
            return LedgerVerification.Fine;
        }
        catch (WrongBookException wrong)
        {
            output.WriteLine($"Cannot export: {wrong.Message}");
            return LedgerVerification.Wrong;
        }
        catch (Exception exception) when (exception is UnreadableException or NpgsqlException or IOException
            or UnauthorizedAccessException)
        {
            output.WriteLine($"Cannot export: {exception.Message}");
            return LedgerVerification.Unreadable;
        }
        finally
        {
            Remove(unfinished);
        }
    }

    private static List<Guid> Books(TableSnapshot tables, Guid? tenant)
    {
        var books = tables.Read(BookRow.Sql + " order by tenant_id", BookRow.Read).Select(row => row.Book);
        return tenant is null
            ? [.. books]
            : books.Contains(tenant.Value)
                ? [tenant.Value]
                : throw new UnreadableException($"There is no book of {tenant} in this database.");
    }

    private static void Write(
        TableSnapshot tables, Guid book, FileStream file, VerificationProgress counter,
        CancellationToken cancellationToken)
    {
        var writer = new RecordWriter();
        foreach (var found in new TableLog(tables, book).Read(_ => { }))
        {
            file.Write(writer.Write(found.Record));
            file.WriteByte((byte)'\n');
            counter.Count(cancellationToken);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What could not be written need not be there either.
        }
    }
}
