using System.CommandLine;

namespace FinCode.Standalone.Commands;

/// <summary><c>demo [--transfers FILE]</c>: plays the transfers of a file through a platform of its own and checks how each ended.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var transfers = new Option<string>("--transfers")
        {
            Description = "The transfers to play.", DefaultValueFactory = _ => Path.Combine("demo", "transfers.csv"),
        };
        var command = new Command("demo", "Plays the transfers of a file and checks how each ended.") { transfers };
        command.SetAction(parsed => RunAsync(parsed.GetValue(transfers)!));
        return command;
    }

    private static Task<int> RunAsync(string path) => throw new NotImplementedException(path);
}
