using System.Globalization;
using System.Text;
using CsCheck;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reconciliation.Statements;

/// <summary>No damage changes an amount unnoticed: a file is refused, or its amounts are what they were.</summary>
public sealed class StatementDamageTests
{
    /// <summary>Every other byte and two other digits usually, every byte and more in long runs.</summary>
    private static readonly int Step = Seeds.Rounds(usually: 2, inLongTests: 1);

    public static TheoryData<string> Files =>
        [StatementFiles.Camt02, StatementFiles.Camt08, StatementFiles.Mt940Blocks, StatementFiles.Mt940Bare,
            StatementFiles.Csv];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_cut_off_at_any_byte_is_refused_or_says_the_same(string name)
    {
        var content = StatementFiles.Read(name);
        var amounts = StatementFiles.Amounts(StatementFiles.Parse(name, content));
        var refused = 0;

        for (var length = 0; length < content.Length; length += Step)
            refused += IsRefusedOrSame(name, content[..length], amounts) ? 1 : 0;

        refused.ShouldBeGreaterThan(content.Length * 3 / 4 / Step);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_with_any_digit_changed_is_refused_or_says_the_same(string name)
    {
        var content = StatementFiles.Read(name);
        var amounts = StatementFiles.Amounts(StatementFiles.Parse(name, content));
        var refused = 0;

        for (var place = 0; place < content.Length; place++)
        {
            if (content[place] is not (>= (byte)'0' and <= (byte)'9'))
                continue;
            for (var shift = 1; shift < 10; shift += Step * 4)
            {
                var changed = content.ToArray();
                changed[place] = (byte)('0' + ((content[place] - '0' + shift) % 10));
                refused += IsRefusedOrSame(name, changed, amounts) ? 1 : 0;
            }
        }

        refused.ShouldBeGreaterThan(10);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_with_any_line_left_out_or_twice_is_refused_or_says_the_same(string name)
    {
        var text = Encoding.UTF8.GetString(StatementFiles.Read(name)).Split('\n');
        var amounts = StatementFiles.Amounts(StatementFiles.Parse(name, StatementFiles.Read(name)));

        for (var line = 0; line < text.Length; line++)
        {
            IsRefusedOrSame(name, Bytes([.. text[..line], .. text[(line + 1)..]]), amounts);
            IsRefusedOrSame(name, Bytes([.. text[..line], text[line], .. text[line..]]), amounts);
        }

        static byte[] Bytes(string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    [Fact]
    public void What_was_written_as_an_mt940_is_read_as_it_was() => Movements.Sample(statement =>
    {
        var (currency, opening, amounts) = statement;
        var text = new StringBuilder().Append("\r\n:20:A\r\n:25:B\r\n:28C:1\r\n:60F:").Append(Balance(opening));
        foreach (var amount in amounts)
            text.Append(CultureInfo.InvariantCulture,
                $"\r\n:61:261119{(amount < 0 ? "D" : "C")}{Comma(Math.Abs(amount), currency)}NTRFR");
        text.Append("\r\n:62F:").Append(Balance(opening + amounts.Sum())).Append("\r\n-");

        var read = StatementReader.Read(StatementFormat.Mt940, Encoding.ASCII.GetBytes(text.ToString()))[0];

        return read.Lines.Select(line => line.Amount.MinorUnits).SequenceEqual(amounts)
            && read.Opening.MinorUnits == opening && read.Currency == currency;

        string Balance(long value) =>
            $"{(value < 0 ? "D" : "C")}261119{currency.Code}{Comma(Math.Abs(value), currency)}";
    }, iter: 300);

    [Fact]
    public void What_was_written_as_a_camt_053_is_read_as_it_was() => Movements.Sample(statement =>
    {
        var (currency, opening, amounts) = statement;
        var entries = string.Concat(amounts.Select(amount =>
            $"<Ntry>{Amount(amount)}<Sts>BOOK</Sts><BookgDt><Dt>2026-11-19</Dt></BookgDt></Ntry>"));
        var text = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><GrpHdr/><Stmt>"
            + "<Id>S</Id><Acct><Id><IBAN>B</IBAN></Id></Acct>" + Balance("OPBD", opening)
            + Balance("CLBD", opening + amounts.Sum()) + entries + "</Stmt></BkToCstmrStmt></Document>";

        var read = StatementReader.Read(StatementFormat.Camt053, Encoding.UTF8.GetBytes(text))[0];

        return read.Lines.Select(line => line.Amount.MinorUnits).SequenceEqual(amounts)
            && read.Opening.MinorUnits == opening && read.Currency == currency;

        string Balance(string type, long value) => $"<Bal><Tp><CdOrPrtry><Cd>{type}</Cd></CdOrPrtry></Tp>"
            + $"{Amount(value)}<Dt><Dt>2026-11-19</Dt></Dt></Bal>";

        string Amount(long value) => $"<Amt Ccy=\"{currency.Code}\">"
            + $"{new Money(Math.Abs(value), currency).ToAmountString()}</Amt>"
            + $"<CdtDbtInd>{(value < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>";
    }, iter: 300);

    /// <summary>A currency of 0, 2 or 3 decimals, an opening balance and movements other than zero.</summary>
    private static readonly Gen<(Currency, long, long[])> Movements = Gen.Select(
        Gen.Int[0, 2].Select(index => Currency.Of(new[] { "JPY", "GBP", "KWD" }[index])),
        Gen.Long[-1_000_000_000, 1_000_000_000],
        Gen.Long[-10_000_000, 10_000_000].Where(amount => amount != 0).Array[0, 20]);

    private static string Comma(long minorUnits, Currency currency)
    {
        var text = new Money(minorUnits, currency).ToAmountString().Replace('.', ',');
        return currency.Decimals == 0 ? text + "," : text;
    }

    private static bool IsRefusedOrSame(string name, byte[] content, string amounts)
    {
        try
        {
            var read = StatementFiles.Amounts(StatementFiles.Parse(name, content));
            // Leading zeros and final zeros of decimals may come and go.
            read.ShouldBe(amounts, Encoding.UTF8.GetString(content));
            return false;
        }
        catch (DamagedStatementException damage)
        {
            damage.Line.ShouldBeGreaterThan(0);
            return true;
        }
    }
}
