namespace FinCode.Notifications.Model;

internal enum DeliveryStatus
{
    Pending,
    Delivered,
    Failed,
    Cancelled,
}

/// <summary>What happened, once, as all endpoints read it.</summary>
internal sealed class WebhookMessage
{
    public required Guid Id { get; init; }

    public required Guid TenantId { get; init; }

    /// <summary>The event it follows from; null for a test.</summary>
    public required Guid? SourceEventId { get; init; }

    public required string Type { get; init; }

    public required Guid? TransactionId { get; init; }

    /// <summary>The JSON exactly as it is signed and sent, each time.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>One message on its way to one endpoint.</summary>
internal sealed class WebhookDelivery
{
    public required Guid Id { get; init; }

    public required Guid TenantId { get; init; }

    public required Guid MessageId { get; init; }

    public required Guid EndpointId { get; init; }

    public required string Type { get; init; }

    public required Guid? TransactionId { get; init; }

    public DeliveryStatus Status { get; private set; }

    /// <summary>Attempts since the delivery began or was asked for again; the place in the retry schedule.</summary>
    public int Tries { get; private set; }

    /// <summary>All attempts there ever were.</summary>
    public int Attempts { get; private set; }

    public required DateTimeOffset NextAttemptAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Due at once, and the retry schedule begins anew.</summary>
    public void Again(DateTimeOffset now)
    {
        Status = DeliveryStatus.Pending;
        Tries = 0;
        NextAttemptAt = now;
    }
}

/// <summary>One request that was sent, and what came back.</summary>
internal sealed class WebhookAttempt
{
    public required Guid DeliveryId { get; init; }

    public required int Number { get; init; }

    public required Guid TenantId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required int DurationMilliseconds { get; init; }

    public required int? StatusCode { get; init; }

    /// <summary>Why there is no status code.</summary>
    public required string? Error { get; init; }

    public required string? ResponseExcerpt { get; init; }
}

/// <summary>What is known of a transaction from its status changes: the public part, which webhooks repeat.</summary>
internal sealed class TransactionView
{
    public required Guid TransactionId { get; init; }

    public required Guid TenantId { get; init; }

    /// <summary>JSON of <see cref="Webhooks.WebhookTransaction"/>, as of the last status change.</summary>
    public required string Content { get; set; }

    /// <summary>Counts the transaction's webhook messages.</summary>
    public required long LastSequence { get; set; }

    /// <summary><c>transaction.failed</c> is said once.</summary>
    public required bool FailureAnnounced { get; set; }
}
