using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// One name against another, both free text, scored as a listed name would be: the weights of words come from the
/// lists in force. Nothing of it is stored or logged.
/// </summary>
internal static class CompareNames
{
    /// <param name="Query">At most 500 characters.</param>
    /// <param name="Target">At most 500 characters.</param>
    /// <param name="Kind">
    /// What both are: names are read alike for every kind, and the policy may have a threshold of its own for it.
    /// </param>
    public sealed record ComparisonRequest(string? Query, string? Target, ListedKind? Kind);

    /// <param name="Score">0 to 100; the same when query and target change places.</param>
    /// <param name="OfacScore">What OFAC's own search would say by its published method, 0 to 100.</param>
    /// <param name="Alert">
    /// The score reaches the tenant's threshold for the kind, or one of the names cannot be compared.
    /// </param>
    public sealed record ComparisonAnswer(
        decimal Score, int OfacScore, bool Alert, bool IsComparable, ScoreExplanation Explanation);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/screenings/compare", HandleAsync)
        .RequireAccess(Scopes.ScreeningsRun, Roles.Compliance)
        .WithName("CompareNames").WithSummary("Compare one name with another")
        .WithTags("Screenings").WithGroupName("partners")
        .Produces<ComparisonAnswer>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(422)
        .ProducesProblem(503);

    private static async Task<IResult> HandleAsync(ComparisonRequest request, Caller caller, ComplianceWork work,
        ListSnapshots lists, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Query, "/query", ScreenNames.MaxNameLength);
        validation.RequireText(request.Target, "/target", ScreenNames.MaxNameLength);
        if (validation.Failed)
            return validation.ToProblem();
        try
        {
            var (basis, index) = await ScreenNames.BeginAsync(caller, work, lists, cancellationToken);
            return TypedResults.Ok(Compare(request, index, basis));
        }
        catch (TransientException)
        {
            return ScreenNames.NoLists();
        }
    }

    private static ComparisonAnswer Compare(ComparisonRequest request, NameIndex index, ScreeningBasis basis)
    {
        var (query, target) = (request.Query!, request.Target!);
        var threshold = request.Kind is { } kind ? basis.ThresholdOf(kind) : basis.Threshold;
        var one = NameNormalizer.Normalize(query);
        var other = NameNormalizer.Normalize(target);
        var comparison = index.Compare(one, other);
        var score = Screener.ToPoints(ExplainedScore.OfNames(comparison));
        var isComparable = one.IsComparable && other.IsComparable;
        return new ComparisonAnswer(score, OfacScore.Of(query, target), score >= threshold || !isComparable,
            isComparable, basis.Explain(query, target, comparison, [], threshold));
    }
}
