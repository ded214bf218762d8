using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A hit of the case's evidence that is somebody else's.</summary>
/// <param name="Name">PARTY unless said: which name of the party, or text of its transfer, was compared.</param>
public sealed record HitReference(PartyId? PartyId, ScreenedName? Name, string? List, string? EntryId);

/// <summary>Turns hits that an officer names into terms that hold the hashes of both sides.</summary>
internal sealed class ReleaseTermsDesk(
    ComplianceWork work, PartyDirectory parties, TransferTextDirectory transferTexts, FalsePositives falsePositives)
{
    public const int MaxHits = 20;

    /// <summary>In a unit of work that has begun; before anything is locked, for it asks another service.</summary>
    /// <returns>The terms as they go on file, or what is wrong with the request.</returns>
    public async Task<(string? Terms, IResult? Problem)> DescribeAsync(
        CaseId id, IReadOnlyList<HitReference> named, CancellationToken cancellationToken)
    {
        var (db, tenant) = (work.Db, work.Session.Tenant);
        var about = await db.Cases.AsNoTracking()
            .SingleOrDefaultAsync(one => one.TenantId == tenant && one.Id == id, cancellationToken);
        if (about is null)
            return (null, Problems.NotFound());
        var evidence = (await CaseBasis.OfAsync(work, about, cancellationToken)).Evidence;
        var validation = new Validation();
        var hits = new List<SuppressedHit>();
        var details = new Dictionary<PartyId, Party>();
        TransferTexts? texts = null;
        for (var i = 0; i < named.Count; i++)
        {
            var which = named[i].Name ?? ScreenedName.Party;
            var screened = evidence.Parties.FirstOrDefault(
                party => party.PartyId == named[i].PartyId && party.Name == which);
            var hit = screened?.Hits.FirstOrDefault(
                one => one.List == named[i].List && one.EntryId == named[i].EntryId);
            if (!validation.Check(hit?.EntryHash is not null, $"/suppress/{i}", "The screening has no such hit."))
                continue;
            if (!details.TryGetValue(screened!.PartyId, out var party))
            {
                if (await FindAsync(about, screened.PartyId, cancellationToken) is not { } found)
                    return (null, Unavailable());
                details[screened.PartyId] = party = found;
            }
            var isText = which is ScreenedName.Note or ScreenedName.Relationship or ScreenedName.Payer;
            if (isText && (texts ??= await FindTextsAsync(about, cancellationToken)) is null)
                return (null, Unavailable());
            if (party.Version != screened.PartyVersion || !PartyScreener.AreTheSame(evidence.Parties, party)
                || (isText && !PartyScreener.IsTheSame(screened, texts!, party)))
                return (null, Problems.Conflict(Refusals.CaseChanged,
                    "The party's details have changed since it was screened; what was found may not be so any more."));
            hits.Add(new SuppressedHit(screened.PartyId, which, hit!.List, hit.EntryId, hit.EntryHash!,
                falsePositives.HashOf(tenant, party, texts?.Of(which))));
        }
        return validation.Failed
            ? (null, validation.ToProblem())
            : (JsonSerializer.Serialize(new ReleaseTerms([.. hits.Distinct()]), ContractJson.Options), null);
    }

    private static ProblemHttpResult Unavailable() => Problems.Of(StatusCodes.Status503ServiceUnavailable,
        Problems.ServiceUnavailable, "The details of the party cannot be had now.");

    private async Task<TransferTexts?> FindTextsAsync(Case about, CancellationToken cancellationToken)
    {
        try
        {
            return await transferTexts.GetAsync(about.TenantId, about.TransactionId!.Value, cancellationToken);
        }
        catch (TransientException)
        {
            return null;
        }
    }

    /// <summary>As the party was screened: where the money of a transfer goes is the transfer's own.</summary>
    private async Task<Party?> FindAsync(Case about, PartyId id, CancellationToken cancellationToken)
    {
        try
        {
            return await parties.FindAsync(about.TenantId, id, cancellationToken, about.TransactionId);
        }
        catch (TransientException)
        {
            return null;
        }
    }
}
