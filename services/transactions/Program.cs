using FinCode.ServiceDefaults;
using FinCode.Transactions;

return await TransactionsApp.Service.RunAsync(args);
