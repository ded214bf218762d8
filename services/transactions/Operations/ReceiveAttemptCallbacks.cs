using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <param name="Reference">Ours: the attempt's id.</param>
/// <param name="Fee">What the provider took for a payout, in the payout's currency.</param>
internal sealed record AttemptCallback(
    string? EventId, string? Reference, string? ProviderId, string? Status, ProviderFailure? Failure, Money? Fee);

/// <summary>
/// A provider says what became of a payout or a refund. It may say so several times, late, or before our own request
/// is answered; once it is stored the answer is 204.
/// </summary>
internal static class ReceiveAttemptCallbacks
{
    private const int MaxIdLength = 128;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Describe(routes.MapPost("/v1/callbacks/payouts/{provider}", PayoutAsync))
            .WithName("ReceivePayoutCallback").WithSummary("A payout provider's signed notice");
        Describe(routes.MapPost("/v1/callbacks/refunds/{provider}", RefundAsync))
            .WithName("ReceiveRefundCallback").WithSummary("A pay-in provider's signed notice about a refund");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder route) => route
        .AllowAnonymous().Accepts<AttemptCallback>("application/json").WithTags("Callbacks")
        .Produces(204).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413).ProducesProblem(422);

    private static Task<IResult> PayoutAsync(
        HttpContext http, string provider, SignedCallback callbacks, TenantLookup lookup, UnitsOfWork units,
        CancellationToken cancellationToken) => HandleAsync(
            http, provider, callbacks, units, id => lookup.ByPayoutAttemptAsync(id, provider, cancellationToken),
            (found, answer) => units.RunAsync<PayoutOutcomes>(
                found.Tenant, outcomes => outcomes.RecordAsync(found, answer, cancellationToken), cancellationToken),
            cancellationToken);

    private static Task<IResult> RefundAsync(
        HttpContext http, string provider, SignedCallback callbacks, TenantLookup lookup, UnitsOfWork units,
        CancellationToken cancellationToken) => HandleAsync(
            http, provider, callbacks, units, id => lookup.ByRefundAttemptAsync(id, provider, cancellationToken),
            (found, answer) => units.RunAsync<RefundOutcomes>(
                found.Tenant, outcomes => outcomes.RecordAsync(found, answer, cancellationToken), cancellationToken),
            cancellationToken);

    private static async Task<IResult> HandleAsync(
        HttpContext http, string provider, SignedCallback callbacks, UnitsOfWork units, Func<AttemptId,
        Task<Found?>> find,
        Func<Found, ProviderAnswer, Task> record, CancellationToken cancellationToken)
    {
        var (body, problem) = await callbacks.ReadAsync<AttemptCallback>(http, provider, Check, cancellationToken);
        if (body is null)
            return problem!;

        var answer = ProviderHttp.Interpret(
            new ProviderReply(body.Reference, body.ProviderId, body.Status, body.Failure, body.Fee, Definite: null));
        var found = AttemptId.TryParse(body.Reference, null, out var id) ? await find(id) : null;
        if (found is null || answer is null)
            await units.RunAsync<Transfers>(found?.Tenant ?? Tenants.Platform, transfers =>
                transfers.InsertAnomalyAsync(
                new AnomalyRow
                {
                    TenantId = transfers.Tenant,
                    TransactionId = found?.Transaction,
                    At = transfers.Now,
                    Kind = found is null ? "CALLBACK_UNMATCHED" : "CALLBACK_NOT_UNDERSTOOD",
                    Event = Words.Of(TransferEvent.AttemptUnanswered),
                    Detail = $"{provider}, {body.Reference}, {body.Status}",
                    Owner = Contracts.Roles.Finance,
                    DedupeKey = $"callback:{provider}:{body.EventId}",
                }, cancellationToken), cancellationToken);
        else
            await record(found, answer);
        return TypedResults.NoContent();
    }

    private static void Check(AttemptCallback body, Validation validation)
    {
        validation.RequireText(body.EventId, "/eventId", MaxIdLength);
        validation.RequireText(body.Reference, "/reference", MaxIdLength);
        validation.RequireText(body.Status, "/status", MaxIdLength);
    }
}
