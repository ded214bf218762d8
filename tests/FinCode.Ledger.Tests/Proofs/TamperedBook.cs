namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A database with one signed book; it is tampered with, verified, and put back as it was.</summary>
public sealed class TamperedBook : IAsyncLifetime
{
    internal static IReadOnlyList<string> Tables { get; } =
    [
        "books", "accounts", "account_days", "account_holds", "entries", "legs", "book_events", "merkle_tiles",
        "checkpoints",
    ];

    private string _restore = "";

    internal ProofsFixture Proofs { get; } = new();

    internal SampleBook Book { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Proofs.InitializeAsync();
        Book = await Proofs.SampleAsync();
        await Proofs.TamperAsync(
            "create schema saved; "
            + string.Concat(Tables.Select(table => $"create table saved.{table} as table {table}; ")));
        foreach (var table in Tables)
        {
            var columns = await ColumnsAsync(table);
            _restore += $"delete from {table}; insert into {table} ({columns}) select {columns} from saved.{table}; ";
        }
    }

    public Task DisposeAsync() => Proofs.DisposeAsync();

    /// <summary>Words in braces are positions of the sample book; {book} is its id.</summary>
    public async Task<(int Code, string Said)> VerifyAfterAsync(string sql, bool withOutside = false)
    {
        await Proofs.TamperAsync(Fill(sql));
        try
        {
            return Proofs.Verify(withOutside ? Proofs.Folder : null);
        }
        finally
        {
            await Proofs.TamperAsync(_restore);
        }
    }

    internal string Fill(string text)
    {
        text = text.Replace("{book}", Book.Generator.Tenant.Value.ToString(), StringComparison.Ordinal);
        foreach (var (name, position) in Book.Positions)
            text = text.Replace($"{{{name}}}", $"{position}", StringComparison.Ordinal);
        return text;
    }

    /// <summary>Those that may be written: generated ones are made anew.</summary>
    internal async Task<string> ColumnsAsync(string table)
    {
        await using var command = Proofs.Service.Owner.CreateCommand(
            "select string_agg(attname, ', ' order by attnum) from pg_attribute "
            + $"where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
