namespace FinCode.Notifications.Model;

/// <summary>What a sender is told: one kind a public status, so that those of one status are told alike.</summary>
internal enum EmailKind
{
    BeingProcessed,
    PaidOut,
    CorrectionNeeded,
    RefundUnderWay,
    Refunded,
    Cancelled,
    Expired,
}

internal enum EmailStatus
{
    Pending,

    /// <summary>The mail server, or the folder, has taken it.</summary>
    Sent,

    /// <summary>There is nobody to write to.</summary>
    Skipped,

    /// <summary>Refused for good, or given up.</summary>
    Failed,
}

/// <summary>Why an e-mail was skipped, or what its last try met.</summary>
internal static class EmailErrors
{
    /// <summary>The sender is not known any more.</summary>
    public const string NoSender = "NO_SENDER";
    public const string NoAddress = "NO_ADDRESS";
    public const string AddressInvalid = "ADDRESS_INVALID";

    /// <summary>Who knows the address does not answer.</summary>
    public const string AddressUnavailable = "ADDRESS_UNAVAILABLE";
    public const string RecipientRefused = "RECIPIENT_REFUSED";
    public const string MessageRefused = "MESSAGE_REFUSED";
    public const string SignInRefused = "SIGN_IN_REFUSED";
    public const string TlsFailed = "TLS_FAILED";
    public const string ConnectionFailed = "CONNECTION_FAILED";
    public const string Timeout = "TIMEOUT";
    public const string FolderFailed = "FOLDER_FAILED";
    public const string InternalError = "INTERNAL_ERROR";
}

/// <summary>One e-mail to the sender about one change of the public status. No address is in it.</summary>
internal sealed class CustomerEmail
{
    public required Guid Id { get; init; }

    public required Guid TenantId { get; init; }

    /// <summary>The event it follows from; a unique index allows one e-mail of each.</summary>
    public required Guid SourceEventId { get; init; }

    public required Guid TransactionId { get; init; }

    /// <summary>Of the event among the transaction's.</summary>
    public required long Sequence { get; init; }

    public required EmailKind Kind { get; init; }

    /// <summary>JSON of <see cref="Webhooks.WebhookTransaction"/>, as of the change.</summary>
    public required string Content { get; init; }

    public EmailStatus Status { get; private set; }

    public int Tries { get; private set; }

    public string? Error { get; private set; }

    public required DateTimeOffset NextAttemptAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SettledAt { get; private set; }
}
