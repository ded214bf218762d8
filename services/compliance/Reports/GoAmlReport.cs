using System.Globalization;
using System.Text;
using System.Xml;

namespace FinCode.Compliance.Reports;

/// <summary>
/// Writes a report that is complete as goAML XML: the elements and their order as in UNODC's "Standard XML Reporting
/// Instructions and Specifications", version 4.0 of 31 January 2013 (report, reporting_person, transaction,
/// t_from_my_client, t_to, report_indicators), without a namespace, as the schema has none. Without a transfer it is an
/// activity in that place (activity, report_parties, report_party) with the subject as its one party.
/// </summary>
internal static class GoAmlReport
{
    private const string Electronic = "E";

    /// <summary>UTF-8; the same content and time give the same bytes.</summary>
    public static byte[] Write(ReportContent content, ReportProfile profile, DateTimeOffset submittedAt)
    {
        using var file = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using (var xml = XmlWriter.Create(file, settings))
        {
            xml.WriteStartElement("report");
            Add(xml, "rentity_id", content.ReportingEntityId?.ToString(CultureInfo.InvariantCulture));
            Add(xml, "submission_code", Electronic);
            Add(xml, "report_code", content.ReportCode);
            Add(xml, "entity_reference", content.EntityReference);
            Add(xml, "submission_date", Time(submittedAt));
            Add(xml, "currency_code_local", profile.LocalCurrency);
            AddParty(xml, "reporting_person", content.ReportingPerson!);
            if (content.Location is { } location)
                AddAddress(xml, location);
            Add(xml, "reason", content.Reason);
            Add(xml, "action", content.Action);
            if (content.IsActivity)
                AddActivity(xml, content);
            foreach (var made in content.Transactions ?? [])
                AddTransaction(xml, made);
            AddIndicators(xml, content.Indicators ?? []);
            xml.WriteEndElement();
        }
        return file.ToArray();
    }

    private static void AddActivity(XmlWriter xml, ReportContent content)
    {
        xml.WriteStartElement("activity");
        xml.WriteStartElement("report_parties");
        xml.WriteStartElement("report_party");
        AddParty(xml, content.Subject!.IsEntity ? "entity" : "person", content.Subject);
        Add(xml, "reason", content.Reason);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void AddTransaction(XmlWriter xml, ReportTransaction made)
    {
        xml.WriteStartElement("transaction");
        Add(xml, "transactionnumber", made.Number);
        Add(xml, "transaction_location", made.Location);
        Add(xml, "date_transaction", Time(made.Date!.Value));
        Add(xml, "transmode_code", made.TransmodeCode);
        Add(xml, "amount_local", Amount(made.AmountLocal!.Value));
        xml.WriteStartElement("t_from_my_client");
        Add(xml, "from_funds_code", made.FromFundsCode);
        if (made.ForeignAmount is { } foreign)
        {
            xml.WriteStartElement("from_foreign_currency");
            Add(xml, "foreign_currency_code", foreign.Currency.Code);
            Add(xml, "foreign_amount", Amount(foreign));
            Add(xml, "foreign_exchange_rate", made.ForeignRate!.Value.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
        AddParty(xml, made.From!.IsEntity ? "from_entity" : "from_person", made.From);
        Add(xml, "from_country", made.FromCountry);
        xml.WriteEndElement();
        xml.WriteStartElement("t_to");
        Add(xml, "to_funds_code", made.ToFundsCode);
        AddParty(xml, made.To!.IsEntity ? "to_entity" : "to_person", made.To);
        Add(xml, "to_country", made.ToCountry);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void AddParty(XmlWriter xml, string name, ReportParty party)
    {
        xml.WriteStartElement(name);
        if (party.IsEntity)
        {
            Add(xml, "name", party.Name);
            Add(xml, "incorporation_country_code", party.Nationality);
        }
        else
        {
            Add(xml, "first_name", party.FirstName);
            Add(xml, "last_name", party.LastName);
            Add(xml, "birthdate", party.DateOfBirth is { } born
                ? Time(new DateTimeOffset(born, TimeOnly.MinValue, TimeSpan.Zero))
                : null);
            Add(xml, "nationality1", party.Nationality);
            Add(xml, "residence", party.Residence);
        }
        xml.WriteEndElement();
    }

    private static void AddAddress(XmlWriter xml, ReportAddress address)
    {
        xml.WriteStartElement("location");
        Add(xml, "address_type", address.Type);
        Add(xml, "address", address.Address);
        Add(xml, "city", address.City);
        Add(xml, "country_code", address.CountryCode);
        xml.WriteEndElement();
    }

    private static void AddIndicators(XmlWriter xml, IReadOnlyList<string> indicators)
    {
        if (indicators.Count == 0)
            return;
        xml.WriteStartElement("report_indicators");
        foreach (var indicator in indicators)
            Add(xml, "indicator", indicator);
        xml.WriteEndElement();
    }

    private static void Add(XmlWriter xml, string name, string? text)
    {
        if (text is not null)
            xml.WriteElementString(name, text);
    }

    /// <summary>Without a zone, as the schema's dates are: UTC.</summary>
    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Amount(Money money) => money.ToAmountString();
}
