namespace FinCode.Compliance.Lists;

/// <summary>What a tenant lists itself: our plain format, under one name for all. An upload bounds its size.</summary>
internal static class OwnList
{
    public const string Name = "OWN";

    /// <exception cref="DamagedListException">Says the row and the column.</exception>
    public static ListContent Read(byte[] content) =>
        PlainLists.Read(Name, new Dictionary<string, byte[]> { [PlainLists.FileName] = content });
}
