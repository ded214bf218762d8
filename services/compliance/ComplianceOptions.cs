using FinCode.ServiceDefaults;

namespace FinCode.Compliance;

/// <summary>The section <c>Compliance</c> of the configuration, checked at start.</summary>
/// <param name="ListsFolder">Where the publisher's files are put. Required.</param>
/// <param name="ListsIntervalSeconds">How often the folder is looked at.</param>
/// <param name="MaxListAgeHours">
/// Nothing is screened, so nothing clears, when the folder last held good lists longer ago than this.
/// </param>
/// <param name="PartyTimeoutSeconds">How long the transactions service may take to answer.</param>
/// <param name="MasterKey">32 bytes in base64; the keys of cases are wrapped with it. Required.</param>
/// <param name="CaseDueHours">How soon a case is to be decided, unless an officer says otherwise.</param>
internal sealed record ComplianceOptions(
    string ListsFolder, int ListsIntervalSeconds, int MaxListAgeHours, int PartyTimeoutSeconds, byte[] MasterKey,
    int CaseDueHours)
{
    public static ComplianceOptions Read(IConfiguration configuration) => new(
        configuration.Require("Compliance:ListsFolder"),
        Positive(configuration, "Compliance:ListsIntervalSeconds", 60),
        Positive(configuration, "Compliance:MaxListAgeHours", 24),
        Positive(configuration, "Compliance:PartyTimeoutSeconds", 5),
        SealedBytes.ReadMasterKey(configuration, "Compliance:MasterKey"),
        Positive(configuration, "Compliance:CaseDueHours", 24));

    private static int Positive(IConfiguration configuration, string key, int otherwise)
    {
        var value = configuration.GetValue(key, otherwise);
        return value > 0 ? value : throw new InvalidOperationException($"The setting {key} has to be positive.");
    }
}
