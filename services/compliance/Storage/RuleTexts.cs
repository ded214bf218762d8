using FinCode.Compliance.Rules;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>The texts of a tenant's rules by version.</summary>
internal static class RuleTexts
{
    /// <summary>What runs: the versions in force and those tried in the shadow, the oldest rule first.</summary>
    public static async Task<IReadOnlyList<RunningRule>> RunningAsync(
        DbSession session, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select v.rule_id, v.version, v.name, v.text, v.version = r.live_version is true "
            + "from screening_rules r join screening_rule_versions v on v.tenant_id = r.tenant_id "
            + "and v.rule_id = r.id and v.version in (r.live_version, r.shadow_version) "
            + "where r.tenant_id = $1 order by v.rule_id, v.version",
            session.Tenant.Value);
        return await RowsAsync(read, cancellationToken);
    }

    /// <summary>Versions by rule and number, whatever became of them.</summary>
    public static async Task<IReadOnlyList<RunningRule>> FindAsync(
        DbSession session, IReadOnlyCollection<(Guid RuleId, int Version)> wanted, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select v.rule_id, v.version, v.name, v.text, true from screening_rule_versions v "
            + "join unnest($2, $3) as wanted (rule_id, version) "
            + "on wanted.rule_id = v.rule_id and wanted.version = v.version where v.tenant_id = $1",
            session.Tenant.Value, wanted.Select(one => one.RuleId).ToArray(),
            wanted.Select(one => one.Version).ToArray());
        return await RowsAsync(read, cancellationToken);
    }

    private static async Task<IReadOnlyList<RunningRule>> RowsAsync(
        Npgsql.NpgsqlCommand read, CancellationToken cancellationToken)
    {
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var rules = new List<RunningRule>();
        while (await rows.ReadAsync(cancellationToken))
        {
            rules.Add(new RunningRule(rows.GetGuid(0), rows.GetInt32(1), rows.GetString(2), rows.GetString(3),
                rows.GetBoolean(4) ? RuleMode.Live : RuleMode.Shadow));
        }
        return rules;
    }
}
