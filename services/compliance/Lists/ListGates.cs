using System.Security.Cryptography;
using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>What a set of files has to pass before it becomes the next edition of its list.</summary>
internal static class ListGates
{
    /// <summary>What lost more than this share of anything that is counted is taken for a broken download.</summary>
    public const int MaxLossPercent = 10;

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

    /// <exception cref="DamagedListException">Names what was lost, first the files.</exception>
    public static void RefuseLoss(ListCounts before, ListCounts after)
    {
        foreach (var (part, rows) in before.Parts)
            RefuseLoss(part, "rows", rows, after.Parts.GetValueOrDefault(part));
        RefuseLoss("The list", "entries", before.Entries, after.Entries);
        RefuseLoss("The list", "names", before.Names, after.Names);
        RefuseLoss("The list", "weak aliases", before.WeakAliases, after.WeakAliases);
    }

    private static void RefuseLoss(string where, string what, int before, int after)
    {
        if (after * 100L < before * (100L - MaxLossPercent))
        {
            throw new DamagedListException(
                $"{where}: {after} {what} where {before} were, a loss of more than {MaxLossPercent} percent.");
        }
    }
}
