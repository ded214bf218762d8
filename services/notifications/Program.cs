using FinCode.ServiceDefaults;
using FinCode.Notifications;

return await NotificationsApp.Service.RunAsync(args);
