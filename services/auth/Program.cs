using FinCode.ServiceDefaults;
using FinCode.Auth;

return await AuthApp.Service.RunAsync(args);
