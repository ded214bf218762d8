namespace FinCode.Ledger.Proofs.Verification;

/// <summary>A record of a log, as docs/ledger-log.md describes it; amounts in minor units, times in UTC.</summary>
internal abstract class LogRecord
{
    public required Guid Book { get; init; }

    public required long Position { get; init; }

    public required DateTime BookedAt { get; init; }

    public required string? BookedBy { get; init; }

    public required string? ApprovedBy { get; init; }
}

internal sealed class LoggedEntry : LogRecord
{
    public required Guid Id { get; init; }

    public required string Key { get; init; }

    public required byte[] ContentHash { get; init; }

    public required Guid? Transaction { get; init; }

    public required string Step { get; init; }

    public required long Number { get; init; }

    /// <summary>One of <see cref="EntryKinds"/>.</summary>
    public required string Kind { get; init; }

    public required long? Resolves { get; init; }

    public required long? Reverses { get; init; }

    public required DateOnly ValueDate { get; init; }

    public required DateTime? ExpiresAt { get; init; }

    public required string? Reference { get; init; }

    public required string? Description { get; init; }

    /// <summary>These two stand apart from the rest, and are put in when they have been read.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Metadata { get; set; }

    public LoggedLeg[] Legs { get; set; } = [];
}

internal readonly record struct LoggedLeg(
    LoggedName Account, bool IsDebit, long Amount, long PreviousBalance, long NewBalance, long NewAvailable);

/// <summary>What an account is called: it is looked up for each leg, so its hash code is worked out once.</summary>
internal sealed class LoggedName(string code, string currency) : IEquatable<LoggedName>
{
    private readonly int _hashCode = HashCode.Combine(code, currency);

    public string Code { get; } = code;

    public string Currency { get; } = currency;

    /// <summary>The same as it is written in a line, once somebody wrote it.</summary>
    public byte[]? Written { get; set; }

    public bool Equals(LoggedName? other) => ReferenceEquals(this, other)
        || (other is not null && Code == other.Code && Currency == other.Currency);

    public override bool Equals(object? obj) => Equals(obj as LoggedName);

    public override int GetHashCode() => _hashCode;
}

/// <summary>An account that was opened or changed: the whole of it as it is from then on.</summary>
internal sealed class LoggedAccount : LogRecord
{
    public required bool IsOpening { get; init; }

    public required LoggedName Name { get; init; }

    public string Account => Name.Code;

    public string Currency => Name.Currency;

    public required bool IsDebitNormal { get; init; }

    public required string Class { get; init; }

    public required string Status { get; init; }

    public required string? Owner { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>>? Metadata { get; init; }

    public required long? Minimum { get; init; }

    public required long? Maximum { get; init; }
}

/// <summary>Nothing is booked with a value date up to and including this day any more.</summary>
internal sealed class LoggedPeriod : LogRecord
{
    public required DateOnly Until { get; init; }
}

/// <summary>Hashes of rows beside the log that came since the last such record.</summary>
internal sealed class LoggedSeal : LogRecord
{
    public required long Count { get; init; }

    public required byte[] Digest { get; init; }
}

internal static class EntryKinds
{
    public const string Posted = "POSTED";
    public const string Pending = "PENDING";
    public const string Lien = "LIEN";
    public const string Voided = "VOIDED";
}

internal static class AccountStatuses
{
    public const string Activated = "ACTIVATED";
    public const string Frozen = "FROZEN";
    public const string Closed = "CLOSED";
}
