using FinCode.Standalone.Kafka;

return args switch
{
    ["broker", .. var rest] => await BrokerCommand.RunAsync(rest, CancellationToken.None),
    _ => 2,
};
