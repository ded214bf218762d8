using FinCode.Ledger.Reconciliation.Model.Statements;

namespace FinCode.Ledger.Tests.Reconciliation.Statements;

/// <summary>The files beside this one.</summary>
internal static class StatementFiles
{
    public const string Camt02 = "camt053-001-02.xml";
    public const string Camt08 = "camt053-001-08.xml";
    public const string Mt940Blocks = "mt940-blocks.sta";
    public const string Mt940Bare = "mt940-bare.sta";
    public const string Csv = "provider.csv";

    public static CsvMapping Mapping { get; } = new(
        ";", ",", ".", "dd.MM.yyyy", null, "Valuta", "Buchung", null, "Soll", "Haben", null, null, null, "Referenz",
        null, null, ["Text"]);

    public static byte[] Read(string name)
    {
        using var stream = typeof(StatementFiles).Assembly.GetManifestResourceStream(name)!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    public static IReadOnlyList<Statement> Parse(string name, byte[] content) => name switch
    {
        Camt02 or Camt08 => StatementReader.Read(StatementFormat.Camt053, content),
        Mt940Blocks or Mt940Bare => StatementReader.Read(StatementFormat.Mt940, content),
        _ => StatementReader.Read(StatementFormat.Csv, content, new CsvDeclaration(
            Mapping, "MERCHANT-1", Currency.Of("NGN"), Money.Of(0, "NGN"), Money.Of(123356739, "NGN"), 2, "csv-1")),
    };

    /// <summary>Opening, lines and closing of all statements: what no damage may change.</summary>
    public static string Amounts(IEnumerable<Statement> statements) => string.Join("; ", statements.Select(statement =>
        $"{statement.Opening} [{string.Join(", ", statement.Lines.Select(line => line.Amount.ToAmountString()))}] "
        + statement.Closing));
}
