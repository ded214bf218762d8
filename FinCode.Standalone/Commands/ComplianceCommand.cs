using System.CommandLine;
using FinCode.Compliance.CaseFiles;

namespace FinCode.Standalone.Commands;

/// <summary>
/// <c>compliance verify</c> and <c>compliance heads</c>: work on a database or a topic and start nothing. The
/// connection string may come from the environment instead, so that its password is in no list of processes.
/// </summary>
internal static class ComplianceCommand
{
    private const string ConnectionVariable = "FINCODE_COMPLIANCE_CONNECTION";

    public static Command Create() => new("compliance", "Verifies the files of cases.")
    {
        CreateVerify(),
        CollectCommand.Create(
            "heads", "Writes the heads of case chains of the audit topic that a folder does not have, for verify to"
            + " read. Exit code: 0 fine, 2 cannot be done.",
            (kafka, folder, _, ending) => CaseHeadCollector.Run(kafka, folder, Console.Out, ending)),
    };

    private static Command CreateVerify()
    {
        var connection = new Option<string?>("--connection")
        {
            Description = $"The database of compliance, as Npgsql writes it (Host=...;Database=...); or "
                + $"{ConnectionVariable}.",
        };
        var heads = new Option<string?>("--heads")
        {
            Description = "A folder with heads of chains that were published (Compliance:CaseHeadsFolder), to compare "
                + "the files with.",
        };
        var command = new Command(
            "verify", "Follows the chain of each case's file and names the first thing that is wrong."
            + " Exit code: 0 fine, 1 something is wrong, 2 cannot read.")
        {
            connection, heads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var signals = new EndSignals();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.Token);
            var database = parsed.GetValue(connection) ?? Environment.GetEnvironmentVariable(ConnectionVariable);
            if (database is null)
            {
                await Console.Error.WriteLineAsync($"Say which database: --connection, or {ConnectionVariable}.");
                return CaseFileVerification.Unreadable;
            }
            try
            {
                return await CaseFileVerification.RunAsync(
                    database, Console.Out, Console.Error, ended.Token, parsed.GetValue(heads));
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("Ended before it was through.");
                return CaseFileVerification.Unreadable;
            }
        });
        return command;
    }
}
