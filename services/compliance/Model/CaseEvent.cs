using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>
/// A text of a person for a case's file, encrypted under the key of the case. The file's chain holds its hash only, so
/// that destroying the key takes the text away and leaves the chain whole.
/// </summary>
internal sealed record SealedText(byte[] Sealed)
{
    public byte[] Hash { get; } = SHA256.HashData(Sealed);
}

/// <summary>What an event of a case says besides its type; most say little.</summary>
/// <param name="Assignee">To whom it was given.</param>
/// <param name="Until">Until when it sleeps, or when it is due.</param>
/// <param name="Terms">What belongs to it in particular, as JSON; no words of people and nothing personal.</param>
internal sealed record CaseEventDetails(
    CaseDecision? Decision = null, string? Assignee = null, DateTimeOffset? Until = null, SealedText? Text = null,
    string? Terms = null)
{
    public static CaseEventDetails None { get; } = new();
}

/// <summary>What the file says of an attachment.</summary>
/// <param name="Size">In bytes, as it was sent.</param>
/// <param name="Sha256">Of the sealed bytes, in hexadecimal.</param>
public sealed record AttachmentTerms(string MediaType, int Size, string Sha256);

/// <summary>
/// What happened in a case: appended, never changed. Each carries the hash of the case's chain up to it: SHA-256 over
/// the hash before (32 bytes; zeros before the first) and the event's line in UTF-8.
/// </summary>
internal sealed record CaseEvent(
    TenantId TenantId, CaseId CaseId, int Number, string Type, string? Actor, CaseDecision? Decision, string? Assignee,
    DateTimeOffset? Until, byte[]? TextHash, DateTimeOffset At, byte[] ChainHash, byte[]? TermsHash = null)
{
    public const string Opened = "OPENED";
    public const string Assigned = "ASSIGNED";
    public const string InvestigationBegun = "INVESTIGATION_BEGUN";
    public const string Noted = "NOTED";
    public const string Attached = "ATTACHED";
    public const string Escalated = "ESCALATED";
    public const string Snoozed = "SNOOZED";
    public const string DueTimeChanged = "DUE_TIME_CHANGED";
    public const string DecisionProposed = "DECISION_PROPOSED";
    public const string ProposalReturned = "PROPOSAL_RETURNED";
    public const string DecisionApproved = "DECISION_APPROVED";
    public const string Superseded = "SUPERSEDED";
    public const string FreezeReported = "FREEZE_REPORTED";
    public const string FreezeEndProposed = "FREEZE_END_PROPOSED";
    public const string FreezeEndReturned = "FREEZE_END_RETURNED";
    public const string FreezeEndApproved = "FREEZE_END_APPROVED";

    public const int HashBytes = 32;

    /// <summary>
    /// The event as it is hashed: its fields in order, each as its length in characters, a colon and its text; a field
    /// that is missing is a dash. Ids are UUIDs in lower case, times are UTC with microseconds. An event with terms is
    /// of format 2 and ends with their hash.
    /// </summary>
    public string Line()
    {
        var line = new StringBuilder();
        Add(TermsHash is null ? "1" : "2");
        Add(TenantId.Value.ToString());
        Add(CaseId.Value.ToString());
        Add(Number.ToString(CultureInfo.InvariantCulture));
        Add(Type);
        Add(Actor);
        Add(Decision?.ToString().ToUpperInvariant());
        Add(Assignee);
        Add(Until is { } until ? Time(until) : null);
        Add(TextHash is null ? null : Convert.ToHexStringLower(TextHash));
        Add(Time(At));
        if (TermsHash is not null)
            Add(Convert.ToHexStringLower(TermsHash));
        return line.ToString();

        void Add(string? text) => _ = text is null
            ? line.Append('-')
            : line.Append(text.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(text);
    }

    public static byte[] HashTerms(string terms) => SHA256.HashData(Encoding.UTF8.GetBytes(terms));

    public static byte[] Chain(ReadOnlySpan<byte> before, string line)
    {
        var bytes = new byte[HashBytes + Encoding.UTF8.GetByteCount(line)];
        before.CopyTo(bytes);
        Encoding.UTF8.GetBytes(line, bytes.AsSpan(HashBytes));
        return SHA256.HashData(bytes);
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
