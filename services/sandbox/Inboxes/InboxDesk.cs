using FinCode.Sandbox.Storage;

namespace FinCode.Sandbox.Inboxes;

/// <summary>A partner's webhook receiver: keeps what comes and says whether the signature was right.</summary>
internal sealed class InboxDesk(Book book, TimeProvider clock)
{
    /// <summary>Inboxes at most.</summary>
    internal const int MaxInboxes = 1_000;

    /// <summary>False when there are too many inboxes already.</summary>
    public bool TrySet(string name, string? secret, int failFirst)
    {
        lock (book.Gate)
        {
            if (!book.Inboxes.ContainsKey(name) && book.Inboxes.Count >= MaxInboxes)
                return false;
            book.Record(new InboxSet(name, secret, failFirst));
            return true;
        }
    }

    /// <summary>Keeps the request and says what to answer; null when there are too many inboxes already.</summary>
    public int? Receive(string name, IReadOnlyDictionary<string, string> headers, string body)
    {
        lock (book.Gate)
        {
            var inbox = book.Inboxes.GetValueOrDefault(name);
            if (inbox is null && book.Inboxes.Count >= MaxInboxes)
                return null;
            var answer = inbox?.FailuresLeft > 0
                ? StatusCodes.Status500InternalServerError
                : StatusCodes.Status204NoContent;
            var webhook = new ReceivedWebhook(clock.GetUtcNow(), headers, body, answer, Verified: null);
            if (inbox?.Secret is { } secret)
                webhook = webhook with { Verified = webhook.IsSignedBy(secret) };
            book.Record(new WebhookStored(name, webhook));
            return answer;
        }
    }

    /// <summary>Oldest first; empty for a name that nothing came to.</summary>
    public IReadOnlyList<ReceivedWebhook> List(string name)
    {
        lock (book.Gate)
            return book.Inboxes.TryGetValue(name, out var inbox) ? [.. inbox.Received] : [];
    }
}
