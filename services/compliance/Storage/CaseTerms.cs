using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>What steps of cases agree on in particular, beside their events.</summary>
internal static class CaseTerms
{
    /// <summary>The latest step of a case of that type, with its terms where it has some.</summary>
    public static async Task<(int Number, string? Terms)?> LatestStepAsync(
        this DbSession session, CaseId id, string type, CancellationToken cancellationToken)
    {
        await using var find = session.Command(
            """
            select e.number, t.terms from case_events e
            left join case_terms t on t.tenant_id = e.tenant_id and t.case_id = e.case_id and t.number = e.number
            where e.tenant_id = $1 and e.case_id = $2 and e.type = $3 order by e.number desc limit 1
            """, session.Tenant.Value, id.Value, type);
        await using var row = await find.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1))
            : null;
    }

    /// <summary>The terms of all steps of a case, by their numbers.</summary>
    public static async Task<IReadOnlyDictionary<int, string>> ReadTermsAsync(
        this DbSession session, CaseId id, CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select number, terms from case_terms where tenant_id = $1 and case_id = $2",
            session.Tenant.Value, id.Value);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var terms = new Dictionary<int, string>();
        while (await rows.ReadAsync(cancellationToken))
            terms.Add(rows.GetInt32(0), rows.GetString(1));
        return terms;
    }
}
