using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.Pricing;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Transactions.Operations;

/// <param name="QuoteId">A quote of this tenant that is neither expired nor used.</param>
/// <param name="Sender">Inline; or give <paramref name="SenderId"/>, the id of a customer.</param>
/// <param name="Beneficiary">Inline; or give <paramref name="BeneficiaryId"/>, one of that customer's.</param>
/// <param name="PayoutDetails">
/// Where the money goes; needed for every method but WALLET, unless the beneficiary of that id has them.
/// </param>
/// <param name="Relationship">What the beneficiary is to the sender.</param>
internal sealed record CreateTransactionRequest(
    Id<QuoteKind>? QuoteId,
    PartyInput? Sender,
    PartyInput? Beneficiary,
    PayoutDetailsInput? PayoutDetails,
    Purpose? Purpose,
    SourceOfFunds? SourceOfFunds,
    string? Relationship,
    string? Note,
    PartyId? SenderId,
    PartyId? BeneficiaryId,
    DeviceInput? Device)
{
    public override string ToString() => $"transaction for {QuoteId}";
}

internal sealed class CreateTransaction(
    Transfers transfers, TransferParties parties, PartyVault vault, PartyKeys keys, Providers providers,
    TransactionResponses responses, TransactionsSettings settings, JobSignal<CheckPayoutNames> checkNames,
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
        var (chosen, problem) = await parties.ChooseAsync(request, quote, cancellationToken);
        if (chosen is null)
            return (null, problem);
        var id = TransactionId.New(clock);
        var transfer = Transfer.Create(id, Pcn.New(), quote, DetailsOf(request, quote, chosen, id), caller.Subject,
            transfers.Now, settings.PayInWindowOf(quote.PayInMethod));
        try
        {
            await StoreAsync(transfer, cancellationToken);
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is PostgresException { ConstraintName: QuoteIndex })
        {
            return (null, AlreadyUsed());
        }
        await PublishAsync(transfer, cancellationToken);
        if (transfer.NameCheck == NameCheckState.Pending)
            transfers.AfterCommit(checkNames.Wake);
        return (new Reply(201, await responses.OfAsync(
                transfer, chosen.Sender, chosen.Beneficiary, cancellationToken),
            $"/v1/transactions/{transfer.Id}"), null);
    }

    private TransferDetails DetailsOf(
        CreateTransactionRequest request, Quote quote, ChosenParties chosen, TransactionId id)
    {
        var address = request.Device?.PlainAddress();
        return new TransferDetails(
            chosen.Sender.Id, chosen.Beneficiary.Id, request.Purpose!.Value, request.SourceOfFunds!.Value,
            chosen.Keys,
            address is null ? null : keys.IpAddress(quote.TenantId, address),
            Sealed(request.Note), Sealed(request.Relationship),
            chosen.Payout is null ? null : vault.SealFor(chosen.Beneficiary, id, chosen.Payout),
            providers.Find(quote.PayoutProvider) is { ComparesNames: true },
            new PartyVersions(chosen.Sender.Version, chosen.Beneficiary.Version));

        byte[]? Sealed(string? words) => words is null ? null : vault.SealFor(chosen.Sender, id, words);
    }

    private async Task StoreAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        // In the order in which they refer to each other.
        transfers.Db.Transfers.Add(transfer);
        await transfers.SaveAsync(cancellationToken);
        transfers.AddTimeline(transfer, "CREATED", isPublic: true);
        await transfers.SaveAsync(cancellationToken);
    }

    private async Task PublishAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.PublishAsync(
            new TransactionCreated(transfer.Id, transfer.Pcn, transfer.Facts, transfer.TotalToPay, transfer.Fee),
            cancellationToken);
        await transfers.PublishStatusAsync(transfer, null, cancellationToken);
    }

    private static void Validate(Validation validation, CreateTransactionRequest request, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        validation.Require(request.QuoteId, "/quoteId");
        ValidateParty(validation, request.Sender, request.SenderId, "/sender", PartyRole.Sender, today);
        ValidateParty(validation, request.Beneficiary, request.BeneficiaryId, "/beneficiary", PartyRole.Beneficiary,
            today);
        validation.Check(request.BeneficiaryId is null || request.SenderId is not null, "/beneficiaryId",
            "A beneficiary of a customer goes with that customer's senderId.");
        request.Device?.Validate(validation, "/device");
        validation.Require(request.Purpose, "/purpose");
        validation.Require(request.SourceOfFunds, "/sourceOfFunds");
        validation.OptionalText(request.Relationship, "/relationship", MaxRelationship);
        validation.OptionalText(request.Note, "/note", MaxNote);
    }

    private static void ValidateParty(
        Validation validation, PartyInput? given, PartyId? id, string at, PartyRole role, DateOnly today)
    {
        if (id is not null)
            validation.Check(given is null, at, $"Give this or {at[1..]}Id, not both.");
        else if (validation.Require(given, at))
            given.Validate(validation, at, role, today);
    }

    private static ProblemHttpResult AlreadyUsed() =>
        Problems.Conflict(QuoteUsed, "The quote was used for another transfer; ask for a new one.");
}
