using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>How an e-mail leaves. One instance sends one batch.</summary>
internal interface IMailTransport
{
    /// <summary>
    /// Hands an e-mail over. What went wrong is an outcome, never an exception, and says nothing about the recipient.
    /// </summary>
    Task<EmailOutcome> SendAsync(CustomerEmailId id, MimeMessage message, CancellationToken cancellationToken);
}
