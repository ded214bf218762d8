using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Messaging.Collecting;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// Heads of case chains from the audit topic to files, as the service itself appends them: for whoever keeps them where
/// the service cannot write. Only what the folder does not have is written.
/// </summary>
public static class CaseHeadCollector
{
    private const int LinesAtOnce = 10_000;

    /// <param name="kafka">Where the topic is.</param>
    /// <param name="path">The folder; made if it is not there.</param>
    /// <returns>
    /// <see cref="CaseFileVerification.Fine"/>, or <see cref="CaseFileVerification.Unreadable"/> when it cannot be
    /// done.
    /// </returns>
    public static int Run(KafkaAddress kafka, string path, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(path);
            using var topic = KeptTopic.Open(kafka, CaseFilesPublished.Topic);
            var known = KnownLines.Of(CaseHeads.ReadAll(path).Select(CaseHeads.Line));
            var (found, missing, written) = (0L, new List<(CaseHeadLine Head, DateTimeOffset At)>(), 0L);
            foreach (var published in topic.Read<CaseFilesPublished>(cancellationToken))
            {
                var heads = (published.Heads ?? []).OfType<CaseHead>().Select(head =>
                    new CaseHeadLine(published.Owner, head.CaseId, head.Steps, head.ChainHash)).ToArray();
                found += heads.Length;
                missing.AddRange(heads.Where(head => known.Add(CaseHeads.Line(head)))
                    .Select(head => (head, published.PublishedAt)));
                if (missing.Count >= LinesAtOnce)
                    written += Append(path, missing);
            }
            written += Append(path, missing);
            output.WriteLine($"Wrote {written} heads to {path}; the topic has {found}.");
            foreach (var remark in topic.Remarks())
                output.WriteLine(remark);
            return CaseFileVerification.Fine;
        }
        catch (Exception exception) when (exception is TopicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            output.WriteLine($"Cannot collect heads: {exception.Message}");
            return CaseFileVerification.Unreadable;
        }
    }

    private static int Append(string path, List<(CaseHeadLine Head, DateTimeOffset At)> missing)
    {
        var count = missing.Count;
        foreach (var day in missing.GroupBy(one => one.At.UtcDateTime.Date))
            CaseHeads.Append(path, [.. day.Select(one => one.Head)], day.First().At);
        missing.Clear();
        return count;
    }
}
