using System.Globalization;
using System.Net.Sockets;
using FinCode.Notifications.Model;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>
/// Sends over one connection that is opened when first needed. Texts of the server are not passed on: they repeat the
/// recipient's address.
/// </summary>
internal sealed class SmtpTransport(EmailSettings settings) : IMailTransport, IAsyncDisposable
{
    private SmtpClient? _client;

    public async Task<EmailOutcome> SendAsync(
        CustomerEmailId id, MimeMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(settings.Timeout);
        try
        {
            if (await ConnectAsync(limit.Token) is { } refusal)
                return refusal;
            await _client!.SendAsync(message, limit.Token);
            return EmailOutcome.Sent;
        }
        catch (SmtpCommandException exception)
        {
            return Refusal(exception);
        }
        catch (ServiceNotAuthenticatedException)
        {
            return EmailOutcome.Later(EmailErrors.SignInRefused);
        }
        catch (NotSupportedException)
        {
            // An address beyond ASCII at a server without SMTPUTF8.
            return EmailOutcome.Refused(EmailErrors.RecipientRefused);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            HangUp();
            return EmailOutcome.Later(EmailErrors.Timeout);
        }
        catch (Exception exception) when (IsConnectionLost(exception))
        {
            HangUp();
            return EmailOutcome.Later(EmailErrors.ConnectionFailed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is null)
            return;
        using var limit = new CancellationTokenSource(settings.Timeout);
        try
        {
            await _client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsConnectionLost(exception))
        {
            // What was sent was answered already.
        }
        HangUp();
    }

    /// <summary>Null when the connection stands.</summary>
    private async Task<EmailOutcome?> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { IsConnected: true })
            return null;
        HangUp();
        var server = settings.Smtp!;
        _client = new SmtpClient { Timeout = (int)settings.Timeout.TotalMilliseconds };
        try
        {
            await _client.ConnectAsync(server.Host, server.Port, server.Security, cancellationToken);
            if (server.User is { } user)
                await _client.AuthenticateAsync(user, server.Password!, cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is SslHandshakeException or NotSupportedException)
        {
            HangUp();
            return EmailOutcome.Later(EmailErrors.TlsFailed);
        }
        catch (Exception exception) when (exception is AuthenticationException or SmtpCommandException)
        {
            HangUp();
            return EmailOutcome.Later(EmailErrors.SignInRefused);
        }
    }

    /// <summary>A 5xx of the recipient or of the message itself is for good; all else may be different later.</summary>
    private static EmailOutcome Refusal(SmtpCommandException exception)
    {
        var status = (int)exception.StatusCode;
        return (status >= 500, exception.ErrorCode) switch
        {
            (true, SmtpErrorCode.RecipientNotAccepted) => EmailOutcome.Refused(EmailErrors.RecipientRefused),
            (true, SmtpErrorCode.MessageNotAccepted) => EmailOutcome.Refused(EmailErrors.MessageRefused),
            _ => EmailOutcome.Later("SMTP_" + status.ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static bool IsConnectionLost(Exception exception) =>
        exception is IOException or SocketException or ProtocolException or ServiceNotConnectedException;

    private void HangUp()
    {
        _client?.Dispose();
        _client = null;
    }
}
