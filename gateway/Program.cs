using FinCode.ServiceDefaults;
using FinCode.Gateway;

return await GatewayApp.Service.RunAsync(args);
