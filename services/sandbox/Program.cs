using FinCode.ServiceDefaults;
using FinCode.Sandbox;

return await SandboxApp.Service.RunAsync(args);
