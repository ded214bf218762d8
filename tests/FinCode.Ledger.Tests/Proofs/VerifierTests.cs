using FinCode.Ledger.Proofs;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>Books that are right are found to be; exports can be checked without the database.</summary>
public sealed class VerifierTests(ProofsFixture proofs) : IClassFixture<ProofsFixture>
{
    [Fact]
    public async Task A_book_with_everything_in_it_is_fine_inside_and_outside()
    {
        await proofs.SampleAsync();

        var (code, said) = proofs.Verify(proofs.Folder);

        said.ShouldStartWith("Fine: ");
        said.ShouldContain("checkpoints inside the database");
        code.ShouldBe(LedgerVerification.Fine);
    }

    [Fact]
    public async Task An_export_is_the_lines_of_the_format_and_is_fine()
    {
        var book = await proofs.SampleAsync();
        var file = NewFile();

        var code = Export(book.Generator.Tenant.Value, file);

        code.ShouldBe(LedgerVerification.Fine);
        (await File.ReadAllLinesAsync(file)).ShouldBe(book.Generator.Lines);
        var verified = proofs.Verify(proofs.Folder, export: file);
        verified.Said.ShouldContain("Compared with 2 of");
        verified.Code.ShouldBe(LedgerVerification.Fine);
    }

    [Fact]
    public async Task All_books_of_a_database_go_into_one_export()
    {
        await proofs.SampleAsync();
        await proofs.SampleAsync();
        var file = NewFile();

        Export(null, file).ShouldBe(LedgerVerification.Fine);

        var (code, said) = proofs.Verify(proofs.Folder, export: file);
        said.ShouldStartWith("Fine: ");
        code.ShouldBe(LedgerVerification.Fine);
    }

    [Theory]
    [InlineData("\"amount\":100000,", "\"amount\":100001,", "posted", "leg 2|debits and credits")]
    [InlineData("\"newBalance\":100000,", "\"newBalance\":100001,", "posted", "newBalance")]
    [InlineData("\"newAvailable\":70000", "\"newAvailable\":100000", "pending", "newAvailable")]
    [InlineData("\"previousBalance\":100000,", "\"previousBalance\":1,", "committed", "previousBalance")]
    [InlineData("\"kind\":\"LIEN\"", "\"kind\":\"HOLD\"", "lien", "kind")]
    [InlineData("\"side\":\"DEBIT\"", "\"side\":\"CREDIT\"", "lien", "side")]
    [InlineData("\"account\":\"transit:a\"", "\"account\":\"transit:b\"", "lien", "was not opened")]
    [InlineData("\"currency\":\"GBP\"", "\"currency\":\"NGN\"", "lien", "was not opened")]
    [InlineData("\"amount\":500,", "\"amount\":0,", "lien", "amount")]
    [InlineData("\"amount\":500,", "\"amount\":9000000000000000000,", "lien", "newAvailable|minimum")]
    [InlineData("\"position\":", "\"position\":1", "lien", "missing")]
    [InlineData("\"valueDate\":\"2026-11-22\"", "\"valueDate\":\"2026-11-21\"", "last", "valueDate")]
    [InlineData("T10:00:00.0", "T09:00:00.0", "last", "bookedAt")]
    [InlineData("\"resolves\":null", "\"resolves\":1", "posted", "resolves")]
    [InlineData("\"reverses\":null", "\"reverses\":1", "posted", "reverses")]
    [InlineData("\"bookedBy\":\"usr_1\"", "\"bookedBy\":\"usr_2\"", "changed", "approvedBy")]
    [InlineData("\"v\":1,", "\"v\":2,", "posted", "version")]
    [InlineData(":{\"a\":\"1\",\"b\":", ":{\"b\":\"1\",\"a\":", "exchanged", "byte order")]
    [InlineData("\"reference\":null", "\"reference\": null", "posted", "byte by byte")]
    [InlineData("\"expiresAt\":null", "\"expiresAt\":\"2026-11-23T10:00:00.000000Z\"", "posted", "expiresAt")]
    [InlineData("\"maximum\":100000000", "\"maximum\":1", "changed", "maximum")]
    [InlineData("\"minimum\":0", "\"minimum\":90000000", "changed", "minimum")]
    [InlineData("\"status\":\"ACTIVATED\"", "\"status\":\"CLOSED\"", "changed", "closed and not empty")]
    [InlineData("\"class\":\"LIABILITY\"", "\"class\":\"ASSET\"", "changed", "class")]
    public async Task An_export_that_breaks_a_rule_is_named_by_position(
        string before, string after, string where, string what)
    {
        var book = await proofs.SampleAsync();
        var position = book.Positions[where];
        var lines = book.Generator.Lines.ToArray();
        var at = lines[position - 1].LastIndexOf(before, StringComparison.Ordinal);
        at.ShouldBeGreaterThanOrEqualTo(0);
        lines[position - 1] = lines[position - 1][..at] + after + lines[position - 1][(at + before.Length)..];

        var (code, said) = Verify(lines);

        said.ShouldStartWith($"WRONG. Book {book.Generator.Tenant.Value}, position {position}");
        what.Split('|').ShouldContain(part => said.Contains(part, StringComparison.Ordinal), said);
        code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public async Task What_was_resolved_or_reversed_is_so_only_once()
    {
        var book = await proofs.SampleAsync();
        var generator = book.Generator;
        var (debit, credit) = (SampleBook.Debit(book.Transit, 1), SampleBook.Credit(book.Psp, 1));

        var once = generator.Lines.Count;
        generator.Entry("POSTED", [debit, credit], resolves: book.Positions["pending"]);
        Verify([.. generator.Lines]).Said.ShouldContain("holds nothing, or nothing any more");

        generator.Lines.RemoveRange(once, generator.Lines.Count - once);
        Verify([.. generator.Lines]).Code.ShouldBe(LedgerVerification.Fine);
    }

    [Fact]
    public async Task A_reversal_has_the_legs_of_its_entry_exchanged_and_comes_once()
    {
        var (generator, psp, transit) = NewBook();
        var original = generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 9), SampleBook.Credit(transit, 9));
        generator.Entry("POSTED", [SampleBook.Credit(psp, 8), SampleBook.Debit(transit, 8)], reverses: original);
        Verify([.. generator.Lines]).Said.ShouldContain("with the sides exchanged");

