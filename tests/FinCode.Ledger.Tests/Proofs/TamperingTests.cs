using System.Text.RegularExpressions;
using FinCode.Ledger.Proofs;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A row that was changed by hand is found and named, for each column that means something.</summary>
public sealed class TamperingTests(TamperedBook tampered) : IClassFixture<TamperedBook>
{
    [Theory]
    [MemberData(nameof(TamperingCases.Entries), MemberType = typeof(TamperingCases))]
    public Task A_changed_entry_is_named(string change, string named) =>
        IsNamedAsync($"update entries set {change}", named);

    [Theory]
    [MemberData(nameof(TamperingCases.Legs), MemberType = typeof(TamperingCases))]
    public Task A_changed_leg_is_named(string change, string named) =>
        IsNamedAsync($"update legs set {change}", named);

    [Theory]
    [MemberData(nameof(TamperingCases.Accounts), MemberType = typeof(TamperingCases))]
    public Task A_changed_account_is_named(string change, string named) =>
        IsNamedAsync($"update accounts set {change}", named);

    [Theory]
    [MemberData(nameof(TamperingCases.Rest), MemberType = typeof(TamperingCases))]
    public Task A_change_anywhere_else_is_named(string sql, string named) => IsNamedAsync(sql, named);

    [Theory]
    [MemberData(nameof(TamperingCases.Wholes), MemberType = typeof(TamperingCases))]
    public Task A_row_that_was_removed_added_or_moved_is_named(string sql, string named) =>
        IsNamedAsync(sql, named, withOutside: true);

    [Fact]
    public async Task Every_column_that_means_something_has_a_case()
    {
        var cases = string.Join('\n', TamperingCases.Statements);
        var missing = new List<string>();
        foreach (var table in TamperedBook.Tables)
        {
            foreach (var column in (await tampered.ColumnsAsync(table)).Split(", "))
            {
                if (!Regex.IsMatch(cases, $@"update {table} set (.*, )?{column} = "))
                    missing.Add($"{table}.{column}");
            }
        }

        // It counts how often monitors changed, for replicas that remember accounts; nothing is derived from it.
        missing.ShouldBe(["books.watch_revision"]);
    }

    [Fact]
    public void Without_tampering_everything_is_fine()
    {
        var (code, said) = tampered.Proofs.Verify(tampered.Proofs.Folder);

        said.ShouldStartWith("Fine: 1 books");
        said.ShouldContain("2 checkpoints inside the database and 2 of 2 outside");
        code.ShouldBe(LedgerVerification.Fine);
    }

    [Fact]
    public async Task What_was_held_is_worked_out_again_from_the_log_as_it_was_kept()
    {
        var (code, said) = await tampered.VerifyAfterAsync(
            "delete from account_holds; select keep_holds(tenant_id, 0, position) from books");

        said.ShouldStartWith("Fine: 1 books");
        code.ShouldBe(LedgerVerification.Fine);
    }

    private async Task IsNamedAsync(string sql, string named, bool withOutside = false)
    {
        var (code, said) = await tampered.VerifyAfterAsync(sql, withOutside);

        named.Split('|').ShouldContain(
            part => said.Contains(tampered.Fill(part), StringComparison.Ordinal), $"{tampered.Fill(named)}\n{said}");
        said.ShouldStartWith("WRONG. ");
        code.ShouldBe(LedgerVerification.Wrong);
    }
}
