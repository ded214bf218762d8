using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Email;
using FinCode.Notifications.Model;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Jobs;

/// <summary>
/// Sends e-mails that are due, one after the other over one connection: there is one mail server, and a slow one is
/// slow for all. Whom to write to is asked right before.
/// </summary>
internal sealed partial class SendEmails(
    IServiceScopeFactory scopes, EmailSettings settings, SenderAddresses addresses, EmailTexts texts,
    IMailTransport transport, TimeProvider clock, ILogger<SendEmails> logger) : IJob
{
    private const int Batch = 20;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        if (!settings.IsOn)
            return false;
        var leased = await InScopeAsync(records => records.LeaseAsync(Batch, cancellationToken));
        var isAway = false;
        foreach (var email in leased)
        {
            if (isAway || !HasTime(email))
            {
                await InScopeAsync(records => records.ReleaseAsync(email, cancellationToken));
                continue;
            }
            var outcome = await OutcomeAsync(email, cancellationToken);
            // What was sent is written down also when the process is stopping.
            await RecordAsync(email, outcome);
            // One that is away is not asked for the others: their turn comes with their own lease.
            isAway = outcome.Error is EmailErrors.AddressUnavailable or EmailErrors.ConnectionFailed
                or EmailErrors.Timeout or EmailErrors.TlsFailed or EmailErrors.SignInRefused
                or EmailErrors.FolderFailed;
        }
        return !isAway && leased.Count > 0;
    }

    /// <summary>An e-mail begins within its lease with time to end in it, or not at all.</summary>
    private bool HasTime(LeasedEmail email) => clock.GetUtcNow() + 2 * settings.Timeout
        + TimeSpan.FromSeconds(SenderAddresses.TimeoutSeconds) < email.LeasedUntil;

    /// <summary>One e-mail with which something is wrong holds up no other.</summary>
    private async Task<EmailOutcome> OutcomeAsync(LeasedEmail email, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(email, cancellationToken);
        }
        catch (Exception exception)
            when (!cancellationToken.IsCancellationRequested && exception is not OutOfMemoryException)
        {
            // Its text may name the recipient; only its kind is written down.
            LogFailed(logger, email.Id, exception.GetType().Name);
            return EmailOutcome.Later(EmailErrors.InternalError);
        }
    }

    private async Task<EmailOutcome> TryAsync(LeasedEmail email, CancellationToken cancellationToken)
    {
        SenderAddress? sender;
        try
        {
            sender = await addresses.FindAsync(email.Tenant, email.Transaction, cancellationToken);
        }
        catch (TransientException)
        {
            return EmailOutcome.Later(EmailErrors.AddressUnavailable);
        }
        if (sender is null)
            return EmailOutcome.Skipped(EmailErrors.NoSender);
        if (string.IsNullOrWhiteSpace(sender.Email))
            return EmailOutcome.Skipped(EmailErrors.NoAddress);
        if (!Addresses.TryRead(sender.FullName, sender.Email, out var to))
            return EmailOutcome.Skipped(EmailErrors.AddressInvalid);
        var content = JsonSerializer.Deserialize<WebhookTransaction>(email.Content, ContractJson.Options)!;
        using var message = texts.Compose(email.Id, email.Kind, content, to);
        return await transport.SendAsync(email.Id, message, cancellationToken);
    }

    private async Task RecordAsync(LeasedEmail email, EmailOutcome outcome)
    {
        if (!await InScopeAsync(records => records.RecordAsync(email, outcome, CancellationToken.None)))
            LogLeaseLost(logger, email.Id);
        else if (outcome.Status is EmailStatus.Pending or EmailStatus.Failed)
            LogNotTaken(logger, email.Id, email.Transaction, email.Tries + 1, outcome.Error);
    }

    /// <summary>One unit of work.</summary>
    private async Task<TResult> InScopeAsync<TResult>(Func<EmailRecords, Task<TResult>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<EmailRecords>());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{EmailId} could not be written or sent: {Kind}")]
    private static partial void LogFailed(ILogger logger, CustomerEmailId emailId, string kind);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{EmailId} took longer than its lease")]
    private static partial void LogLeaseLost(ILogger logger, CustomerEmailId emailId);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{EmailId} about {TransactionId} was not taken at try {Try}: {Error}")]
    private static partial void LogNotTaken(
        ILogger logger, CustomerEmailId emailId, TransactionId transactionId, int @try, string? error);
}