        (generator, psp, transit) = NewBook();
        original = generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 9), SampleBook.Credit(transit, 9));
        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 9), SampleBook.Credit(transit, 9));
        generator.Entry("POSTED", [SampleBook.Credit(psp, 9), SampleBook.Debit(transit, 9)], reverses: original);
        Verify([.. generator.Lines]).Code.ShouldBe(LedgerVerification.Fine);
        generator.Entry("POSTED", [SampleBook.Credit(psp, 9), SampleBook.Debit(transit, 9)], reverses: original);
        Verify([.. generator.Lines]).Said.ShouldContain("reversed before");
        await Task.CompletedTask;
    }

    [Fact]
    public void A_balance_below_the_minimum_is_named_with_its_leg()
    {
        var (generator, psp, transit) = NewBook();
        generator.Post(BookGenerator.Today, SampleBook.Credit(psp, 9), SampleBook.Debit(transit, 9));

        var (code, said) = Verify([.. generator.Lines]);

        said.ShouldContain($"position {generator.Position}, leg 2");
        said.ShouldContain("below its minimum 0");
        code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public void A_key_that_comes_twice_is_found_however_far_apart()
    {
        var (generator, psp, transit) = NewBook();
        for (var i = 0; i < 20; i++)
            generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 9), SampleBook.Credit(transit, 9));
        generator.Lines[^1] = generator.Lines[^1].Replace("manual:step:22", "manual:step:3", StringComparison.Ordinal);

        var (code, said) = Verify([.. generator.Lines]);

        said.ShouldContain("position 22: the key is that of the entry at position 3");
        code.ShouldBe(LedgerVerification.Wrong);
    }

    [Theory]
    [InlineData("--no-such-file", 2)]
    [InlineData("cut", 2)]
    [InlineData("garbage", 1)]
    public void What_cannot_be_read_is_not_called_fine(string kind, int expected)
    {
        var file = NewFile();
        var (generator, _, _) = NewBook();
        if (kind == "cut")
            File.WriteAllText(file, string.Join('\n', generator.Lines));
        else if (kind == "garbage")
            File.WriteAllText(file, "garbage\n");

        proofs.Verify(export: kind == "--no-such-file" ? file + ".none" : file).Code.ShouldBe(expected);
    }

    [Fact]
    public void A_database_that_cannot_be_reached_is_code_2_and_no_password_is_said()
    {
        using var output = new StringWriter();

        var code = LedgerVerification.Run(
            new LedgerVerificationRequest { Connection = "Host=127.0.0.1;Port=1;Password=hush;Username=x;Database=x" },
            output, TextWriter.Null, CancellationToken.None);

        code.ShouldBe(LedgerVerification.Unreadable);
        output.ToString().ShouldNotContain("hush");
    }

    private static (BookGenerator, GeneratedAccount Psp, GeneratedAccount Transit) NewBook()
    {
        var generator = new BookGenerator(FinCode.Testing.TestTenant.New());
        var psp = generator.Open("psp:x", "GBP", true, "ASSET");
        return (generator, psp, generator.Open("transit:a", "GBP", false, "LIABILITY", minimum: 0));
    }

    private (int Code, string Said) Verify(string[] lines)
    {
        var file = NewFile();
        File.WriteAllText(file, string.Concat(lines.Select(line => line + "\n")));
        return proofs.Verify(export: file);
    }

    private int Export(Guid? tenant, string file) => LedgerExport.Run(
        proofs.Service.AppConnectionString, tenant, file, TextWriter.Null, TextWriter.Null, CancellationToken.None);

    private static string NewFile() => Path.Combine(FinCode.Testing.TestServers.NewFolder("export"), "book.jsonl");
}
