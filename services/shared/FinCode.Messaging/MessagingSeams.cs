namespace FinCode.Messaging;

/// <summary>The moments at which a crash is most interesting; nothing happens there in production.</summary>
internal sealed class MessagingSeams
{
    /// <summary>The effects are committed, the offsets are not.</summary>
    public Action? BeforeOffsetCommit { get; init; }
}
