using FinCode.ServiceDefaults;
using MailKit.Security;
using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>
/// The section <c>Email</c>: <c>From</c>, and either <c>SmtpHost</c> with <c>SmtpPort</c>, <c>SmtpSecurity</c>
/// (STARTTLS, TLS, NONE), <c>SmtpUser</c> and <c>SmtpPassword</c>, or <c>PickupFolder</c>, into which each e-mail is
/// put as a file. Neither: e-mail is off. <c>TimeoutSeconds</c> is of one e-mail.
/// </summary>
internal sealed record EmailSettings(
    MailboxAddress? From, SmtpServer? Smtp, string? PickupFolder, TimeSpan Timeout)
{
    private const int DefaultPort = 587;
    private const int DefaultTimeoutSeconds = 15;

    /// <summary>A lease is longer than two of these and the question for the address.</summary>
    private const int MaxTimeoutSeconds = 30;

    public bool IsOn => From is not null;

    /// <exception cref="InvalidOperationException">A setting is missing or wrong; the sentence says which.</exception>
    public static EmailSettings Read(IConfiguration configuration)
    {
        var host = Text(configuration, "Email:SmtpHost");
        var folder = Text(configuration, "Email:PickupFolder");
        var timeout = TimeSpan.FromSeconds(
            Number(configuration, "Email:TimeoutSeconds", DefaultTimeoutSeconds, MaxTimeoutSeconds));
        if (host is null && folder is null)
            return new EmailSettings(null, null, null, timeout);
        if (host is not null && folder is not null)
            throw new InvalidOperationException("Of the settings Email:SmtpHost and Email:PickupFolder one is given.");
        if (!Addresses.TryRead(configuration.Require("Email:From"), out var from))
            throw new InvalidOperationException(
                "The setting Email:From is an address, such as \"Example <no-reply@example.com>\".");
        // Whom to write to is asked with them.
        configuration.Require("Auth:ServiceClientId");
        configuration.Require("Auth:ServiceClientSecret");
        return new EmailSettings(from, host is null ? null : Server(configuration, host), folder, timeout);
    }

    private static SmtpServer Server(IConfiguration configuration, string host)
    {
        var security = Text(configuration, "Email:SmtpSecurity") switch
        {
            null or "STARTTLS" => SecureSocketOptions.StartTls,
            "TLS" => SecureSocketOptions.SslOnConnect,
            "NONE" => SecureSocketOptions.None,
            _ => throw new InvalidOperationException("The setting Email:SmtpSecurity is STARTTLS, TLS or NONE."),
        };
        var user = Text(configuration, "Email:SmtpUser");
        var password = Text(configuration, "Email:SmtpPassword");
        if (user is null != password is null)
            throw new InvalidOperationException(
                "The settings Email:SmtpUser and Email:SmtpPassword are given together or not at all.");
        if (user is not null && security == SecureSocketOptions.None)
            throw new InvalidOperationException(
                "With Email:SmtpSecurity NONE there is no Email:SmtpUser: the password would travel in clear.");
        return new SmtpServer(
            host, Number(configuration, "Email:SmtpPort", DefaultPort, ushort.MaxValue), security, user, password);
    }

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration configuration, string key, int otherwise, int max) =>
        Text(configuration, key) is not { } text ? otherwise
        : int.TryParse(text, out var value) && value >= 1 && value <= max ? value
        : throw new InvalidOperationException($"The setting {key} is a whole number from 1 to {max}.");
}

/// <summary>Where e-mail is handed over.</summary>
internal sealed record SmtpServer(
    string Host, int Port, SecureSocketOptions Security, string? User, string? Password)
{
    // A record prints all of its fields; the password must not appear in any log.
    public override string ToString() => $"{Host}:{Port}";
}
