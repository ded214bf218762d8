using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>
/// A line about a list that there is not, or about the age of one that has none, would decide nothing: what it is to
/// make stricter would not be.
/// </summary>
internal static class PolicyLists
{
    public static async Task CheckAsync(
        DbSession session, PolicyRequest request, Validation validation, CancellationToken cancellationToken)
    {
        var known = (await ListEditionStore.ReadNamesAsync(session, cancellationToken))
            .ToHashSet(StringComparer.Ordinal);
        Check([.. (request.ListAges ?? []).Select(line => line?.List)], "listAges", known, validation);
        known.Add(OwnList.Name);
        Check([.. (request.Thresholds ?? []).Select(line => line?.List)], "thresholds", known, validation);
    }

    private static void Check(
        IReadOnlyList<string?> lists, string part, HashSet<string> known, Validation validation)
    {
        for (var i = 0; i < lists.Count; i++)
        {
            validation.Check(lists[i] is null or PolicyRequest.Any || known.Contains(lists[i]!),
                $"/{part}/{i}/list", lists[i] == OwnList.Name
                    ? "A list of your own does not grow old: it stays as it was approved."
                    : $"There is no such list; there are {string.Join(", ", known.Order())}.");
        }
    }
}
