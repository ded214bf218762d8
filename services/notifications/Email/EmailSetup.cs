using FinCode.Notifications.Jobs;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Email;

/// <summary>E-mail as a part of the service; switched off, it writes nothing down and sends nothing.</summary>
internal static partial class EmailSetup
{
    public static void Add(WebApplicationBuilder builder, TimeSpan pollInterval)
    {
        var settings = EmailSettings.Read(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(settings);
        SenderAddresses.Add(builder);
        services.AddSingleton<EmailTexts>();
        services.AddScoped<EmailQueue>();
        services.AddScoped<EmailRecords>();
        if (settings.PickupFolder is null)
            services.AddScoped<IMailTransport, SmtpTransport>();
        else
            services.AddScoped<IMailTransport, PickupFolder>();
        services.AddJob<SendEmails>(pollInterval);
    }

    /// <summary>Says once, at start, where e-mail goes.</summary>
    public static void Announce(WebApplication app)
    {
        var settings = app.Services.GetRequiredService<EmailSettings>();
        var logger = app.Services.GetRequiredService<ILogger<SendEmails>>();
        var destination = settings.PickupFolder ?? settings.Smtp?.ToString();
        if (destination is null)
            LogOff(logger);
        else
            LogOn(logger, destination);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "E-mail to customers goes to {Destination}")]
    private static partial void LogOn(ILogger logger, string destination);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "E-mail to customers is off: neither Email:SmtpHost nor Email:PickupFolder is set")]
    private static partial void LogOff(ILogger logger);
}
