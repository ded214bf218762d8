using FinCode.Compliance.Lists;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance;

/// <summary>The section <c>Compliance</c> of the configuration, checked at start.</summary>
/// <param name="ListsFolder">
/// Where the publishers' files are put, at any depth. Required unless every list has URLs or a folder of its own.
/// </param>
/// <param name="ListsIntervalSeconds">How often the folder is looked at, and whether a download is due.</param>
/// <param name="MaxListAgeHours">
/// Nothing is screened, so nothing clears, when a list was last found good longer ago than this, unless it has an age
/// of its own.
/// </param>
/// <param name="MaxFileAgeHours">
/// A list of the folder grows old when its files were last written longer ago than this; without it they may be of any
/// age. Of lists that are configured one by one each says it for itself.
/// </param>
/// <param name="PartyTimeoutSeconds">How long the transactions service may take to answer.</param>
/// <param name="DownloadTimeoutSeconds">How long the files of a list may take to arrive, all together.</param>
/// <param name="MaxListMegabytes">How large a file of a list may be, decompressed.</param>
/// <param name="Lists">
/// What is screened with. Empty: every list that is recognised in the folder, and none of them leaves by itself.
/// </param>
/// <param name="MasterKey">32 bytes in base64; the keys of cases are wrapped with it. Required.</param>
/// <param name="CaseDueHours">How soon a case is to be decided, unless an officer says otherwise.</param>
/// <param name="MaxDocumentMegabytes">How large a document of a customer may be; at most 16.</param>
/// <param name="PepLists">Those of the lists whose entries are politically exposed persons.</param>
/// <param name="CaseHeadsFolder">Where the heads of case chains are kept beside the audit topic; optional.</param>
/// <param name="CaseHeadsSeconds">How often they are published.</param>
/// <param name="SuppressionDays">How long a false positive stays suppressed; at most a year.</param>
internal sealed record ComplianceOptions(
    string ListsFolder, int ListsIntervalSeconds, int MaxListAgeHours, int? MaxFileAgeHours, int PartyTimeoutSeconds,
    int DownloadTimeoutSeconds, int MaxListMegabytes, IReadOnlyList<ListSource> Lists, byte[] MasterKey,
    int CaseDueHours, int MaxDocumentMegabytes, int SuppressionDays, string? CaseHeadsFolder, int CaseHeadsSeconds,
    IReadOnlySet<string> PepLists)
{
    /// <summary>From this share of the age allowed on, operators are alarmed: while there is time to act.</summary>
    private const int AlarmPercent = 50;

    private const int MaxSuppressionDays = 365;
    private const int MostDocumentMegabytes = 16;

    public long MaxDocumentBytes => MaxDocumentMegabytes * 1024L * 1024L;

    public long MaxListBytes => MaxListMegabytes * 1024L * 1024L;

    public static ComplianceOptions Read(IConfiguration configuration)
    {
        var maxAgeHours = Positive(configuration, "Compliance:MaxListAgeHours", 24);
        var lists = ListSource.ReadAll(configuration, maxAgeHours);
        var needsFolder = lists.Count == 0 || lists.Any(list => list.Urls.Count == 0 && list.Folder is null);
        return new ComplianceOptions(
            needsFolder ? configuration.Require("Compliance:ListsFolder") : "",
            Positive(configuration, "Compliance:ListsIntervalSeconds", 60),
            maxAgeHours,
            configuration["Compliance:MaxFileAgeHours"] is null
                ? null
                : Positive(configuration, "Compliance:MaxFileAgeHours", 0),
            Positive(configuration, "Compliance:PartyTimeoutSeconds", 5),
            Positive(configuration, "Compliance:DownloadTimeoutSeconds", 120),
            Positive(configuration, "Compliance:MaxListMegabytes", 64),
            lists,
            SealedBytes.ReadMasterKey(configuration, "Compliance:MasterKey"),
            Positive(configuration, "Compliance:CaseDueHours", 24),
            AtMost(configuration, "Compliance:MaxDocumentMegabytes", 10, MostDocumentMegabytes),
            AtMost(configuration, "Compliance:SuppressionDays", 180, MaxSuppressionDays),
            configuration["Compliance:CaseHeadsFolder"] is { Length: > 0 } folder ? folder : null,
            Positive(configuration, "Compliance:CaseHeadsSeconds", 60),
            ReadPepLists(configuration, lists));
    }

    public TimeSpan MaxAgeOf(string list) =>
        TimeSpan.FromHours(Lists.FirstOrDefault(one => one.Name == list)?.MaxAgeHours ?? MaxListAgeHours);

    public TimeSpan AlarmAgeOf(string list) => new(MaxAgeOf(list).Ticks * AlarmPercent / 100);

    private static int AtMost(IConfiguration configuration, string key, int otherwise, int most)
    {
        var value = Positive(configuration, key, otherwise);
        return value <= most ? value : throw new InvalidOperationException($"The setting {key} is at most {most}.");
    }

    private static HashSet<string> ReadPepLists(IConfiguration configuration, IReadOnlyList<ListSource> lists)
    {
        var names = configuration.GetSection("Compliance:PepLists").GetChildren()
            .Select(one => one.Value ?? "").ToHashSet(StringComparer.Ordinal);
        // A name that is misspelt would make a sanctions list of it.
        return names.FirstOrDefault(name => lists.Count > 0
                ? lists.All(list => list.Name != name)
                : ListFormat.All.All(format => format.List != name)) is { } unknown
            ? throw new InvalidOperationException($"The setting Compliance:PepLists names no list: {unknown}.")
            : names;
    }

    private static int Positive(IConfiguration configuration, string key, int otherwise)
    {
        var value = configuration.GetValue(key, otherwise);
        return value > 0 ? value : throw new InvalidOperationException($"The setting {key} has to be positive.");
    }
}
