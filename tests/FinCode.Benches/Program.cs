using FinCode.Benches;

return await BenchCommand.RunAsync(args);
