using System.Globalization;
using System.Text;
using System.Xml;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Statements;

/// <summary>
/// A statement as ISO 20022 BankToCustomerStatement, camt.053.001.08: opening (OPBD) and closing (CLBD) booked balance
/// and an entry (Ntry) per movement, booked. Amounts are positive; CRDT is what raises the account's balance.
/// </summary>
internal static class StatementCamt053
{
    public const string ContentType = "application/xml";
    private const string Namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";
    private const int MaxIdLength = 35;
    private const int MaxInformationLength = 140;

    public static byte[] Write(AccountStatement statement)
    {
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true };
        using (var xml = XmlWriter.Create(buffer, settings))
            Write(xml, statement);
        return buffer.ToArray();
    }

    private static void Write(XmlWriter xml, AccountStatement statement)
    {
        xml.WriteStartElement("Document", Namespace);
        xml.WriteStartElement("BkToCstmrStmt");
        xml.WriteStartElement("GrpHdr");
        xml.WriteElementString("MsgId", $"{statement.Account.Id:N}");
        xml.WriteElementString("CreDtTm", Time(statement.MadeAt));
        xml.WriteEndElement();
        xml.WriteStartElement("Stmt");
        xml.WriteElementString("Id", $"{statement.From:yyyyMMdd}-{statement.To:yyyyMMdd}");
        xml.WriteElementString("CreDtTm", Time(statement.MadeAt));
        xml.WriteStartElement("FrToDt");
        xml.WriteElementString("FrDtTm", $"{Date(statement.From)}T00:00:00Z");
        xml.WriteElementString("ToDtTm", $"{Date(statement.To)}T23:59:59Z");
        xml.WriteEndElement();
        WriteAccount(xml, statement.Account.Name);
        WriteBalance(xml, statement, "OPBD", statement.Opening, statement.From);
        WriteBalance(xml, statement, "CLBD", statement.Closing, statement.To);
        foreach (var line in statement.Lines)
            WriteEntry(xml, statement, line);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAccount(XmlWriter xml, AccountName name)
    {
        xml.WriteStartElement("Acct");
        xml.WriteStartElement("Id");
        xml.WriteStartElement("Othr");
        xml.WriteElementString("Id", Clipped(name.Code, 34));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteElementString("Ccy", name.Currency.Code);
        xml.WriteEndElement();
    }

    private static void WriteBalance(
        XmlWriter xml, AccountStatement statement, string code, long balance, DateOnly day)
    {
        xml.WriteStartElement("Bal");
        xml.WriteStartElement("Tp");
        xml.WriteStartElement("CdOrPrtry");
        xml.WriteElementString("Cd", code);
        xml.WriteEndElement();
        xml.WriteEndElement();
        WriteAmount(xml, statement, balance);
        xml.WriteStartElement("Dt");
        xml.WriteElementString("Dt", Date(day));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteEntry(XmlWriter xml, AccountStatement statement, StatementLine line)
    {
        xml.WriteStartElement("Ntry");
        xml.WriteElementString("NtryRef", string.Create(
            CultureInfo.InvariantCulture, $"{line.Place.Position}.{line.Place.Leg}"));
        WriteAmount(xml, statement, statement.Signed(line));
        xml.WriteStartElement("Sts");
        xml.WriteElementString("Cd", "BOOK");
        xml.WriteEndElement();
        xml.WriteStartElement("BookgDt");
        xml.WriteElementString("Dt", Date(DateOnly.FromDateTime(line.BookedAt.UtcDateTime)));
        xml.WriteEndElement();
        xml.WriteStartElement("ValDt");
        xml.WriteElementString("Dt", Date(line.ValueDate));
        xml.WriteEndElement();
        xml.WriteElementString("AcctSvcrRef", $"{line.Entry.Value:N}");
        xml.WriteStartElement("BkTxCd");
        xml.WriteStartElement("Prtry");
        xml.WriteElementString("Cd", Clipped(line.Step, MaxIdLength));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteStartElement("NtryDtls");
        xml.WriteStartElement("TxDtls");
        xml.WriteStartElement("Refs");
        xml.WriteElementString("AcctSvcrRef", $"{line.Entry.Value:N}");
        xml.WriteElementString("EndToEndId", line.Transaction is { } transaction
            ? $"{transaction.Value:N}" : "NOTPROVIDED");
        if (line.Reference is not null)
            xml.WriteElementString("TxId", Clipped(line.Reference, MaxIdLength));
        xml.WriteEndElement();
        if (line.Description is not null)
        {
            xml.WriteStartElement("RmtInf");
            xml.WriteElementString("Ustrd", Clipped(line.Description, MaxInformationLength));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void WriteAmount(XmlWriter xml, AccountStatement statement, long signed)
    {
        var currency = statement.Account.Name.Currency;
        xml.WriteStartElement("Amt");
        xml.WriteAttributeString("Ccy", currency.Code);
        xml.WriteString(new Money(Math.Abs(signed), currency).ToAmountString());
        xml.WriteEndElement();
        xml.WriteElementString("CdtDbtInd", signed < 0 ? "DBIT" : "CRDT");
    }

    private static string Clipped(string text, int length) => text.Length <= length ? text : text[..length];

    private static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
