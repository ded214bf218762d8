using FinCode.Ledger.Proofs.Verification;
using Npgsql;

namespace FinCode.Ledger.Proofs;

/// <summary>What is to be verified, and by what.</summary>
public sealed record LedgerVerificationRequest
{
    /// <summary>The ledger's database; this or <see cref="Export"/>.</summary>
    public string? Connection { get; init; }

    /// <summary>A file of records.</summary>
    public string? Export { get; init; }

    /// <summary>Checkpoints that were kept outside the database: a file of JWS lines, or a folder of such.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Public keys: a JWKS, or PEM. Without them signatures are not looked at.</summary>
    public string? Keys { get; init; }
}

/// <summary>
/// Verifies books without the code that writes them: everything is derived anew from the records, and the first thing
/// that is wrong is named.
/// </summary>
public static class LedgerVerification
{
    public const int Fine = 0;
    public const int Wrong = 1;
    public const int Unreadable = 2;

    /// <param name="request">What is to be verified.</param>
    /// <param name="output">Gets the result: what was verified, or the sentence that says what is wrong.</param>
    /// <param name="progress">Hears now and then how far it is.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns><see cref="Fine"/>, <see cref="Wrong"/> or <see cref="Unreadable"/>.</returns>
    public static int Run(
        LedgerVerificationRequest request, TextWriter output, TextWriter progress, CancellationToken cancellationToken)
    {
        try
        {
            if ((request.Connection is null) == (request.Export is null))
                throw new UnreadableException("Say what to verify: a database, or an export.");
            using var keys = request.Keys is { } path ? CheckpointKeys.Read(path) : null;
            var outside = request.Checkpoints is { } place
                ? OutsideCheckpoints.Read(place, keys)
                : OutsideCheckpoints.None;
            var counter = new VerificationProgress(progress, TimeProvider.System);
            if (request.Connection is { } connection)
                RunTables(connection, outside, keys, counter, output, cancellationToken);
            else
                RunExport(request.Export!, outside, keys, counter, output, cancellationToken);
            if (keys is null)
                output.WriteLine("Signatures were not looked at: no keys were given.");
            return Fine;
        }
        catch (WrongBookException wrong)
        {
            output.WriteLine($"WRONG. {wrong.Message}");
            return Wrong;
        }
        catch (Exception exception) when (exception is UnreadableException or NpgsqlException or IOException
            or UnauthorizedAccessException)
        {
            output.WriteLine($"Cannot verify: {exception.Message}");
            return Unreadable;
        }
    }

    private static void RunTables(
        string connection, OutsideCheckpoints outside, CheckpointKeys? keys, VerificationProgress counter,
        TextWriter output, CancellationToken cancellationToken)
    {
        using var tables = TableSnapshot.Open(connection);
        var verification = new TableVerification(tables, outside, keys, counter);
        try
        {
            verification.Run(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidCastException or OverflowException
            or ArgumentOutOfRangeException)
        {
            throw new WrongBookException(
                $"After {counter.Records} records: a column holds a value that none may have.");
        }
        output.WriteLine($"Fine: {verification.Books} books, {counter.Summary()}.");
        output.WriteLine($"Compared with {verification.Inside} checkpoints inside the database and "
            + $"{verification.Outside} of {outside.Count} outside.");
        output.WriteLine($"{verification.Rows} rows beside the logs are as they were written.");
    }

    private static void RunExport(
        string path, OutsideCheckpoints outside, CheckpointKeys? keys, VerificationProgress counter,
        TextWriter output, CancellationToken cancellationToken)
    {
        using var export = File.OpenRead(path);
        var verification = new ExportVerification(outside, keys, counter);
        verification.Run(export, cancellationToken);
        output.WriteLine($"Fine: {verification.Books} books, {counter.Summary()}.");
        output.WriteLine($"Compared with {verification.Compared} of {outside.Count} checkpoints.");
        if (verification.BooksWithoutRecords > 0)
            output.WriteLine(
                $"There are checkpoints of {verification.BooksWithoutRecords} books that the export does not hold.");
    }
}
