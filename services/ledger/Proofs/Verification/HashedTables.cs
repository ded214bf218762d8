namespace FinCode.Ledger.Proofs.Verification;

/// <summary>A table beside the log whose rows leave hashes: docs/ledger-log.md.</summary>
/// <param name="Key">The columns of its primary key, in order.</param>
internal sealed record HashedTable(string Name, params string[] Key)
{
    /// <summary>In byte order of their names.</summary>
    public static IReadOnlyList<HashedTable> All { get; } =
    [
        new("break_notes", "break_id", "number"),
        new("breaks", "id"),
        new("match_legs", "match_id", "entry_position", "leg_number"),
        new("match_lines", "match_id", "line_id"),
        new("match_rules", "id", "version"),
        new("matches", "id"),
        new("monitors", "id"),
        new("proposals", "id"),
        new("reconciled_account_versions", "account_id", "version"),
        new("reconciled_accounts", "account_id"),
        new("refused_reservations", "transaction_id", "number"),
        new("removed_monitors", "id"),
        new("safeguarding_alarms", "id"),
        new("safeguarding_reports", "id"),
        new("settlement_reports", "account_id", "day", "number"),
        new("statement_files", "id"),
        new("statement_lines", "id"),
        new("statements", "id"),
        new("unmatch_requests", "match_id"),
    ];

    /// <summary>The rows of a book as they are: their keys and hashes, in byte order of the keys.</summary>
    public string Rows =>
        $"""
        select row_key, sha256(convert_to(jsonb_strip_nulls(content - 'is_below')::text, 'UTF8'))
        from (
            select concat_ws(':', {string.Join(", ", Key.Select(column => $"content ->> '{column}'"))}) as row_key,
                content
            from (select to_jsonb(t) as content from {Name} t where tenant_id = $1) rows) keyed
        order by row_key collate "C"
        """;
}
