using System.Security.Cryptography;
using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Instructions;
using FinCode.Sandbox.Storage;

namespace FinCode.Sandbox.Identities;

/// <summary>Sessions of an identity provider: one for each reference, finished once.</summary>
internal sealed class IdentityDesk(Book book, CallbackQueue callbacks, SandboxSettings settings, TimeProvider clock)
{
    /// <summary>Sessions kept at most.</summary>
    internal const int MaxSessions = 100_000;

    private const int SessionBytes = 16;
    private const int MagicLength = 4;
    private const int RepeatedCallbacks = 3;

    /// <summary>Null when the reference stands for another request, or when there is no room for one more.</summary>
    public IdentitySession? Open(string reference, string fullName, string callbackUrl, string digest)
    {
        lock (book.Gate)
        {
            if (book.Identities.TryGetValue(reference, out var known))
                return known.Digest == digest ? known : null;
            if (book.Identities.Count >= MaxSessions)
                return null;
            var magic = fullName.Replace(" ", "", StringComparison.Ordinal);
            var session = new IdentitySession(reference,
                $"ids_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SessionBytes))}", callbackUrl, digest,
                magic.Length >= MagicLength ? magic[^MagicLength..] : "");
            if (Magic.Of(session.Magic) == Behaviour.Works)
                session = session with { Magic = "" };
            book.Record(new IdentityRecorded(session));
            return session;
        }
    }

    public IdentitySession? Find(string reference)
    {
        lock (book.Gate)
            return book.Identities.GetValueOrDefault(reference);
    }

    public IdentitySession? FindBySession(string sessionId)
    {
        lock (book.Gate)
            return book.FindIdentity(sessionId);
    }

    /// <summary>Null when there is no such session, or it is finished already.</summary>
    public IdentitySession? Finish(string sessionId, SandboxIdentityFinish finish)
    {
        lock (book.Gate)
        {
            if (book.FindIdentity(sessionId) is not { FinishedAt: null } session)
                return null;
            var now = clock.GetUtcNow();
            var behaviour = Magic.Of(session.Magic);
            IdentityStatus? end = finish.Outcome switch
            {
                IdentityOutcome.Refused => IdentityStatus.Refused,
                IdentityOutcome.Review => IdentityStatus.Review,
                IdentityOutcome.Never => null,
                _ => IdentityStatus.Approved,
            };
            var at = now + (finish.Outcome == IdentityOutcome.Late ? settings.SlowAnswer : settings.CallbackDelay);
            var finished = session with
            {
                FinishedAt = now,
                End = end,
                EndedAt = end is null ? null : at,
                DocumentType = finish.DocumentType ?? "PASSPORT",
                DocumentExpiresOn = finish.ExpiresOn ?? DateOnly.FromDateTime(now.UtcDateTime).AddYears(5),
            };
            book.Record(new IdentityRecorded(finished));
            if (end is not null && behaviour != Behaviour.NoCallback)
                callbacks.Schedule(session.CallbackUrl,
                    finished.ToAnswer(at, null) with { EventId = $"evt_{Guid.CreateVersion7(now):N}" }, at,
                    behaviour == Behaviour.CallbackThreeTimes ? RepeatedCallbacks : 1);
            return finished;
        }
    }
}
