using FinCode.Messaging;

namespace FinCode.Transactions.Storage;

/// <summary>For how many years after the last transfer customers' records are kept.</summary>
/// <param name="ProposedYears">What somebody proposed, which somebody else has to approve.</param>
internal sealed record Retention(int Years, int? ProposedYears = null, string? ProposedBy = null);

/// <summary>
/// How long a tenant keeps customers' records. Less than the default is agreed on by two people, for what is erased
/// earlier does not come back; the database holds the same.
/// </summary>
internal sealed class CustomerRetention(DbSession session, TimeProvider clock)
{
    public const int DefaultYears = 5;

    public async Task<Retention> GetAsync(CancellationToken cancellationToken, bool isLocked = false)
    {
        await using var read = session.Command(
            "select years, proposed_years, proposed_by from customer_retention where tenant_id = $1"
            + (isLocked ? " for update" : ""), session.Tenant.Value);
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken))
            return new Retention(DefaultYears);
        return await row.IsDBNullAsync(1, cancellationToken)
            ? new Retention(row.GetInt32(0))
            : new Retention(row.GetInt32(0), row.GetInt32(1), row.GetString(2));
    }

    /// <summary>At once; what was proposed is off the table.</summary>
    public Task SetAsync(int years, string by, CancellationToken cancellationToken) => WriteAsync(
        "insert into customer_retention (tenant_id, years, changed_by, changed_at) values ($1, $2, $3, $4) "
        + "on conflict (tenant_id) do update set years = excluded.years, changed_by = excluded.changed_by, "
        + "changed_at = excluded.changed_at, approved_by = null, proposed_years = null, proposed_by = null",
        cancellationToken, years, by, clock.GetUtcNow());

    public Task ProposeAsync(int years, string by, CancellationToken cancellationToken) => WriteAsync(
        "insert into customer_retention (tenant_id, years, changed_by, changed_at, proposed_years, proposed_by) "
        + "values ($1, $2, $3, $4, $5, $3) on conflict (tenant_id) do update set "
        + "proposed_years = excluded.proposed_years, proposed_by = excluded.proposed_by",
        cancellationToken, DefaultYears, by, clock.GetUtcNow(), years);

    /// <summary>What was proposed counts from now on.</summary>
    public Task ApproveAsync(string by, CancellationToken cancellationToken) => WriteAsync(
        "update customer_retention set years = proposed_years, changed_by = proposed_by, approved_by = $2, "
        + "changed_at = $3, proposed_years = null, proposed_by = null where tenant_id = $1",
        cancellationToken, by, clock.GetUtcNow());

    private async Task WriteAsync(string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var write = session.Command(sql, [session.Tenant.Value, .. arguments]);
        await write.ExecuteNonQueryAsync(cancellationToken);
    }
}
