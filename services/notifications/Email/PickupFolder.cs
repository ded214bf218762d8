using FinCode.Notifications.Model;
using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>
/// For development: each e-mail is a file, whole or not there, that mail programs open. The same e-mail again is the
/// same file. Nobody but the owner may look into the folder.
/// </summary>
internal sealed class PickupFolder(EmailSettings settings) : IMailTransport
{
    public async Task<EmailOutcome> SendAsync(
        CustomerEmailId id, MimeMessage message, CancellationToken cancellationToken)
    {
        var path = Path.Combine(settings.PickupFolder!, $"{id}.eml");
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(settings.PickupFolder!);
            else
                Directory.CreateDirectory(settings.PickupFolder!,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await message.WriteToAsync(path + ".next", cancellationToken);
            File.Move(path + ".next", path, overwrite: true);
            return EmailOutcome.Sent;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return EmailOutcome.Later(EmailErrors.FolderFailed);
        }
    }
}
