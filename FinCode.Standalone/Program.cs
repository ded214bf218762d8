using System.CommandLine;
using FinCode.Standalone.Commands;
using FinCode.Standalone.Kafka;

// The broker reads its own arguments.
if (args is ["broker", .. var rest])
    return await BrokerCommand.RunAsync(rest, CancellationToken.None);

var root = new RootCommand("FinCode on one machine, without containers.")
{
    UpCommand.Create(),
    DemoCommand.Create(),
    LedgerCommand.Create(),
};

// Ctrl-C and SIGTERM are the commands' own business: services stop before servers.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

// Of "ledger", 1 says that books are wrong: arguments that cannot be read are no such thing.
return args is ["ledger", ..] && parsed.Errors.Count > 0 ? LedgerCommand.Unreadable : code;
