namespace FinCode.Compliance.Customers.Model;

/// <summary>What customers show, and the words for it.</summary>
internal static class DocumentTypes
{
    public const string Selfie = "SELFIE";
    public const string SourceOfWealth = "SOURCE_OF_WEALTH";

    /// <summary>Before the code of a form, where a filled form is what is shown.</summary>
    public const string FormPrefix = "FORM:";

    /// <summary>Those that a person is identified by.</summary>
    public static IReadOnlyList<string> Identity { get; } = ["PASSPORT", "DRIVERS_LICENSE", "ID_VERIFICATION"];

    public static IReadOnlyList<string> All { get; } =
        [.. Identity, Selfie, "PROOF_OF_ADDRESS", "UTILITY_BILL", "BANK_STATEMENT", SourceOfWealth];

    /// <summary>Why a document is not taken, in words that any customer may read.</summary>
    public static IReadOnlyList<string> RefusalCodes { get; } =
        ["UNREADABLE", "INCOMPLETE", "OUT_OF_DATE", "OTHER_DOCUMENT_NEEDED", "DETAILS_DIFFER", "NOT_ACCEPTED"];
}
