using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Accounts;

/// <summary>
/// Opens an account by hand; those that the platform books on open themselves. It is empty, so one person suffices;
/// an overdraft would be money, and comes with a change that a second person approves.
/// </summary>
internal static class OpenAccount
{
    private const int MaxSegments = 6;
    private const int MaxOwnerLength = 100;
    private const string AlreadyOpen = "ALREADY_EXISTS";

    /// <param name="Code">1 to 6 segments between colons, such as "nostro:barclays:GBP".</param>
    /// <param name="NormalSide">DEBIT or CREDIT; a known family has its own, and may not be given another.</param>
    /// <param name="Class">ASSET, LIABILITY, POSITION, INCOME or EXPENSE.</param>
    /// <param name="Owner">Whose account it is: an id or a name of yours.</param>
    /// <param name="Minimum">
    /// The lowest available balance: zero or more. Unless given: what the family has, and zero for an asset or a
    /// liability of no known family.
    /// </param>
    /// <param name="Maximum">The highest balance with what is to come; none unless given.</param>
    public sealed record OpenAccountRequest(
        string? Code, string? Currency, Side? NormalSide, AccountClass? Class, string? Owner, Money? Minimum,
        Money? Maximum, IReadOnlyDictionary<string, string>? Metadata);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/accounts", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("openLedgerAccount").WithTags("Ledger")
        .WithSummary("Open an account")
        .NeedsIdempotencyKey()
        .Produces<LedgerAccount>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        OpenAccountRequest request, Caller caller, HttpContext http, IdempotentRequests requests, Handler handler)
    {
        var validation = new Validation();
        var currency = validation.RequireCurrency(request.Currency, "/currency");
        var segments = request.Code?.Split(':') ?? [];
        validation.Check(segments.Length is >= 1 and <= MaxSegments && segments.All(AccountCodes.IsName), "/code",
            $"A code has 1 to {MaxSegments} segments between colons, each of letters, digits, dots, hyphens or "
            + "underscores.");
        validation.Require(request.NormalSide, "/normalSide");
        validation.Require(request.Class, "/class");
        validation.OptionalText(request.Owner, "/owner", MaxOwnerLength);
        MetadataRules.Check(request.Metadata, validation, "/metadata");
        AccountLimits.Check(request.Minimum, request.Maximum, currency, validation);
        validation.Check(request.Minimum is not { MinorUnits: < 0 }, "/minimum",
            "An overdraft is given by a change that a second person approves.");
        if (currency is not null && !validation.Failed)
            CheckFamily(request, new AccountName(request.Code!, currency), validation);
        return validation.Failed
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "open-account", request,
                () => handler.RunAsync(request, currency!, caller.Subject, http.RequestAborted));
    }

    private static void CheckFamily(OpenAccountRequest request, AccountName name, Validation validation)
    {
        if (!AccountCodes.IsKnownFamily(name.Code))
            return;
        var rule = AccountCodes.Find(name);
        validation.Check(rule is not null, "/code", "The family of this code wants another form.");
        validation.Check(rule is null || (rule.NormalSide, rule.Class) == (request.NormalSide, request.Class),
            "/normalSide", "The family of this code has another normal side or class.");
    }

    internal sealed class Handler(LedgerPosting ledger, AccountStore accounts)
    {
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            OpenAccountRequest request, Currency currency, string subject, CancellationToken cancellationToken)
        {
            var name = new AccountName(request.Code!, currency);
            var family = AccountCodes.Find(name);
            AccountBalance? opened = null;
            await ledger.AddEventsAsync(async (head, bookedAt) =>
            {
                if (await accounts.FindAsync(name, cancellationToken) is not null)
                    return [];
                opened = new AccountBalance(Guid.CreateVersion7(bookedAt), name, request.NormalSide!.Value,
                    request.Class!.Value, AccountStatus.Activated, request.Minimum?.MinorUnits ?? Minimum(),
                    request.Maximum?.MinorUnits)
                {
                    Owner = request.Owner, Metadata = Metadata.Write(request.Metadata),
                };
                return [new AccountEvent(head.Position + 1, IsOpening: true, opened, bookedAt, subject, null)];
            }, cancellationToken);
            return opened is null
                ? (null, Problems.Conflict(AlreadyOpen, $"{name} is open already."))
                : (new Reply(StatusCodes.Status201Created, Views.Of(opened),
                    $"/v1/ledger/accounts/{Uri.EscapeDataString(name.Code)}/{name.Currency.Code}"), null);

            // One person alone gives no overdraft, also not by saying nothing.
            long? Minimum() => family is not null ? family.Minimum
                : request.Class is AccountClass.Asset or AccountClass.Liability ? 0 : null;
        }
    }
}
