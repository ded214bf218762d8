using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>One version of a rule.</summary>
internal sealed record RuleVersion(
    MatchRule Rule, Guid Account, string Name, bool IsActive, string ChangedBy, DateTimeOffset ChangedAt);

/// <summary>Rules are only ever added to: the last version is the one that counts.</summary>
internal sealed class RuleStore(DbSession session, TimeProvider clock)
{
    public const int MaxRules = 50;

    private const string Columns =
        "id, version, kind, priority, tolerance, days_before, days_after, account_id, name, active, "
        + "changed_by, changed_at";

    private const string Latest = $"""
        select * from (
            select distinct on (id) {Columns} from match_rules where tenant_id = $1 order by id, version desc) latest
        """;

    /// <summary>What goes by names only, and so can hardly be wrong; rules by amount are for people to add.</summary>
    private static readonly (MatchRuleKind Kind, string Name)[] Defaults =
    [
        (MatchRuleKind.Reference, "Reference"),
        (MatchRuleKind.EndToEndId, "End-to-end id"),
        (MatchRuleKind.ReferenceInText, "Reference in the text"),
        (MatchRuleKind.CommonReference, "Common reference or batch"),
    ];

    /// <summary>By priority; those that were retired, too, if asked for.</summary>
    public async Task<IReadOnlyList<RuleVersion>> ListAsync(
        Guid account, bool includeRetired, CancellationToken cancellationToken) => await session.ListAsync(
            Read, cancellationToken, $"{Latest} where account_id = $2 and (active or $3) order by priority, id",
            session.Tenant.Value, account, includeRetired);

    /// <summary>Newest first; empty when there is no such rule.</summary>
    public async Task<IReadOnlyList<RuleVersion>> VersionsAsync(MatchRuleId id, CancellationToken cancellationToken) =>
        await session.ListAsync(Read, cancellationToken,
            $"select {Columns} from match_rules where tenant_id = $1 and id = $2 order by version desc",
            session.Tenant.Value, id.Value);

    public async Task AddDefaultsAsync(Guid account, string by, CancellationToken cancellationToken)
    {
        if ((await ListAsync(account, includeRetired: true, cancellationToken)).Count > 0)
            return;
        foreach (var (rule, index) in Defaults.Select((rule, index) => (rule, index)))
            await AddAsync(new RuleVersion(
                new MatchRule(MatchRuleId.New(clock), 1, rule.Kind, 10 * (index + 1), 0, 0, 0), account, rule.Name,
                    true,
                by, clock.GetUtcNow()), cancellationToken);
    }

    public Task AddAsync(RuleVersion version, CancellationToken cancellationToken) => session.ExecuteAsync(
        cancellationToken, $"""
            insert into match_rules (tenant_id, {Columns})
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """, session.Tenant.Value, version.Rule.Id.Value, version.Rule.Version, Words.Of(version.Rule.Kind),
            version.Rule.Priority, version.Rule.Tolerance, version.Rule.DaysBefore, version.Rule.DaysAfter,
            version.Account, version.Name, version.IsActive, version.ChangedBy, version.ChangedAt);

    private static RuleVersion Read(NpgsqlDataReader reader) => new(
        new MatchRule(new MatchRuleId(reader.GetGuid(0)), reader.GetInt32(1),
            Words.Parse<MatchRuleKind>(reader.GetString(2)), reader.GetInt32(3), reader.GetInt64(4), reader.GetInt32(5),
            reader.GetInt32(6)),
        reader.GetGuid(7), reader.GetString(8), reader.GetBoolean(9), reader.GetString(10), reader.Time(11));
}
