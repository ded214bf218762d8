using Npgsql;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A book in which everything occurs that a book can have, and then many plain entries.</summary>
internal sealed class SampleBook(TenantId tenant)
{
    public const int PlainEntries = 600;

    private readonly DateOnly _yesterday = BookGenerator.Today.AddDays(-1);

    public BookGenerator Generator { get; } = new(tenant);

    /// <summary>Positions by what stands there.</summary>
    public Dictionary<string, long> Positions { get; } = [];

    public GeneratedAccount Psp { get; private set; } = null!;

    public GeneratedAccount Transit { get; private set; } = null!;

    public async Task WriteAsync(NpgsqlDataSource owner)
    {
        Psp = Generator.Open("psp:x", "GBP", isDebitNormal: true, "ASSET");
        Positions["opened"] = Generator.Position;
        Transit = Generator.Open("transit:a", "GBP", isDebitNormal: false, "LIABILITY", minimum: 0);
        var pounds = Generator.Open("fx:GBP", "GBP", isDebitNormal: true, "POSITION");
        var naira = Generator.Open("fx:NGN", "NGN", isDebitNormal: true, "POSITION");
        var payable = Generator.Open("payable:a", "NGN", isDebitNormal: false, "LIABILITY", minimum: 0);
        Positions["posted"] = Generator.Post(_yesterday, Debit(Psp, 1_000_00), Credit(Transit, 1_000_00));
        Positions["pending"] = Generator.Entry(
            "PENDING", [Debit(Transit, 300_00), Credit(Psp, 300_00)],
            expiresAt: BookGenerator.Start.AddDays(1), transaction: Guid.CreateVersion7());
        Positions["committed"] = Generator.Entry(
            "POSTED", [Debit(Transit, 200_00), Credit(Psp, 200_00)], resolves: Positions["pending"]);
        Positions["void-me"] = Generator.Entry("PENDING", [Debit(Transit, 50_00), Credit(Psp, 50_00)]);
        Positions["voided"] = Generator.Entry(
            "VOIDED", [Debit(Transit, 50_00), Credit(Psp, 50_00)], resolves: Positions["void-me"]);
        Positions["lien"] = Generator.Entry("LIEN", [Debit(Transit, 5_00)]);
        Positions["open"] = Generator.Entry("PENDING", [Debit(Transit, 7_00), Credit(Psp, 7_00)]);
        Positions["exchanged"] = Generator.Entry(
            "POSTED",
            [Debit(Transit, 100_00), Credit(pounds, 100_00), Debit(naira, 200_000_00), Credit(payable, 200_000_00)],
            text: "Bürgschaft \"A\\B\"\n\u001f/", metadata: """{"a":"1","b":"\"ü"}""",
            transaction: Guid.CreateVersion7());
        Positions["reversal"] = Generator.Entry(
            "POSTED",
            [Credit(Transit, 100_00), Debit(pounds, 100_00), Credit(naira, 200_000_00), Debit(payable, 200_000_00)],
            reverses: Positions["exchanged"]);
        await Generator.WriteAsync(owner);

        Transit.Owner = "pty_1";
        Transit.Metadata = """{"kind":"t"}""";
        Transit.Maximum = 1_000_000_00;
        Generator.Change(Transit, "usr_1", "usr_2");
        Positions["changed"] = Generator.Position;
        Generator.Close(_yesterday);
        Positions["closed"] = Generator.Position;
        for (var i = 0; i < PlainEntries; i++)
            Generator.Post(BookGenerator.Today, Debit(Psp, 1 + i), Credit(Transit, 1 + i));
        Positions["last"] = Generator.Position;
        await Generator.WriteAsync(owner);
    }

    public static GeneratedLeg Debit(GeneratedAccount account, long amount) => new(account, true, amount);

    public static GeneratedLeg Credit(GeneratedAccount account, long amount) => new(account, false, amount);
}
