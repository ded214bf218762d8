using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;

namespace FinCode.Compliance.Reports;

/// <summary>Fills a report with what is known of a case's customer and of the customer's transfers.</summary>
internal sealed class ReportDrafts(ComplianceWork work, PartyDirectory parties)
{
    private readonly Dictionary<PartyId, ReportParty?> _asked = [];

    /// <summary>
    /// Null when one of the named transfers is not of the customer of this case, or not of this tenant.
    /// </summary>
    /// <param name="named">Transfers besides the one that the case is about.</param>
    /// <exception cref="FinCode.Messaging.TransientException">The parties cannot be had now.</exception>
    public async Task<ReportContent?> FillAsync(Case about, IReadOnlyList<TransactionId> named, ReportProfile profile,
        CancellationToken cancellationToken)
    {
        var wanted = (about.TransactionId is { } own ? named.Prepend(own) : named).Distinct().ToArray();
        var facts = await FreezeReporting.FactsAsync(work.Session, wanted, cancellationToken);
        if (facts.Count < wanted.Length)
            return null;
        var customer = about.PartyId ?? facts[about.TransactionId!.Value].SenderId;
        if (facts.Values.Any(one => one.SenderId != customer
                && (about.PartyId is null || one.BeneficiaryId != customer)))
            return null;
        var made = new List<ReportTransaction>();
        foreach (var (transaction, one) in facts.OrderBy(pair => pair.Value.FundedAt).ThenBy(pair => pair.Key.Value))
            made.Add(await TransferAsync(transaction, one, profile, cancellationToken));
        return new ReportContent(null, null, (about.TransactionId?.ToString()) ?? about.Id.ToString(),
            profile.CodeOf(isActivity: made.Count == 0), null, null,
            await PartyAsync(customer, cancellationToken), null, null, null, made);
    }

    private async Task<ReportTransaction> TransferAsync(TransactionId transaction, ReportedFacts facts,
        ReportProfile profile, CancellationToken cancellationToken)
    {
        var isLocal = facts.SendAmount.Currency.Code == profile.LocalCurrency;
        return new ReportTransaction(transaction.Value.ToString("N"), null, facts.FundedAt, null,
            isLocal ? facts.SendAmount : null, isLocal ? null : facts.SendAmount, null, null,
            await PartyAsync(facts.SenderId, cancellationToken), facts.SendCountry, null,
            await PartyAsync(facts.BeneficiaryId, cancellationToken), facts.ReceiveCountry);
    }

    private async Task<ReportParty?> PartyAsync(PartyId id, CancellationToken cancellationToken)
    {
        if (_asked.TryGetValue(id, out var known))
            return known;
        return _asked[id] = PartyOf(await parties.FindAsync(work.Session.Tenant, id, cancellationToken));
    }

    /// <summary>
    /// Parties have one name: its last word is taken for the last name, which the person who reports puts right.
    /// </summary>
    private static ReportParty? PartyOf(Party? party)
    {
        if (party is null)
            return null;
        var documents = party.Identifiers?
            .Select(one => new ReportIdentification(one.Type, one.Number, one.Country)).ToArray();
        if (party.Kind == PartyKinds.Entity)
            return new ReportParty(
                null, null, party.FullName, null, party.Country, party.Country, party.Address, documents);
        var name = party.FullName.Trim();
        var cut = name.LastIndexOf(' ');
        return new ReportParty(cut < 0 ? null : name[..cut].Trim(), name[(cut + 1)..], null, party.DateOfBirth,
            party.Nationality, party.Country, party.Address, documents);
    }
}
