using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Proofs.Verification;
using FinCode.Messaging;
using FinCode.Messaging.Collecting;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// Checkpoints from the audit topic to files, as the service itself appends them: for whoever keeps them where the
/// service cannot write. Only what the folder does not have is written, also beside another of the same size: the
/// verifier has to see both.
/// </summary>
public static class CheckpointCollector
{
    private const int LinesAtOnce = 10_000;

    /// <param name="kafka">Where the topic is.</param>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <param name="keysPath">
    /// Public keys, as <see cref="LedgerVerificationRequest.Keys"/>: what they did not sign is not written. Null:
    /// signatures are not looked at.
    /// </param>
    /// <param name="output">Gets a sentence about the result.</param>
    /// <param name="cancellationToken">Ends it early; what was written stays and is whole.</param>
    /// <returns>
    /// <see cref="LedgerVerification.Fine"/>, or <see cref="LedgerVerification.Unreadable"/> when it cannot be done.
    /// </returns>
    public static int Run(
        KafkaAddress kafka, string path, string? keysPath, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            using var keys = keysPath is null ? null : CheckpointKeys.Read(keysPath);
            Directory.CreateDirectory(path);
            using var folder = CheckpointFolder.TryOpen(path)
                ?? throw new UnreadableException($"{path} cannot be written, or another process is writing there.");
            using var topic = KeptTopic.Open(kafka, LedgerCheckpointed.Topic);
            Collect(topic, folder, keys, output, path, cancellationToken);
            foreach (var remark in topic.Remarks())
                output.WriteLine(remark);
            return LedgerVerification.Fine;
        }
        catch (Exception exception) when (exception is UnreadableException or TopicException or IOException
            or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            output.WriteLine($"Cannot collect checkpoints: {exception.Message}");
            return LedgerVerification.Unreadable;
        }
    }

    private static void Collect(
        KeptTopic topic, CheckpointFolder folder, CheckpointKeys? keys, TextWriter output, string path,
        CancellationToken cancellationToken)
    {
        var known = KnownLines.Of(folder.ReadLines());
        var (next, found, written, others) = (new List<SignedCheckpoint>(), 0L, 0L, 0L);
        foreach (var told in topic.Read<LedgerCheckpointed>(cancellationToken))
        {
            if (Find(told.Jws, keys) is not { } signed)
            {
                others++;
                continue;
            }
            found++;
            if (!known.Add(signed.Jws))
                continue;
            next.Add(signed);
            written++;
            if (next.Count < LinesAtOnce)
                continue;
            folder.Append(next);
            next.Clear();
        }
        folder.Append(next);
        output.WriteLine($"Wrote {written} checkpoints to {path}; the topic has {found}.");
        if (others > 0)
            output.WriteLine(keys is null
                ? $"{others} messages hold no checkpoint and were left out."
                : $"{others} messages hold no checkpoint that one of the keys signed, and were left out.");
    }

    private static SignedCheckpoint? Find(string? jws, CheckpointKeys? keys)
    {
        // Nothing but a JWS is a line of the file; the reader alone would take one with a line end inside.
        if (jws is null || !jws.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            return null;
        try
        {
            var content = Checkpoint.Read(jws);
            return keys?.Check(jws, content) is null ? new SignedCheckpoint(content, jws) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
