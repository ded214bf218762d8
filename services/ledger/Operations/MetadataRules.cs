using FinCode.Ledger.Model;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations;

/// <summary>What callers may attach.</summary>
internal static class MetadataRules
{
    public static void Check(IReadOnlyDictionary<string, string>? metadata, Validation validation, string pointer)
    {
        if (metadata is null)
            return;
        validation.Check(metadata.Count <= Metadata.MaxItems, pointer, $"At most {Metadata.MaxItems} names.");
        foreach (var (name, text) in metadata.Take(Metadata.MaxItems))
        {
            validation.Check(Metadata.IsName(name), pointer,
                $"A name is 1 to {Metadata.MaxNameLength} letters, digits, dots, hyphens or underscores.");
            if (validation.Require(text, $"{pointer}/{name}"))
                validation.OptionalText(text, $"{pointer}/{name}", Metadata.MaxTextLength);
        }
    }
}
