using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// Screens names for a partner, outside any transfer. Nothing of what is asked is stored or logged.
/// </summary>
internal static class ScreenNames
{
    public const int MaxNameLength = 500;

    private const int MaxQueries = 100;
    private const int MaxIdentifiers = 20;
    private const int MaxIdentifierLength = 100;
    private const int MaxHits = 20;

    /// <summary>
    /// Outside any transfer a name is screened as a sender's, and no line with a corridor concerns it.
    /// </summary>
    public const ScreeningDirection Direction = ScreeningDirection.Sender;

    /// <param name="Name">The entry's name that is most alike.</param>
    /// <param name="Score">0 to 100.</param>
    /// <param name="OfacScore">What OFAC's own search would say by its published method, 0 to 100.</param>
    /// <param name="Alert">
    /// The score reaches the threshold that the tenant's policy has for the list and kind of the entry; the
    /// explanation says which. Hits that do not are shown down to 15 points below the lowest threshold.
    /// </param>
    public sealed record ScreeningHit(
        string List, string EntryId, string Name, ListedKind Kind, NameStrength Strength, decimal Score, int OfacScore,
        bool Alert, IReadOnlyList<string> Programmes, IReadOnlyList<string> DatesOfBirth,
        IReadOnlyList<string> Countries, ScoreExplanation Explanation);

    /// <summary>The answer to one query.</summary>
    /// <param name="Alert">A person has to look: a hit alerts, or the name cannot be compared.</param>
    /// <param name="IsComparable">
    /// False: the lists cannot clear this name (a script that is not read, no letters).
    /// </param>
    /// <param name="Hits">Those that alert first, then by score, at most 20.</param>
    /// <param name="Threshold">Of the policy where no line of it says otherwise.</param>
    public sealed record ScreeningAnswer(
        bool Alert, bool IsComparable, IReadOnlyList<ScreeningHit> Hits, decimal Threshold, long ListVersion,
        long PolicyVersion, int AlgorithmVersion);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/screenings", HandleAsync)
        .RequireAccess(Scopes.ScreeningsRun, Roles.Compliance)
        .WithName("ScreenNames").WithSummary("Screen one name, or up to 100, against the sanctions lists")
        .WithDescription("The body is one query or an array of up to 100; the answer has the same form.")
        .WithTags("Screenings").WithGroupName("partners")
        .Accepts<ScreeningQuery>("application/json")
        .Produces<ScreeningAnswer>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(422)
        .ProducesProblem(503);

    private static async Task<IResult> HandleAsync(ScreeningQueries queries, Caller caller, ComplianceWork work,
        ListSnapshots lists, CancellationToken cancellationToken)
    {
        var validation = Validate(queries);
        if (validation.Failed)
            return validation.ToProblem();
        try
        {
            var (basis, index) = await BeginAsync(caller, work, lists, cancellationToken);
            ScreeningAnswer[] answers = [.. queries.Items.Select(query => Answer(query!, index, basis))];
            return queries.IsBatch ? TypedResults.Ok(answers) : TypedResults.Ok(answers[0]);
        }
        catch (TransientException)
        {
            return NoLists();
        }
    }

    /// <exception cref="TransientException">There are no good lists now.</exception>
    public static async Task<(ScreeningBasis Basis, NameIndex Index)> BeginAsync(
        Caller caller, ComplianceWork work, ListSnapshots lists, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var policy = await db.RequirePolicyAsync(caller.Tenant, cancellationToken);
        var snapshot = await lists.RequireAsync(work.Session, policy.Content, cancellationToken);
        return (new ScreeningBasis(snapshot.Version, policy.Version, policy.Content), snapshot.Index);
    }

    public static IResult NoLists() => Problems.Of(StatusCodes.Status503ServiceUnavailable,
        Problems.ServiceUnavailable, "There are no screening lists that are new enough; please try again later.");

    private static ScreeningAnswer Answer(ScreeningQuery query, NameIndex index, ScreeningBasis basis)
    {
        var subject = new ScreenedSubject(query.Name!, query.Kind, query.DateOfBirth,
            query.Country is null ? null : [query.Country], query.Gender,
            query.Identifiers?.Select(one => new GivenIdentifier(
                Words.Find<IdentifierType>(one.Type?.ToUpperInvariant()), one.Value!, one.Country)).ToArray());
        var result = Screener.Find(subject, index, basis.Policy.FloorOf(Direction));
        ScreeningHit[] hits = [.. result.Hits
            .Select(hit => (Hit: hit, Threshold: basis.ThresholdOf(hit)))
            .OrderByDescending(one => one.Hit.Score >= one.Threshold)
            .Take(MaxHits).Select(one => ToView(query, one.Hit, one.Threshold, basis))];
        return new ScreeningAnswer(!result.IsComparable || hits.Any(hit => hit.Alert), result.IsComparable, hits,
            basis.Threshold, basis.ListVersion, basis.PolicyVersion, Screener.AlgorithmVersion);
    }

    private static ScreeningHit ToView(
        ScreeningQuery query, ListHit hit, decimal threshold, ScreeningBasis basis) => new(
        hit.List, hit.EntryId, hit.ListedName, hit.Kind, hit.Strength, hit.Score, hit.OfacScore,
        hit.Score >= threshold, hit.Programmes, hit.DatesOfBirth, hit.Countries,
        basis.Explain(query.Name!, hit.ListedName, hit.Comparison, hit.Steps, threshold));

    private static Validation Validate(ScreeningQueries queries)
    {
        var validation = new Validation();
        if (!validation.Check(queries.Items.Count is > 0 and <= MaxQueries, "", $"From 1 to {MaxQueries} queries."))
            return validation;
        for (var i = 0; i < queries.Items.Count; i++)
        {
            var place = queries.IsBatch ? $"/{i}" : "";
            if (validation.Require(queries.Items[i], place))
                Validate(validation, queries.Items[i]!, place);
        }
        return validation;
    }

    private static void Validate(Validation validation, ScreeningQuery query, string place)
    {
        // Refused, not cut: what is cut off could be what is listed.
        validation.RequireText(query.Name, $"{place}/name", MaxNameLength);
        if (query.Country is not null)
            validation.RequireCountry(query.Country, $"{place}/country");
        if (query.Identifiers is not { } identifiers
            || !validation.Check(identifiers.Count <= MaxIdentifiers, $"{place}/identifiers",
                $"At most {MaxIdentifiers}."))
            return;
        for (var i = 0; i < identifiers.Count; i++)
        {
            var one = identifiers[i];
            if (!validation.Require(one, $"{place}/identifiers/{i}"))
                continue;
            validation.RequireText(one.Value, $"{place}/identifiers/{i}/value", MaxIdentifierLength);
            validation.OptionalText(one.Type, $"{place}/identifiers/{i}/type", MaxIdentifierLength);
            if (one.Country is not null)
                validation.RequireCountry(one.Country, $"{place}/identifiers/{i}/country");
        }
    }
}
