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
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
