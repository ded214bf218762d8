using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>An account that is reconciled, and how.</summary>
/// <param name="ExternalAccount">As the other side names it; set by the first statement unless it was given.</param>
internal sealed record ReconciledAccount(
    Guid Id, AccountName Name, int Version, string? ExternalAccount, int MissingAfterDays, CsvMapping? Csv,
    string ChangedBy, DateTimeOffset ChangedAt)
{
    public Currency Currency => Name.Currency;
}

internal sealed class ReconciledAccounts(DbSession session, TimeProvider clock)
{
    public const int DefaultMissingAfterDays = 3;

    private const string Select = """
        select r.account_id, a.code, a.currency, r.version, r.external_account, r.missing_after_days, r.csv_mapping,
            r.changed_by, r.changed_at
        from reconciled_accounts r join accounts a on a.id = r.account_id
        """;

    /// <summary>
    /// The account, held until the session ends: one person or run at a time changes what is reconciled on it.
    /// </summary>
    public async Task<ReconciledAccount?> LockAsync(Guid account, CancellationToken cancellationToken) =>
        (await session.ListAsync(Read, cancellationToken,
            $"{Select} where r.tenant_id = $1 and r.account_id = $2 for update of r", session.Tenant.Value, account))
        .SingleOrDefault();

    public async Task<ReconciledAccount?> FindAsync(AccountName name, CancellationToken cancellationToken) =>
        (await session.ListAsync(Read, cancellationToken,
            $"{Select} where r.tenant_id = $1 and a.code = $2 and a.currency = $3", session.Tenant.Value, name.Code,
            name.Currency.Code))
        .SingleOrDefault();

    public async Task<IReadOnlyList<ReconciledAccount>> ListAsync(CancellationToken cancellationToken) =>
        await session.ListAsync(Read, cancellationToken,
            $"""{Select} where r.tenant_id = $1 order by a.code collate "C", a.currency collate "C" """,
            session.Tenant.Value);

    /// <summary>Begins to reconcile the account, if nobody did yet; then holds it.</summary>
    public async Task<ReconciledAccount> OpenAsync(Guid account, string by, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync(cancellationToken, """
            insert into reconciled_accounts (tenant_id, account_id, version, missing_after_days, changed_by, changed_at)
            values ($1, $2, 1, $3, $4, $5) on conflict do nothing
            """, session.Tenant.Value, account, DefaultMissingAfterDays, by, clock.GetUtcNow());
        return (await LockAsync(account, cancellationToken))!;
    }

    public Task ChangeAsync(
        ReconciledAccount account, string? external, int missingAfterDays, CsvMapping? csv, string by,
        CancellationToken cancellationToken) => session.ExecuteAsync(cancellationToken, """
            update reconciled_accounts set version = version + 1, external_account = $3::text, missing_after_days = $4,
                csv_mapping = $5::text, changed_by = $6, changed_at = $7
            where tenant_id = $1 and account_id = $2
            """, session.Tenant.Value, account.Id, external, missingAfterDays,
            csv is null ? null : JsonSerializer.Serialize(csv, ContractJson.Options), by, clock.GetUtcNow());

    /// <summary>Of all tenants: for the daily job, which begins a session for all of them.</summary>
    public async Task<IReadOnlyList<(TenantId Tenant, Guid Account)>> ListOfAllTenantsAsync(
        CancellationToken cancellationToken) => await session.ListAsync(
            reader => (new TenantId(reader.GetGuid(0)), reader.GetGuid(1)), cancellationToken,
            "select tenant_id, account_id from reconciled_accounts order by tenant_id, account_id");

    private static ReconciledAccount Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), new AccountName(reader.GetString(1), Currency.Of(reader.GetString(2))), reader.GetInt32(3),
        reader.TextOrNull(4), reader.GetInt32(5),
        reader.TextOrNull(6) is { } csv ? JsonSerializer.Deserialize<CsvMapping>(csv, ContractJson.Options) : null,
        reader.GetString(7), reader.Time(8));
}
