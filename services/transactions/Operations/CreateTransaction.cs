using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Pricing;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Transactions.Operations;

/// <param name="QuoteId">A quote of this tenant that is neither expired nor used.</param>
/// <param name="PayoutDetails">Where the money goes; needed for every method but WALLET.</param>
/// <param name="Relationship">What the beneficiary is to the sender.</param>
internal sealed record CreateTransactionRequest(
    Id<QuoteKind>? QuoteId,
    PartyInput? Sender,
    PartyInput? Beneficiary,
    PayoutDetailsInput? PayoutDetails,
    Purpose? Purpose,
    SourceOfFunds? SourceOfFunds,
    string? Relationship,
    string? Note)
{
    public override string ToString() => $"transaction for {QuoteId}";
}

internal sealed class CreateTransaction(
    Transfers transfers, PartyVault vault, TransactionResponses responses, TransactionsSettings settings,
        TimeProvider clock)
{
    public const string QuoteUsed = "QUOTE_USED";

    private const int MaxRelationship = 64;
    private const int MaxNote = 280;
    private const string QuoteIndex = "transactions_quote_id_key";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/transactions", HandleAsync)
        .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
            Contracts.Roles.Manager)
        .WithName("CreateTransaction").WithSummary("Create a transfer against a quote")
        .NeedsIdempotencyKey()
        .WithTags("Transactions").WithGroupName("partners")
        .Produces<TransactionResponse>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(403)
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static Task<IResult> HandleAsync(
        HttpContext http, CreateTransactionRequest request, Caller caller, IdempotentRequests idempotent,
        IServiceProvider scope)
    {
        var validation = new Validation();
        Validate(validation, request, scope.GetRequiredService<TimeProvider>());
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            // The context lives inside the session's transaction, so the handler is made once that has begun.
            : idempotent.RunAsync(http, caller.Tenant, "create-transaction", request,
                () => scope.GetRequiredService<CreateTransaction>().RunAsync(request, caller, http.RequestAborted));
    }

    private async Task<(Reply?, ProblemHttpResult?)> RunAsync(
        CreateTransactionRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var quote = await transfers.Db.Quotes.AsNoTracking()
            .SingleOrDefaultAsync(
                row => row.Id == request.QuoteId!.Value && row.TenantId == caller.Tenant, cancellationToken);
        if (quote is null)
            return (null, Problems.NotFound("There is no quote with that id."));
        if (await transfers.Db.Transfers.AnyAsync(row => row.QuoteId == quote.Id, cancellationToken))
            return (null, AlreadyUsed());
        if (transfers.Now >= quote.ExpiresAt)
            return (null, Problems.Conflict(Problems.QuoteExpired, "The quote has expired; ask for a new one."));
        var problem = ValidateAgainst(quote, request);
        if (problem is not null)
            return (null, problem);

        var sender = vault.Create(caller.Tenant, PartyId.New(clock), PartyRole.Sender,
            request.Sender!.ToRecord(request.Note, null));
        var beneficiary = vault.Create(caller.Tenant, PartyId.New(clock), PartyRole.Beneficiary,
            request.Beneficiary!.ToRecord(null, request.PayoutDetails?.ToDetails()));
        var transfer = Transfer.Create(
            TransactionId.New(clock), Pcn.New(), quote,
            new TransferDetails(sender.Id, beneficiary.Id, request.Purpose!.Value, request.SourceOfFunds!.Value,
                request.Relationship),
            caller.Subject, transfers.Now, settings.PayInWindowOf(quote.PayInMethod));
        try
        {
            await StoreAsync(transfer, sender, beneficiary, cancellationToken);
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is PostgresException { ConstraintName: QuoteIndex })
        {
            return (null, AlreadyUsed());
        }
        await PublishAsync(transfer, cancellationToken);
        return (new Reply(201, responses.Of(transfer, beneficiary), $"/v1/transactions/{transfer.Id}"), null);
    }

    private async Task StoreAsync(Transfer transfer, PartyRow sender, PartyRow beneficiary,
        CancellationToken cancellationToken)
    {
        // In the order in which they refer to each other.
        transfers.Db.Parties.AddRange(sender, beneficiary);
        await transfers.SaveAsync(cancellationToken);
        transfers.Db.Transfers.Add(transfer);
        await transfers.SaveAsync(cancellationToken);
        transfers.AddTimeline(transfer, "CREATED", isPublic: true);
        await transfers.SaveAsync(cancellationToken);
    }

    private async Task PublishAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.PublishAsync(new PartyRecorded(transfer.SenderId, PartyRole.Sender, 1), cancellationToken);
        await transfers.PublishAsync(new PartyRecorded(transfer.BeneficiaryId, PartyRole.Beneficiary, 1),
            cancellationToken);
        await transfers.PublishAsync(
            new TransactionCreated(transfer.Id, transfer.Pcn, transfer.Facts, transfer.TotalToPay, transfer.Fee),
            cancellationToken);
        await transfers.PublishStatusAsync(transfer, null, cancellationToken);
    }

    private static void Validate(Validation validation, CreateTransactionRequest request, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        validation.Require(request.QuoteId, "/quoteId");
        if (validation.Require(request.Sender, "/sender"))
            request.Sender.Validate(validation, "/sender", PartyRole.Sender, today);
        if (validation.Require(request.Beneficiary, "/beneficiary"))
            request.Beneficiary.Validate(validation, "/beneficiary", PartyRole.Beneficiary, today);
        validation.Require(request.Purpose, "/purpose");
        validation.Require(request.SourceOfFunds, "/sourceOfFunds");
        validation.OptionalText(request.Relationship, "/relationship", MaxRelationship);
        validation.OptionalText(request.Note, "/note", MaxNote);
    }

    /// <summary>What can only be checked once the quote is known: the method's details and the two countries.</summary>
    private static ProblemHttpResult? ValidateAgainst(Quote quote, CreateTransactionRequest request)
    {
        var validation = new Validation();
        if (quote.PayoutMethod != PayoutMethod.Wallet && validation.Require(request.PayoutDetails, "/payoutDetails"))
            request.PayoutDetails.Validate(validation, "/payoutDetails", quote.PayoutMethod);
        validation.Check(request.Beneficiary!.Country == quote.ReceiveCountry, "/beneficiary/country",
            $"The quote is for a beneficiary in {quote.ReceiveCountry}.");
        return validation.Failed ? validation.ToProblem() : null;
    }

    private static ProblemHttpResult AlreadyUsed() =>
        Problems.Conflict(QuoteUsed, "The quote was used for another transfer; ask for a new one.");
}
