using System.Text;
using FinCode.Ledger.Reconciliation.Model.Statements;

namespace FinCode.Ledger.Tests.Reconciliation.Statements;

/// <summary>The files beside this one, as they are and with each kind of damage.</summary>
public sealed class StatementReaderTests
{
    [Fact]
    public void A_camt_053_of_version_02_is_read_with_its_batch_split_and_pending_entries_left_out()
    {
        var statement = Parse(StatementFiles.Camt02).ShouldHaveSingleItem();

        (statement.Account, statement.Id, statement.Sequence, statement.PendingIgnored)
            .ShouldBe(("GB33BUKB20201555555555", "STMT-2026-323", "323", 1));
        (statement.From, statement.To).ShouldBe((new DateOnly(2026, 11, 19), new DateOnly(2026, 11, 19)));
        StatementFiles.Amounts([statement])
            .ShouldBe("1000.00 GBP [102.00, -30.00, -100.00, -200.00, -300.00, 50.00] 522.00 GBP");
        var first = statement.Lines[0];
        (first.ValueDate, first.BookingDate).ShouldBe((new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 19)));
        (first.EndToEndId, first.InstructionId, first.TransactionId, first.ServicerReference, first.BankReference)
            .ShouldBe(("E2E-PAYIN-0001", "INSTR-1", "TX-1", "SVC-1001", "N1"));
        first.Text.ShouldBe("Rent for November\nand the deposit");
        statement.Lines.Select(line => line.Batch)
            .ShouldBe([null, null, "BATCH-77", "BATCH-77", "BATCH-77", null]);
        statement.Lines[4].EndToEndId.ShouldBeNull();
        statement.Lines.Select(line => line.Number).ShouldBe([1, 2, 3, 4, 5, 6]);
        statement.Lines[3].FileLine.ShouldBe(59);
    }

    [Fact]
    public void A_camt_053_of_version_08_is_read_by_the_same_reader_in_three_decimals()
    {
        var statement = Parse(StatementFiles.Camt08).ShouldHaveSingleItem();

        StatementFiles.Amounts([statement]).ShouldBe("10.000 KWD [2.250, -0.500] 11.750 KWD");
        (statement.From, statement.To).ShouldBe((new DateOnly(2026, 11, 19), new DateOnly(2026, 11, 19)));
        statement.Lines[0].EndToEndId.ShouldBe("01985a3c1d2e7f4aa1b2c3d4e5f60718");
        statement.Lines[0].Text.ShouldBe("RF18539007547034\n5cc5aa0e-4b8e-4a0a-9d0e-5f1c8a9c5e11");
        // Charges took the rest: the entry stays one line.
        (statement.Lines[1].EndToEndId, statement.Lines[1].ValueDate)
            .ShouldBe(("KW-OUT-1", new DateOnly(2026, 11, 19)));
    }

    [Theory]
    [InlineData("camt.053.001.09")]
    [InlineData("camt.053.001.13")]
    public void Later_versions_of_camt_053_are_read_alike(string version) =>
        StatementFiles.Amounts(StatementFiles.Parse(StatementFiles.Camt08, Replaced(StatementFiles.Camt08,
            "camt.053.001.08", version))).ShouldBe("10.000 KWD [2.250, -0.500] 11.750 KWD");

    [Theory]
    [InlineData("camt.052.001.08", "Line 2: camt.052.001.08 is a report within the day")]
    [InlineData("camt.054.001.08", "Line 2: camt.054.001.08 is a notification")]
    [InlineData("camt.053.001.99", "Line 2: camt.053.001.99 is not a version")]
    [InlineData("pain.001.001.03", "Line 2: pain.001.001.03 is not a version")]
    public void Another_message_is_refused_by_name(string message, string expected) =>
        Refusal(StatementFiles.Camt08, "camt.053.001.08", message).ShouldStartWith(expected);

    [Theory]
    [InlineData("<NbOfNtries>4<", "<NbOfNtries>5<", "Line 20: TtlNtries counts other entries than the 4")]
    [InlineData("<Sum>152.00<", "<Sum>153.00<", "Line 24: The sum of TtlCdtNtries")]
    [InlineData(">478.00<", ">477.00<", "Line 22: The net total")]
    [InlineData(">522.00<", ">523.00<", "Line 5: The opening balance and the entries")]
    [InlineData("<NbOfTxs>3<", "<NbOfTxs>4<", "Line 54: The batch counts other transactions")]
    [InlineData("\"GBP\">300.00", "\"GBP\">300.01", "Line 48: The amounts of the entry's transactions")]
    [InlineData("<Ccy>GBP</Ccy>", "<Ccy>EUR</Ccy>", "Line 11: The account is kept in EUR.")]
    [InlineData("\"GBP\">30.00", "\"EUR\">30.00", "Line 42: This amount is not in GBP.")]
    [InlineData("\"GBP\">30.00", "\"GBP\">30.001", "Line 42: An amount in GBP has at most 2 decimals.")]
    [InlineData("\"GBP\">30.00", "\"GBP\">-30.00", "Line 42: An amount has no sign")]
    [InlineData("<Cd>OPBD</Cd>", "<Cd>INFO</Cd>", "Line 5: The statement has no opening booked balance")]
    [InlineData("<Cd>CLBD</Cd>", "<Cd>OPBD</Cd>", "Line 15: This kind of balance is there twice.")]
    [InlineData("<Sts>PDNG</Sts>", "<Sts>MAYBE</Sts>", "Line 75: The status of an entry")]
    [InlineData("<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<CdtDbtInd>DEBT</CdtDbtInd><Sts>", "Line 41: CdtDbtInd is")]
    [InlineData("<ValDt><Dt>2026-11-20", "<ValDt><Dt>2026-11-31", "Line 30: This is not a date")]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<!DOCTYPE Document [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "Line 1: This is not well-formed XML")]
    public void A_damaged_camt_053_is_refused_whole_with_line_and_reason(
        string good, string bad, string expected) =>
        Refusal(StatementFiles.Camt02, good, bad).ShouldStartWith(expected);

    [Fact]
    public void An_mt940_over_two_messages_is_one_statement_with_reversals_and_all_sub_fields()
    {
        var statement = Parse(StatementFiles.Mt940Blocks).ShouldHaveSingleItem();

        (statement.Account, statement.Id, statement.Sequence)
            .ShouldBe(("NL91ABNA0417164300", "STMT2611191", "00323"));
        StatementFiles.Amounts([statement]).ShouldBe("1500.00 EUR [102.00, -250.50, 20.00, -5.25] 1366.25 EUR");
        var first = statement.Lines[0];
        (first.BankReference, first.ServicerReference, first.FileLine).ShouldBe(("E2E-PAYIN-0002", "BANKREF0001", 6));
        first.Text.ShouldBe(
            "/TRTP/SEPA OVERBOEKING/REMI/Transfer txn_01985a3c1d2e7f4aa1b2c3d4\ne5f60718 thank you");
        (statement.Lines[2].Text, statement.Lines[1].BankReference).ShouldBe(("payment came back", null));
        (statement.Lines[3].ValueDate, statement.Lines[3].BookingDate)
            .ShouldBe((new DateOnly(2026, 11, 20), new DateOnly(2026, 11, 19)));
    }

    [Fact]
    public void A_bare_mt940_in_a_currency_without_decimals_is_read()
    {
        var statement = Parse(StatementFiles.Mt940Bare).ShouldHaveSingleItem();

        StatementFiles.Amounts([statement]).ShouldBe("100000 JPY [5000, -1] 104999 JPY");
        (statement.From, statement.To).ShouldBe((new DateOnly(2026, 11, 19), new DateOnly(2026, 11, 19)));
    }

    [Fact]
    public void What_moves_nothing_is_counted_and_left_out_and_numbers_have_no_gaps()
    {
        var swift = StatementFiles.Parse(StatementFiles.Mt940Bare, Replaced(StatementFiles.Mt940Bare,
            ":61:261119D1,", ":61:261119C0,NMSCZERO\r\n:86:Info\r\n:61:261119D1,"))[0];
        (swift.ZeroIgnored, swift.Lines.Count, swift.Lines[1].Number).ShouldBe((1, 2, 2));

        var iso = StatementFiles.Parse(StatementFiles.Camt02, Replaced(StatementFiles.Camt02,
            "\"GBP\">200.00", "\"GBP\">0.00", "\"GBP\">300.00", "\"GBP\">500.00"))[0];
        iso.Lines.Select(line => line.Number).ShouldBe([1, 2, 3, 4, 5]);
        iso.Lines[3].Amount.ToAmountString().ShouldBe("-500.00");
    }

    [Fact]
    public void An_entry_date_at_the_turn_of_the_year_is_of_the_nearest_year()
    {
        var lines = StatementFiles.Parse(StatementFiles.Mt940Bare, Replaced(StatementFiles.Mt940Bare,
            ":61:261119C", ":61:2701020102C", "D1,NCHG", "D1,NTRF", ":61:261119D", ":61:2612311230D"))[0].Lines;
        var over = StatementFiles.Parse(StatementFiles.Mt940Bare, Replaced(StatementFiles.Mt940Bare,
            ":61:261119C", ":61:2701011231C"))[0].Lines;

        lines[0].BookingDate.ShouldBe(new DateOnly(2027, 1, 2));
        over[0].BookingDate.ShouldBe(new DateOnly(2026, 12, 31));
    }

    [Theory]
    [InlineData(":62M:C261119EUR1351,50", ":62M:C261119EUR1351,51", "Line 12: The opening balance and the entries")]
    [InlineData(":60M:C261119EUR1351,50", ":60M:D261119EUR1351,50", "Line 22: The opening balance and the entries")]
    [InlineData(":28C:00323/002", ":28C:00323/003", "Line 15: The message does not go on")]
    [InlineData("{2:O940", "{2:O950", "Line 1: The message is not an MT940.")]
    [InlineData("RCR5,25", "RCX5,25", "Line 21: Field 61: the funds code")]
    [InlineData("RCR5,25", "RCR5.25", "Line 21: Field 61: an amount")]
    [InlineData("RCR5,25", "RCR5,255", "Line 21: An amount in EUR has at most 2 decimals.")]
    [InlineData("RCR5,25", "XCR5,25", "Line 21: Field 61: the mark")]
    [InlineData("C102,00NTRF", "C102,00XTRF", "Line 6: Field 61: the transaction type")]
    [InlineData("E2E-PAYIN-0002//", "E2E-PAYIN-00021234//", "Line 6: Field 61: a reference has")]
    [InlineData(":64:C261119EUR", ":64:C261119USD", "Line 23: Field 64: the balance is in another currency.")]
    [InlineData(":86:All", ":13D:All", "Line 24: Field 13D: an MT940 has no such field.")]
    [InlineData(":28C:00323/001\r\n", "", "Line 11: The message was cut off or has no field 28C.")]
    [InlineData("payment came back", "payment\r\ncame back", "Line 19: Field 61: there is one line")]
    public void A_damaged_mt940_is_refused_whole_with_line_and_reason(string good, string bad, string expected) =>
        Refusal(StatementFiles.Mt940Blocks, good, bad).ShouldStartWith(expected);

    [Fact]
    public void A_csv_is_read_by_its_mapping()
    {
        var statement = Parse(StatementFiles.Csv).ShouldHaveSingleItem();

        StatementFiles.Amounts([statement]).ShouldBe("0.00 NGN [1234567.89, -1000.50] 1233567.39 NGN");
        (statement.Lines[0].Text, statement.Lines[0].ServicerReference)
            .ShouldBe(("Settlement; \"batch 7\"", "REF-1"));
        statement.Lines[1].ValueDate.ShouldBe(new DateOnly(2026, 11, 20));
    }

    [Theory]
    [InlineData("1.000,50", "1.00,50", "Line 3: The column \"Soll\" is not grouped in threes.")]
    [InlineData("1.000,50", "1.000,505", "Line 3: An amount in NGN has at most 2 decimals.")]
    [InlineData("1.000,50", "-1.000,50", "Line 3: The column \"Soll\" is no amount as declared.")]
    [InlineData("1.000,50;;", "1.000,50;1,00;", "Line 3: A row has a debit or a credit, one of them.")]
    [InlineData("19.11.2026;20.11.2026", "19.11.2026;20/11/2026", "Line 3: The column \"Valuta\" is no day")]
    [InlineData("Referenz", "Reference", "Line 1: The column \"Referenz\" is missing.")]
    [InlineData("Soll;Haben", "Haben;Haben", "Line 1: The column")]
    [InlineData(";REF-2", "", "Line 3: The row has 5 fields where the first has 6.")]
    [InlineData("\"Settlement", "Settlement", "Line 2: ")]
    [InlineData("1.000,50", "1.000,51", "Line 3: The opening balance and the entries")]
    public void A_damaged_csv_is_refused_whole_with_line_and_reason(string good, string bad, string expected) =>
        Refusal(StatementFiles.Csv, good, bad).ShouldStartWith(expected);

    [Fact]
    public void Rows_that_were_cut_off_are_missed_also_when_they_cancel_out()
    {
        var content = Replaced(StatementFiles.Csv, ";REF-2\n",
            ";REF-2\n19.11.2026;19.11.2026;a;1,00;;\n19.11.2026;19.11.2026;b;;1,00;\n");

        Should.Throw<DamagedStatementException>(() => StatementFiles.Parse(StatementFiles.Csv, content))
            .Reason.ShouldBe("2 movements are declared, 4 are there.");
    }

    [Fact]
    public void A_file_beyond_the_limit_is_refused() => Should.Throw<DamagedStatementException>(() =>
        StatementReader.Read(StatementFormat.Mt940, new byte[StatementReader.MaxFileBytes + 1]));

    [Fact]
    public void A_mapping_that_cannot_be_used_says_why()
    {
        var mapping = StatementFiles.Mapping with
        {
            Delimiter = "::",
            DecimalSign = "'",
            GroupSign = "x",
            DateFormat = "dd.MM",
            Encoding = "EBCDIC",
            Amount = "Betrag",
        };

        mapping.Problems().Select(problem => problem.Member)
            .ShouldBe(["delimiter", "decimalSign", "groupSign", "dateFormat", "encoding", "amount"]);
        StatementFiles.Mapping.Problems().ShouldBeEmpty();
        (StatementFiles.Mapping with { DateFormat = "yyyyMMdd" }).Problems().ShouldBeEmpty();
        (StatementFiles.Mapping with { DateFormat = "yyyy.MM.yyyy" }).Problems().ShouldHaveSingleItem();
    }

    private static IReadOnlyList<Statement> Parse(string name) =>
        StatementFiles.Parse(name, StatementFiles.Read(name));

    private static string Refusal(string name, string good, string bad) =>
        Should.Throw<DamagedStatementException>(() => StatementFiles.Parse(name, Replaced(name, good, bad))).Message;

    /// <summary>The file with the first of each text replaced; the text must be there.</summary>
    private static byte[] Replaced(string name, params string[] goodAndBad)
    {
        var text = Encoding.UTF8.GetString(StatementFiles.Read(name));
        for (var i = 0; i < goodAndBad.Length; i += 2)
        {
            var at = text.IndexOf(goodAndBad[i], StringComparison.Ordinal);
            at.ShouldBeGreaterThanOrEqualTo(0, goodAndBad[i]);
            text = text[..at] + goodAndBad[i + 1] + text[(at + goodAndBad[i].Length)..];
        }
        return Encoding.UTF8.GetBytes(text);
    }
}
