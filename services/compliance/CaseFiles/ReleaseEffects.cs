using System.Text.Json;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;

namespace FinCode.Compliance.CaseFiles;

/// <summary>What follows from a release besides that the case is closed; in the transaction of its approval.</summary>
internal sealed class ReleaseEffects(
    ComplianceWork work, FalsePositives falsePositives, PepMatches peps, WaitingTransfers waiting)
{
    public async Task ApplyAsync(Case released, CancellationToken cancellationToken)
    {
        var (number, said) = await work.Session.LatestStepAsync(
            released.Id, CaseEvent.DecisionProposed, cancellationToken)
            ?? throw new InvalidOperationException($"{released.Id} was released, and nobody proposed it.");
        var terms = said is null
            ? new ReleaseTerms([])
            : JsonSerializer.Deserialize<ReleaseTerms>(said, ContractJson.Options)!;
        // What the proposal said that is somebody else's is so from now on.
        await falsePositives.AddAsync(released, number, terms, released.ClosedAt!.Value, cancellationToken);
        var (shown, foundAt, _) = await CaseBasis.OfAsync(work, released, cancellationToken);
        await peps.ConfirmAsync(released, shown, foundAt, terms, cancellationToken);
        if (released.PartyId is { } customer)
            await waiting.ReleaseAsync(released, customer, shown, terms, cancellationToken);
    }
}
