using System.Text;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Tests.Lists;

/// <summary>
/// Small lists in the publishers' formats. Nobody in them exists; the shapes are those of the publishers' own files
/// (column names, elements, attributes), written by hand.
/// </summary>
internal static class Samples
{
    public const string Un = """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <CONSOLIDATED_LIST xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" dateGenerated="2026-01-02T00:00:00Z">
          <INDIVIDUALS>
            <INDIVIDUAL>
              <DATAID>9100001</DATAID><VERSIONNUM>1</VERSIONNUM>
              <FIRST_NAME>MIRWAND</FIRST_NAME><SECOND_NAME>QASHTALI</SECOND_NAME><THIRD_NAME>DARGAN</THIRD_NAME>
              <UN_LIST_TYPE>Demo</UN_LIST_TYPE><REFERENCE_NUMBER>DMi.001</REFERENCE_NUMBER><GENDER>Male</GENDER>
              <NAME_ORIGINAL_SCRIPT>ميروند قشتلي</NAME_ORIGINAL_SCRIPT>
              <NATIONALITY><VALUE>Democratic People's Republic of Korea</VALUE></NATIONALITY>
              <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Mirwan Qashtaly; Mirvand Kashtali</ALIAS_NAME>
              </INDIVIDUAL_ALIAS>
              <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>The Tailor (original script: Портной)</ALIAS_NAME>
              </INDIVIDUAL_ALIAS>
              <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Group of the Tailor (GOTT)</ALIAS_NAME>
                <DATE_OF_BIRTH>1962-04-05</DATE_OF_BIRTH><COUNTRY_OF_BIRTH>Yemen</COUNTRY_OF_BIRTH></INDIVIDUAL_ALIAS>
              <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
              <INDIVIDUAL_ADDRESS><COUNTRY>Iran (Islamic Republic of)</COUNTRY></INDIVIDUAL_ADDRESS>
              <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1961-03-04</DATE>
              </INDIVIDUAL_DATE_OF_BIRTH>
              <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1960</YEAR>
              </INDIVIDUAL_DATE_OF_BIRTH>
              <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1958</FROM_YEAR>
                <TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
              <INDIVIDUAL_PLACE_OF_BIRTH><COUNTRY>Türkiye</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>
              <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>00X9100001 </NUMBER>
                <ISSUING_COUNTRY>Syrian Arab Republic</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
            </INDIVIDUAL>
          </INDIVIDUALS>
          <ENTITIES>
            <ENTITY>
              <DATAID>9100002</DATAID><FIRST_NAME>ORCHARD OF GLASS FOUNDATION</FIRST_NAME>
              <UN_LIST_TYPE>Demo</UN_LIST_TYPE>
              <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Glass Orchard</ALIAS_NAME></ENTITY_ALIAS>
              <ENTITY_ADDRESS><COUNTRY>Somalia</COUNTRY></ENTITY_ADDRESS>
            </ENTITY>
          </ENTITIES>
        </CONSOLIDATED_LIST>

        """;

    public const string Eu = """
        <?xml version="1.0" encoding="UTF-8"?>
        <export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-02T00:00:00+01:00" globalFileId="1">
          <sanctionEntity designationDate="2020-01-01" unitedNationId="" euReferenceNumber="EU.9.1" logicalId="9200001">
            <regulation regulationType="regulation" programme="DEMO" publicationDate="2020-01-01"/>
            <subjectType code="person" classificationCode="P"/>
            <nameAlias firstName="" middleName="" lastName="" wholeName="The Quiet One" gender="M" strong="false"/>
            <nameAlias firstName="Radovar" middleName="" lastName="Plesnik" wholeName="Radovar Plesnik" gender="M"
              strong="true"/>
            <nameAlias firstName="Радовар" middleName="" lastName="Плесник" wholeName="" gender="M" strong="true"/>
            <nameAlias firstName="Radovar" middleName="" lastName="Plesnik" wholeName="Radovar Plesnik" gender="M"
              strong="true"/>
            <citizenship countryIso2Code="BY" countryDescription="BELARUS"/>
            <birthdate circa="false" calendarType="GREGORIAN" birthdate="1971-02-03" year="1971" monthOfYear="2"
              dayOfMonth="3" countryIso2Code="00"/>
            <birthdate circa="true" calendarType="GREGORIAN" year="1970"/>
            <birthdate circa="false" calendarType="ISLAMIC" year="1390"/>
            <birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1969" yearRangeTo="1972"/>
            <birthdate circa="false" calendarType="GREGORIAN" yearRangeTo="1980"/>
            <identification identificationTypeCode="passport" number="00X9200001" latinNumber=""
              countryIso2Code="BY"/>
            <identification identificationTypeCode="fiscalcode" number="ЯЯ-77" latinNumber="YY-77"
              countryIso2Code="00"/>
          </sanctionEntity>
          <sanctionEntity euReferenceNumber="EU.9.2" logicalId="9200002">
            <regulation programme="DEMO"/>
            <subjectType code="enterprise" classificationCode="E"/>
            <nameAlias wholeName="Lantern Bay Metals" strong="true"/>
            <address city="Testovgrad" countryIso2Code="RU"/>
          </sanctionEntity>
        </export>

        """;

