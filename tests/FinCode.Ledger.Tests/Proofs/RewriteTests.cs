using System.Security.Cryptography;
using FinCode.Ledger.Proofs;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// Somebody who owns the database and knows the format writes another history in which everything adds up. Only what
/// is outside the database tells.
/// </summary>
public sealed class RewriteTests : IAsyncLifetime
{
    internal const string Forget =
        "delete from legs; delete from entries; delete from book_events; delete from account_days; "
        + "delete from account_holds; delete from accounts; delete from books; ";

    private readonly ProofsFixture _proofs = new();
    private readonly TenantId _tenant = TestTenant.New();

    public Task InitializeAsync() => _proofs.InitializeAsync();

    public Task DisposeAsync() => _proofs.DisposeAsync();

    [Fact]
    public async Task A_log_that_was_rewritten_whole_is_found_by_the_checkpoints_in_the_database()
    {
        await WriteAsync(1_000);
        await _proofs.SignAsync();
        await _proofs.TamperAsync(Forget + "delete from merkle_tiles");
        await WriteAsync(999);

        var (code, said) = _proofs.Verify();

        said.ShouldContain("position 302: checkpoints: the root hash that was signed is not the log's");
        code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public async Task A_log_that_was_rewritten_with_its_checkpoints_is_found_by_those_outside()
    {
        await WriteAsync(1_000);
        await _proofs.SignAsync();
        await _proofs.TamperAsync(Forget + "delete from checkpoints; delete from merkle_tiles");
        await WriteAsync(999);
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Fine);

        var (code, said) = _proofs.Verify(_proofs.Folder);

        said.ShouldContain("the checkpoint outside the database: the root hash that was signed is not the log's");
        code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public async Task Checkpoints_signed_anew_with_another_key_are_found_by_the_published_keys()
    {
        await WriteAsync(1_000);
        await _proofs.SignAsync();
        await _proofs.TamperAsync(Forget + "delete from checkpoints; delete from merkle_tiles");
        await WriteAsync(999);
        using var stolen = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using (var forger = await _proofs.StartReplicaAsync(TestServers.NewFolder("forger"), stolen))
        {
            await ProofsFixture.SignAsync(forger);
        }

        var (code, said) = _proofs.Verify();

        said.ShouldContain("checkpoints.jws: it is signed by the key");
        said.ShouldContain("which is not among the keys");
        code.ShouldBe(LedgerVerification.Wrong);
        _proofs.Verify(withKeys: false).Code.ShouldBe(LedgerVerification.Fine);
        _proofs.Verify(_proofs.Folder, withKeys: false).Code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public async Task A_tail_that_was_cut_without_a_trace_is_found_by_the_checkpoints_outside()
    {
        var (generator, psp, transit) = await WriteAsync(1_000);
        await _proofs.SignAsync();
        string[] tables =
        [
            "books", "account_days", "account_holds", "entries", "legs", "book_events", "merkle_tiles", "checkpoints",
            "accounts",
        ];
        await _proofs.TamperAsync("create schema saved; "
            + string.Concat(tables.Select(table => $"create table saved.{table} as table {table}; ")));
        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 5), SampleBook.Credit(transit, 5));
        await generator.WriteAsync(_proofs.Service.Owner);
        await _proofs.SignAsync();
        var put = tables.Where(table => table != "accounts")
            .Select(table => $"delete from {table}; insert into {table} select * from saved.{table}; ");
        await _proofs.TamperAsync(string.Concat(put) + "update accounts a set posted_debits = s.posted_debits, "
            + "posted_credits = s.posted_credits from saved.accounts s where s.id = a.id");
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Fine);

        var (code, said) = _proofs.Verify(_proofs.Folder);

        said.ShouldContain("position 303: the log ends before this record");
        said.ShouldContain("its tail was cut");
        code.ShouldBe(LedgerVerification.Wrong);
        File.WriteAllLines(Path.Combine(_proofs.Folder, "export.txt"), generator.Lines.SkipLast(1));
        _proofs.Verify(_proofs.Folder, export: Path.Combine(_proofs.Folder, "export.txt"))
            .Said.ShouldContain("its tail was cut");
    }

    [Fact]
    public async Task A_book_that_is_gone_altogether_is_missed()
    {
        await WriteAsync(1_000);
        await _proofs.SignAsync();
        await _proofs.TamperAsync(Forget + "delete from checkpoints; delete from merkle_tiles");
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Fine);

        _proofs.Verify(_proofs.Folder).Said
            .ShouldContain($"Book {_tenant.Value}, position 1: the log ends before this");
    }

    [Fact]
    public async Task Constraints_that_were_dropped_do_not_help()
    {
        await WriteAsync(1_000);
        await _proofs.TamperAsync(
            "alter table entries drop constraint entries_key; alter table accounts alter balance drop expression; "
            + "update accounts set balance = balance + 1 where code = 'psp:x'");

        _proofs.Verify().Said.ShouldContain("accounts.balance of psp:x in GBP is");

        await _proofs.TamperAsync("alter table accounts drop column balance cascade");
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Unreadable);
    }

    /// <summary>Two accounts and 300 entries; what is booked first is of the given amount.</summary>
    private async Task<(BookGenerator, GeneratedAccount Psp, GeneratedAccount Transit)> WriteAsync(long amount)
    {
        var generator = new BookGenerator(_tenant);
        var psp = generator.Open("psp:x", "GBP", true, "ASSET");
        var transit = generator.Open("transit:a", "GBP", false, "LIABILITY", minimum: 0);
        for (var i = 0; i < 300; i++)
            generator.Post(
                BookGenerator.Today, SampleBook.Debit(psp, amount + i), SampleBook.Credit(transit, amount + i));
        await generator.WriteAsync(_proofs.Service.Owner);
        return (generator, psp, transit);
    }
}
