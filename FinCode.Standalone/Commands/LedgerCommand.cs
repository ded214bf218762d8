using System.CommandLine;
using FinCode.Ledger.Proofs;

namespace FinCode.Standalone.Commands;

/// <summary>
/// <c>ledger verify</c>, <c>ledger export</c> and <c>ledger checkpoints</c>: work on a database, a topic or files and
/// start nothing. A connection string may come from the environment instead, so that its password is in no list of
/// processes.
/// </summary>
internal static class LedgerCommand
{
    /// <summary>The exit code when there is nothing that could be looked at.</summary>
    public const int Unreadable = LedgerVerification.Unreadable;

    private const string ConnectionVariable = "FINCODE_LEDGER_CONNECTION";

    public static Command Create() => new("ledger", "Verifies books, or writes them to a file.")
    {
        CreateVerify(),
        CreateExport(),
        CreateCheckpoints(),
    };

    private static Command CreateVerify()
    {
        var connection = Connection();
        var export = new Option<string?>("--export")
        {
            Description = "A file of ledger export, instead of a database.",
        };
        var checkpoints = new Option<string?>("--checkpoints")
        {
            Description = "Checkpoints kept outside the database: a file with a JWS a line, or a folder of .jws files.",
        };
        var keys = Keys();
        var command = new Command(
            "verify", "Derives everything anew from the records and names the first thing that is wrong."
            + " Exit code: 0 fine, 1 something is wrong, 2 cannot read.")
        {
            connection, export, checkpoints, keys,
        };
        command.SetAction(parsed =>
        {
            using var signals = new EndSignals();
            var file = parsed.GetValue(export);
            var request = new LedgerVerificationRequest
            {
                Connection = parsed.GetValue(connection) ?? (file is null ? FromEnvironment() : null),
                Export = file,
                Checkpoints = parsed.GetValue(checkpoints),
                Keys = parsed.GetValue(keys),
            };
            return Run(() => LedgerVerification.Run(request, Console.Out, Console.Error, signals.Token));
        });
        return command;
    }

    private static Command CreateExport()
    {
        var connection = Connection();
        var output = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var tenant = new Option<string?>("--tenant") { Description = "One book: prn_... or a UUID; all otherwise." };
        tenant.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && TenantOf(result.Tokens[0].Value) is null)
                result.AddError("A tenant is prn_ and 32 hexadecimal digits, or a UUID.");
        });
        var command = new Command("export", "Writes books as lines of JSON, as docs/ledger-log.md describes.")
        {
            connection, output, tenant,
        };
        command.SetAction(parsed =>
        {
            using var signals = new EndSignals();
            if ((parsed.GetValue(connection) ?? FromEnvironment()) is not { } database)
            {
                Console.Error.WriteLine($"Say which database: --connection, or {ConnectionVariable}.");
                return Unreadable;
            }
            return Run(() => LedgerExport.Run(
                database, parsed.GetValue(tenant) is { } text ? TenantOf(text) : null, parsed.GetValue(output)!,
                Console.Out, Console.Error, signals.Token));
        });
        return command;
    }

    private static Command CreateCheckpoints()
    {
        var keys = Keys();
        var command = CollectCommand.Create(
            "checkpoints", "Writes the checkpoints of the audit topic that a folder does not have, for verify to read."
            + " Exit code: 0 fine, 2 cannot be done.",
            (kafka, folder, parsed, ending) =>
                CheckpointCollector.Run(kafka, folder, parsed.GetValue(keys), Console.Out, ending));
        command.Add(keys);
        return command;
    }

    private static Option<string?> Keys() => new("--keys")
    {
        Description = "Public keys of checkpoints: the JWKS of /v1/ledger/signing-keys, or PEM.",
    };

    private static Option<string?> Connection() => new("--connection")
    {
        Description = $"The ledger's database, as Npgsql writes it (Host=...;Database=...); or {ConnectionVariable}.",
    };

    private static string? FromEnvironment() => Environment.GetEnvironmentVariable(ConnectionVariable);

    private static Guid? TenantOf(string text) =>
        TenantId.TryParse(text, null, out var tenant) ? tenant.Value : Guid.TryParse(text, out var id) ? id : null;

    private static int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Ended before it was through.");
            return Unreadable;
        }
    }
}
