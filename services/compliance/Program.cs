using FinCode.ServiceDefaults;
using FinCode.Compliance;

return await ComplianceApp.Service.RunAsync(args);
