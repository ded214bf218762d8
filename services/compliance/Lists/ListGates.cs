using System.Security.Cryptography;
using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>What a set of files has to pass before it becomes the next edition of its list.</summary>
internal static class ListGates
{
    /// <summary>What lost this share of anything that is counted is taken for a broken download.</summary>
    public const int RefusedLossPercent = 10;

    /// <summary>SHA-256 over names, lengths and contents.</summary>
    public static byte[] HashOf(IReadOnlyDictionary<string, FetchedPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, part) in parts.OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}:{part.Content.Length}:"));
            hash.AppendData(part.Content);
        }
        return hash.GetHashAndReset();
    }

    /// <param name="refusedPercent">From which loss on it is refused; over 100 nothing is.</param>
    /// <exception cref="DamagedListException">Names what was lost, first the files.</exception>
    public static void RefuseLoss(ListCounts before, ListCounts after, int refusedPercent = RefusedLossPercent)
    {
        foreach (var (part, rows) in before.Parts)
            RefuseLoss(part, "rows", rows, after.Parts.GetValueOrDefault(part), refusedPercent);
        RefuseLoss("The list", "entries", before.Entries, after.Entries, refusedPercent);
        RefuseLoss("The list", "names", before.Names, after.Names, refusedPercent);
        RefuseLoss("The list", "weak aliases", before.WeakAliases, after.WeakAliases, refusedPercent);
    }

    private static void RefuseLoss(string where, string what, int before, int after, int refusedPercent)
    {
        if (before > 0 && (before - after) * 100L >= (long)before * refusedPercent)
        {
            throw new DamagedListException(
                $"{where}: {after} {what} where {before} were, a loss of {refusedPercent} percent or more.");
        }
    }
}
