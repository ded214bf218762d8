using System.Xml;
using System.Xml.Linq;

namespace FinCode.Ledger.Reconciliation.Model.Statements;

/// <summary>
/// Reads a bank-to-customer statement of ISO 20022: camt.053.001.02, and 001.08 and later. One reader for all: where
/// the versions differ (the status, the net total), it takes either form. The document is read as a stream, an element
/// of a statement at a time; a document type, entities and anything outside are refused.
/// </summary>
internal static class Camt053Reader
{
    private const string NamespacePrefix = "urn:iso:std:iso:20022:tech:xsd:";
    private const int MaxNameLength = 40;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "camt.053.001.02", "camt.053.001.08", "camt.053.001.09", "camt.053.001.10", "camt.053.001.11",
        "camt.053.001.12", "camt.053.001.13",
    };

    public static IReadOnlyList<Statement> Read(byte[] content)
    {
        using var reader = XmlReader.Create(new MemoryStream(content), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = StatementReader.MaxFileBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
        });
        try
        {
            return ReadDocument(reader);
        }
        catch (XmlException exception)
        {
            throw new DamagedStatementException(
                Math.Max(1, exception.LineNumber), "This is not well-formed XML, or it was cut off.");
        }
    }

    private static List<Statement> ReadDocument(XmlReader reader)
    {
        reader.MoveToContent();
        var message = MessageOf(reader);
        var statements = new List<Statement>();
        var hasHeader = false;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            var isOurs = reader.NamespaceURI == NamespacePrefix + message;
            if (reader.Depth == 1 && !(isOurs && reader.LocalName == "BkToCstmrStmt"))
                throw new DamagedStatementException(LineOf(reader), "BkToCstmrStmt is expected here.");
            if (reader.Depth != 2)
                continue;
            hasHeader |= isOurs && reader.LocalName == "GrpHdr";
            using var element = reader.ReadSubtree();
            if (isOurs && reader.LocalName == "Stmt")
                statements.Add(ReadStatement(element, NamespacePrefix + message));
        }
        if (statements.Count == 0 || !hasHeader)
            throw new DamagedStatementException(1, "The document has no group header or no statement.");
        return statements;
    }

    private static string MessageOf(XmlReader reader)
    {
        if (reader.LocalName != "Document"
            || !reader.NamespaceURI.StartsWith(NamespacePrefix, StringComparison.Ordinal))
            throw new DamagedStatementException(LineOf(reader), "This is not a document of ISO 20022.");
        var message = reader.NamespaceURI[NamespacePrefix.Length..];
        if (Known.Contains(message))
            return message;
        var name = message.Length <= MaxNameLength ? message : message[..MaxNameLength];
        throw new DamagedStatementException(LineOf(reader), name switch
        {
            _ when name.StartsWith("camt.052", StringComparison.Ordinal) =>
                $"{name} is a report within the day, not a statement of booked entries.",
            _ when name.StartsWith("camt.054", StringComparison.Ordinal) =>
                $"{name} is a notification without balances, not a statement.",
            _ => $"{name} is not a version of camt.053 that is known here.",
        });
    }

    private static Statement ReadStatement(XmlReader reader, string message)
    {
        var draft = new CamtStatement(message);
        reader.Read();
        draft.Line = LineOf(reader);
        reader.Read();
        while (!reader.EOF)
        {
            if (reader.NodeType != XmlNodeType.Element)
            {
                reader.Read();
                continue;
            }
            using (var child = reader.ReadSubtree())
                draft.Take(XElement.Load(child, LoadOptions.SetLineInfo));
            // The subtree ends on the child's end; whatever is next follows it.
            reader.Read();
        }
        return draft.ToStatement();
    }

    private static int LineOf(XmlReader reader) => ((IXmlLineInfo)reader).LineNumber;
}

/// <summary>Finding one's way in an element of a message: all names are of the message's namespace.</summary>
internal static class CamtElements
{
    public static int Line(this XElement element) => Math.Max(1, ((IXmlLineInfo)element).LineNumber);

    public static XElement? At(this XElement element, params ReadOnlySpan<string> path)
    {
        XElement? found = element;
        foreach (var name in path)
            found = found?.Element(element.Name.Namespace + name);
        return found;
    }

    public static string? TextAt(this XElement element, params ReadOnlySpan<string> path) =>
        element.At(path)?.Value.Trim() is { Length: > 0 } text ? text : null;

    public static IEnumerable<XElement> AllAt(this XElement element, string name) =>
        element.Elements(element.Name.Namespace + name);

    public static XElement Need(this XElement element, params ReadOnlySpan<string> path) => element.At(path)
        ?? throw new DamagedStatementException(
            element.Line(), $"{element.Name.LocalName} has no {string.Join('/', path.ToArray())}.");

    /// <summary>An amount (ActiveOrHistoricCurrencyAndAmount), never below zero; it must be in the currency.</summary>
    public static Money Amount(this XElement amount, Currency currency)
    {
        if (StatementReader.CurrencyOf((string?)amount.Attribute("Ccy"), amount.Line()) != currency)
            throw new DamagedStatementException(amount.Line(), $"This amount is not in {currency.Code}.");
        var money = StatementReader.AmountOf(amount.Value.Trim(), currency, amount.Line());
        return money.MinorUnits >= 0
            ? money
            : throw new DamagedStatementException(amount.Line(), "An amount has no sign; CdtDbtInd says the side.");
    }

    /// <summary>CRDT is a gain of the account, DBIT a loss.</summary>
    public static Money Signed(this XElement element, Money amount) => element.Need("CdtDbtInd").Value.Trim() switch
    {
        "CRDT" => amount,
        "DBIT" => -amount,
        _ => throw new DamagedStatementException(element.Line(), "CdtDbtInd is CRDT or DBIT."),
    };

    /// <summary>A date or a time (Dt or DtTm); of a time its day, as the bank wrote it.</summary>
    public static DateOnly? Date(this XElement? choice)
    {
        if (choice is null)
            return null;
        var element = choice.At("Dt") ?? choice.At("DtTm") ?? choice;
        var text = element.Value.Trim();
        var day = text.Length > 10 && text[10] is 'T' or 'Z' or '+' or '-' ? text[..10] : text;
        return StatementReader.DateOf(day, "yyyy-MM-dd", element.Line());
    }
}
