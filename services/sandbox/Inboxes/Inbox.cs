namespace FinCode.Sandbox.Inboxes;

/// <summary>A request as it arrived at an inbox.</summary>
/// <param name="Answered">The HTTP status that the sender got.</param>
/// <param name="Verified">Null when no secret was known then.</param>
internal sealed record ReceivedWebhook(
    DateTimeOffset ReceivedAt, IReadOnlyDictionary<string, string> Headers, string Body, int Answered, bool? Verified)
{
    public bool IsSignedBy(string secret) => Signatures.IsOfWebhook(
        secret, Headers.GetValueOrDefault("webhook-id"), Headers.GetValueOrDefault("webhook-timestamp"),
        Headers.GetValueOrDefault("webhook-signature"), Body, ReceivedAt);
}

/// <summary>The last requests that came to one name, oldest first. The book's gate guards it.</summary>
internal sealed class Inbox
{
    /// <summary>Requests kept at most; the oldest go first.</summary>
    internal const int MaxStored = 500;

    private readonly LinkedList<ReceivedWebhook> _received = [];

    public string? Secret { get; private set; }

    /// <summary>How many of the next requests are answered 500.</summary>
    public int FailuresLeft { get; private set; }

    public IEnumerable<ReceivedWebhook> Received => _received;

    /// <summary>What came before any secret was known is checked now.</summary>
    public void Set(string? secret, int failuresLeft)
    {
        Secret = secret;
        FailuresLeft = failuresLeft;
        if (secret is null)
            return;
        for (var node = _received.First; node is not null; node = node.Next)
            if (node.Value.Verified is null)
                node.Value = node.Value with { Verified = node.Value.IsSignedBy(secret) };
    }

    public void Store(ReceivedWebhook webhook)
    {
        if (FailuresLeft > 0)
            FailuresLeft--;
        _received.AddLast(webhook);
        if (_received.Count > MaxStored)
            _received.RemoveFirst();
    }
}
