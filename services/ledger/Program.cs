using FinCode.ServiceDefaults;
using FinCode.Ledger;

return await LedgerApp.Service.RunAsync(args);