    public const string EuCsv =
        "fileGenerationDate;Entity_LogicalId;Entity_SubjectType;Entity_Regulation_Programme;NameAlias_LastName;"
        + "NameAlias_FirstName;NameAlias_MiddleName;NameAlias_WholeName;NameAlias_Gender;Address_CountryIso2Code;"
        + "BirthDate_BirthDate;BirthDate_Day;BirthDate_Month;BirthDate_Year;BirthDate_YearRangeFrom;"
        + "BirthDate_YearRangeTo;BirthDate_Circa;BirthDate_CalendarType;BirthDate_CountryIso2Code;"
        + "Identification_Number;Identification_LatinNumber;Identification_TypeCode;Identification_CountryIso2Code;"
        + "Citizenship_CountryIso2Code\r\n"
        + "2026-01-02;9200001;P;DEMO;Plesnik;Radovar;;Radovar Plesnik;M;;;;;;;;;;;;;;;\r\n"
        + "2026-01-02;9200001;P;DEMO;Плесник;Радовар;;;M;;;;;;;;;;;;;;;\r\n"
        + "2026-01-02;9200001;P;DEMO;;;;;;;1971-02-03;3;2;1971;;;false;GREGORIAN;RU;;;;;\r\n"
        + "2026-01-02;9200001;P;DEMO;;;;;;;;;;1970;;;true;GREGORIAN;;;;;;\r\n"
        + "2026-01-02;9200001;P;DEMO;;;;;;;;;;;;;;;;00X9200001;;passport;BY;\r\n"
        + "2026-01-02;9200001;P;DEMO;;;;;;;;;;;;;;;;;;;;BY\r\n"
        + "2026-01-02;9200002;E;DEMO;;;;\"Lantern Bay; \"\"Metals\"\"\";;RU;;;;;;;;;;;;;;\r\n";

    private const string UkHeader =
        "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,"
        + "Alias strength,Title,Name non-latin script,Non-latin script type,Non-latin script language,Regime Name,"
        + "Designation Type,Designation source,Address Country,D.O.B,Nationality(/ies),National Identifier number,"
        + "National Identifier additional information,Passport number,Passport additional information,Gender,"
        + "Country of birth,Business registration number (s),IMO number,Current believed flag of ship\n";

    public const string Uk = "Report Date: 02-Jan-2026\n" + UkHeader
        + "01/01/2026,DMO0001,1,,BRACKENWOLD,Osric,Tam,,,,Primary Name,,Mr,Осрик,Cyrillic,Russian,Demo regime,"
        + "Individual,UK,Russia,07/10/1964,(1) Russia (2) Belarus,,,00X9300001,Russia,Male,Ukraine,,,\n"
        + "01/01/2026,DMO0001,1,,BRACKENVOLD,Osrik,,,,,Primary Name Variation,,,,,,Demo regime,"
        + "Individual,UK,,dd/mm/1964,,,,,,,,,,\n"
        + "01/01/2026,DMO0001,1,,\"The \"\"Fox\"\"\",,,,,,Alias,Low Quality AKA,,,,,Demo regime,"
        + "Individual,UK,,dd/09/1963,,4411-22,\"National\ncard\",,,,,,,\n"
        + "01/01/2026,DMO0002,2,,MERIDIAN SALT HOLDING,,,,,,Primary Name,,,,,,Demo regime,Entity,UK,Cyprus,,,,,,,,,"
        + "\"Reg: 5501234567 (Russia), SWIFT/BIC - MSALRUMM\",,\n"
        + "01/01/2026,DMO0003,3,,PALE HERON,,,,,,Primary Name,,,,,,Demo regime,Ship,UK,,,,,,,,,,,IMO0000017,Panama\n";

    public const string Plain =
        "id,kind,name,aliases,weak_aliases,births,countries,gender,identifiers,programmes\n"
        + "p1,PERSON,\"Velmar, Tobiah\",Tobias Velmar;Tobiah Welmar,Toby,1952-10-07;~1950;1949..1951,GB;IE,MALE,"
        + "PASSPORT:00X1:GB;EMAIL:t@example.test,PEP\n"
        + "p2,ENTITY,Velmar Estates,,,,,,,\n";

    public static IReadOnlyDictionary<string, byte[]> UkDevelopment { get; } = new Dictionary<string, string>
    {
        ["subjects.csv"] = "unique_id,subject_type,un_reference_number\nDMO0001,individual,\nDMO0002,ship,\n",
        ["subject_names.csv"] = "name_id,unique_id,name_type,alias_strength,full_name,name_6,name_1,name_2,name_3,"
            + "name_4,name_5\n1,DMO0001,primary,,x,BRACKENWOLD ,Osric , Tam,,,\n"
            + "2,DMO0001,alias,low_quality_aka,x,Fox,,,,,\n3,DMO0002,primary,,x,PALE HERON,PALE HERON,,,,\n"
            + "4,DMO0009,alias,,x,NOBODY,,,,,\n",
        ["subject_dobs.csv"] = "dob_id,unique_id,year,month,day,precision,parse_issues\n"
            + "1,DMO0001,1964,10,,x,\"a, b\"\n",
        ["subject_countries.csv"] = "id,unique_id,raw_value,country_type,iso\n1,DMO0001,Kosovo,birth,\n"
            + "2,DMO0001,Russia,address,RU\n",
        ["subject_identifiers.csv"] = "id,unique_id,ofsi_group_id,raw_value,identifier_type,additional_info\n"
            + "1,DMO0002,2,IMO0000017,imo,\n2,DMO0001,1,00X9300001,passport,Russia\n",
    }.ToDictionary(file => file.Key, file => Encoding.UTF8.GetBytes(file.Value));

    public static ListContent Read(string format, string text)
    {
        var known = ListFormat.Find(format)!;
        return known.Read("DEMO", new Dictionary<string, byte[]> { [known.Parts[0]] = Encoding.UTF8.GetBytes(text) });
    }

    public static string Of(string format) => format switch
    {
        "UN_XML" => Un,
        "EU_XML" => Eu,
        "EU_CSV" => EuCsv,
        "UK_CSV" => Uk,
        _ => Plain,
    };
}
