namespace FinCode.Compliance.Lists;

/// <summary>A format that lists come in: which files make up a set, and who reads them.</summary>
/// <param name="Name">As the configuration writes it.</param>
/// <param name="List">What a list in that format is called unless the configuration names it.</param>
/// <param name="Parts">The files of a set by the names that the publisher gives them. All have to be there.</param>
/// <param name="Read">
/// From the list's name and the files by <paramref name="Parts"/>. Pure; throws <see cref="DamagedListException"/>.
/// </param>
/// <param name="Mark">
/// Where the one file of a format goes by several names: what stands near its beginning and in no other format.
/// </param>
internal sealed record ListFormat(
    string Name,
    string List,
    IReadOnlyList<string> Parts,
    Func<string, IReadOnlyDictionary<string, byte[]>, ListContent> Read,
    string? Mark = null)
{
    /// <summary>Every format that is known.</summary>
    public static IReadOnlyList<ListFormat> All { get; } =
    [
        new("OFAC_SDN", OfacLists.ListName, OfacLists.FileNames,
            (list, files) => OfacLists.Read(list, OfacLists.FileNames, files)),
        new("OFAC_CONSOLIDATED", OfacLists.ConsolidatedName, OfacLists.ConsolidatedFileNames,
            (list, files) => OfacLists.Read(list, OfacLists.ConsolidatedFileNames, files)),
        new("UN_XML", "UN_CONSOLIDATED", [UnLists.FileName], UnLists.Read, "<CONSOLIDATED_LIST"),
        new("UK_CSV", "UK_SANCTIONS", [UkLists.FileName], UkLists.Read, "OFSI Group ID,UN Reference Number"),
        new("UK_DEVELOPMENT", "UK_SANCTIONS", UkDevelopmentLists.FileNames, UkDevelopmentLists.Read),
        new("EU_XML", "EU_FSF", [EuLists.FileName], EuLists.Read, "http://eu.europa.ec/fpi/fsd/export"),
        new("EU_CSV", "EU_FSF", [EuCsvLists.FileName], EuCsvLists.Read, "Entity_LogicalId;"),
        new("PLAIN_CSV", "PLAIN", [PlainLists.FileName], PlainLists.Read, "id,kind,name"),
    ];

    public static ListFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
