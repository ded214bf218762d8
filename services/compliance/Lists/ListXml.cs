using System.Xml;
using System.Xml.Linq;

namespace FinCode.Compliance.Lists;

/// <summary>
/// Reads an XML list entry by entry, without document type definitions and with nothing fetched. A file that ends
/// before its root element does is damaged.
/// </summary>
internal static class ListXml
{
    /// <summary>One element at a time; the whole tree of a large list would take ten times the file.</summary>
    /// <exception cref="DamagedListException">It does not parse, or the root is another.</exception>
    public static IEnumerable<XElement> Read(
        string file, byte[] content, string root, IReadOnlySet<string> entries)
    {
        using var reader = XmlReader.Create(new MemoryStream(content), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        });
        if (!Guard(file, () => reader.MoveToContent() == XmlNodeType.Element) || reader.LocalName != root)
            throw new DamagedListException($"{file} is no {root} document.");
        while (Guard(file, () => MoveToEntry(reader, entries)))
            yield return Guard(file, () => (XElement)XNode.ReadFrom(reader));
    }

    public static string? Text(this XElement element, string child) => element.Elements()
        .FirstOrDefault(one => one.Name.LocalName == child)?.Value;

    public static IEnumerable<XElement> All(this XElement element, string child) =>
        element.Elements().Where(one => one.Name.LocalName == child);

    private static bool MoveToEntry(XmlReader reader, IReadOnlySet<string> entries)
    {
        // Reading an element leaves the reader behind it, perhaps on the next one.
        while (!reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element && entries.Contains(reader.LocalName))
                return true;
            reader.Read();
        }
        return false;
    }

    private static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (XmlException damage)
        {
            // Its message could quote the document.
            throw new DamagedListException(
                $"{file} is no whole XML: line {damage.LineNumber}, column {damage.LinePosition}.");
        }
    }
}
