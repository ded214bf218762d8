using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>
/// Which entries of politically exposed persons a customer is, as two people found when they let a hit pass and did not
/// say that it is somebody else. That marks the customer, and once the due diligence is done such a hit holds nothing
/// any more: for exactly these details of the customer, exactly this content of the entry, and as long as the due
/// diligence stands.
/// </summary>
internal sealed class PepMatches(
    ComplianceOptions options, DbSession session, CustomerDesk desk, TimeProvider clock)
{
    private sealed record Match(
        CaseId CaseId, string List, string EntryId, string EntryHash, string Salt, string Commitment);

    /// <summary>What a release lets pass of whom it is about; a beneficiary is nobody's customer.</summary>
    /// <param name="foundAt">A due diligence that was proposed since then knew of it.</param>
    public async Task ConfirmAsync(Case released, Evidence shown, DateTimeOffset foundAt, ReleaseTerms terms,
        CancellationToken cancellationToken)
    {
        if (shown.Parties.FirstOrDefault(IsOfCustomer) is not { } own)
            return;
        ListHit[] hits =
        [
            .. own.Holding.Where(hit => hit is { IsPep: true, EntryHash: not null } && !terms.Says(own, hit)),
        ];
        if (hits.Length == 0 || await CustomerStore.IsErasedAsync(session, own.PartyId, cancellationToken))
            return;
        var now = clock.GetUtcNow();
        await CustomerStore.MarkAsync(session, own.PartyId, own.PartyVersion, now, cancellationToken);
        var file = (await CustomerStore.LockAsync(session, own.PartyId, cancellationToken))!;
        var added = 0;
        foreach (var hit in hits.Where(hit => hit.Exposure is null))
            added += await AddAsync(released, own, hit, cancellationToken);
        // No word of the case: who reads a customer's file may be somebody who does not read cases.
        if (!file.MarkAsPep(released.ApprovedBy, null, now) && added > 0 && file.PepSince < foundAt)
            file.PepSince = foundAt;
        await desk.SettleAsync(file, null, cancellationToken);
    }

    /// <summary>The same evidence, where hits that are known to be the customer say so, and what covers them.</summary>
    public async Task<IReadOnlyList<PartyEvidence>> MarkAsync(
        Party customer, IReadOnlyList<PartyEvidence> found, CancellationToken cancellationToken)
    {
        if (found.FirstOrDefault(IsOfCustomer) is not { } own || !own.Holding.Any(hit => hit.IsPep))
            return found;
        var known = (await ReadAsync(customer.Id, cancellationToken))
            .FindAll(one => PartyScreener.IsTheName(customer, one.Salt, one.Commitment));
        if (known.Count == 0)
            return found;
        var diligence = await InForceAsync(customer, cancellationToken);
        return [.. found.Select(one => one != own ? one : one with { Hits = [.. one.Hits.Select(Mark)] })];

        ListHit Mark(ListHit hit) => hit.IsPep && known.Find(one =>
            (one.List, one.EntryId, one.EntryHash) == (hit.List, hit.EntryId, hit.EntryHash)) is { } match
                ? hit with { Exposure = new PepExposure(match.CaseId, diligence?.Id, diligence?.Until) }
                : hit;
    }

    private static bool IsOfCustomer(PartyEvidence one) => one is { Role: PartyRole.Sender, Name: ScreenedName.Party };

    /// <summary>The due diligence of who the customer is now.</summary>
    private async Task<(Guid Id, DateTimeOffset Until)?> InForceAsync(
        Party customer, CancellationToken cancellationToken)
    {
        if (await CustomerStore.FindAsync(session, customer.Id, cancellationToken) is not { Pep: true } file
            || file.IdentityHash != CustomerIdentity.HashOf(options, session.Tenant, customer))
            return null;
        var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        return DueDiligence.InForce(file, rules,
            await ShownEvidence.ReadAsync(session, file.Id, file.IdentityHash, cancellationToken),
            await DecisionStore.OfCustomerAsync(session, file.Id, cancellationToken), clock.GetUtcNow());
    }

    private async Task<int> AddAsync(
        Case released, PartyEvidence own, ListHit hit, CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into pep_matches (tenant_id, party_id, party_version, list, entry_id, entry_hash, case_id, "
            + "approval_number, salt, commitment, confirmed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
            + "on conflict do nothing",
            session.Tenant.Value, own.PartyId.Value, own.PartyVersion, hit.List, hit.EntryId, hit.EntryHash,
            released.Id.Value, released.EventCount, own.Salt, own.Commitment, released.ClosedAt!.Value);
        return await add.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<List<Match>> ReadAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select case_id, list, entry_id, entry_hash, salt, commitment from pep_matches "
            + "where tenant_id = $1 and party_id = $2 order by confirmed_at desc, case_id",
            session.Tenant.Value, customer.Value);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Match>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(new Match(new CaseId(rows.GetGuid(0)), rows.GetString(1), rows.GetString(2), rows.GetString(3),
                rows.GetString(4), rows.GetString(5)));
        return found;
    }
}
