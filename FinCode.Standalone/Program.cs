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
    ComplianceCommand.Create(),
};

// Ctrl-C and SIGTERM are the commands' own business: services stop before servers.
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

// Of what verifies, 1 says that something is wrong there: arguments that cannot be read are no such thing.
return args is ["ledger" or "compliance", ..] && parsed.Errors.Count > 0 ? LedgerCommand.Unreadable : code;
