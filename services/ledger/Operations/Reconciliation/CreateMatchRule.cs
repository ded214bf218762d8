using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class CreateMatchRule
{
    private const int MaxPriority = 1_000;
    private const int MaxNameLength = 100;

    /// <param name="Kind">
    /// REFERENCE, END_TO_END_ID, REFERENCE_IN_TEXT, COMMON_REFERENCE, AMOUNT_AND_DATE or AMOUNT_OF_SEVERAL.
    /// </param>
    /// <param name="Priority">1 to 1000; lower ones go first.</param>
    /// <param name="Tolerance">In the account's currency; none unless given.</param>
    /// <param name="DaysBefore">How long before the line the leg may lie, for rules by amount; 0 unless given.</param>
    /// <param name="DaysAfter">How long after.</param>
    public sealed record MatchRuleRequest(
        string? Name, MatchRuleWord? Kind, int? Priority, Money? Tolerance, int? DaysBefore, int? DaysAfter);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/accounts/{account}/{currency}/rules", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("createMatchRule").WithTags(ReconciliationViews.Tag)
        .WithSummary("Add a rule by which lines and legs are matched")
        .NeedsIdempotencyKey()
        .Produces<ReconciliationRule>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, MatchRuleRequest request, Caller caller, HttpContext http,
        IdempotentRequests requests, Handler handler) =>
        Validate(request, currency) is { Failed: true } validation
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "match-rule", request, () => handler.RunAsync(
                account, currency, request, caller.Subject, http.RequestAborted));

    public static Validation Validate(MatchRuleRequest request, string? currency)
    {
        var validation = new Validation();
        validation.RequireText(request.Name, "/name", MaxNameLength);
        validation.Require(request.Kind, "/kind");
        if (validation.Require(request.Priority, "/priority"))
            validation.Check(request.Priority is >= 1 and <= MaxPriority, "/priority", $"1 to {MaxPriority}.");
        validation.Check(request.Tolerance is not { } tolerance
            || (tolerance.MinorUnits >= 0 && (currency is null || tolerance.Currency.Code == currency)), "/tolerance",
            "A tolerance is an amount in the account's currency, not below zero.");
        validation.Check(request.Kind != MatchRuleWord.AmountOfSeveral || request.Tolerance is not { MinorUnits: > 0 },
            "/tolerance", "A sum of several fits exactly or not at all.");
        foreach (var (days, pointer) in new[]
        {
            (request.DaysBefore, "/daysBefore"), (request.DaysAfter, "/daysAfter"),
        })
            validation.Check(days is null or (>= 0 and <= MatchRule.MaxDays), pointer,
                $"0 to {MatchRule.MaxDays} days.");
        return validation;
    }

    public static MatchRule RuleOf(MatchRuleRequest request, MatchRuleId id, int version) => new(
        id, version, (MatchRuleKind)(int)request.Kind!.Value, request.Priority!.Value,
        request.Tolerance?.MinorUnits ?? 0, request.DaysBefore ?? 0, request.DaysAfter ?? 0);

    internal sealed class Handler(ReconciledAccounts reconciled, RuleStore rules, TimeProvider clock)
    {
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            string account, string currency, MatchRuleRequest request, string by, CancellationToken cancellationToken)
        {
            if (ReconciliationViews.AccountOf(account, currency) is not { } name
                || await reconciled.FindAsync(name, cancellationToken) is not { } found)
                return (null, ReconciliationViews.NotReconciled());
            await reconciled.LockAsync(found.Id, cancellationToken);
            if ((await rules.ListAsync(found.Id, includeRetired: false, cancellationToken)).Count >= RuleStore.MaxRules)
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                    $"An account has at most {RuleStore.MaxRules} rules."));
            var added = new RuleVersion(RuleOf(request, MatchRuleId.New(clock), 1), found.Id, request.Name!, true, by,
                clock.GetUtcNow());
            await rules.AddAsync(added, cancellationToken);
            return (new Reply(StatusCodes.Status201Created, ReconciliationViews.Of(added, found.Currency)), null);
        }
    }
}

/// <summary>The kinds of rules, as callers write them.</summary>
public enum MatchRuleWord
{
    Reference = MatchRuleKind.Reference,
    EndToEndId = MatchRuleKind.EndToEndId,
    ReferenceInText = MatchRuleKind.ReferenceInText,
    CommonReference = MatchRuleKind.CommonReference,
    AmountAndDate = MatchRuleKind.AmountAndDate,
    AmountOfSeveral = MatchRuleKind.AmountOfSeveral,
}
