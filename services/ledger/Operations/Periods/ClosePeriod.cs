using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Periods;

/// <summary>
/// Closes the books up to a day: nothing is booked with a value date up to it any more, for ever. One person proposes,
/// another approves.
/// </summary>
internal static class ClosePeriod
{
    private const string ProposalKind = "PERIOD_CLOSE";

    /// <param name="Until">The last day of the period, before today (UTC).</param>
    public sealed record ClosePeriodRequest(string? Reason, DateOnly? Until);

    /// <param name="ClosedUntil">Missing while no period is closed.</param>
    public sealed record LedgerPeriods(DateOnly? ClosedUntil, IReadOnlyList<ClosedPeriod> Closed);

    public sealed record ClosedPeriod(
        DateOnly Until, long Position, DateTimeOffset ClosedAt, string? ProposedBy, string? ApprovedBy);

    internal sealed record PeriodClose(DateOnly Until);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/ledger/periods", ProposeAsync)
            .RequireRole(Roles.Finance)
            .WithName("proposeLedgerPeriodClose").WithTags("Ledger proposals")
            .WithSummary("Propose to close the books up to a day")
            .NeedsIdempotencyKey()
            .Produces<LedgerProposal>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/v1/ledger/periods", ListAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listLedgerPeriods").WithTags("Ledger")
            .WithSummary("The periods that are closed, newest first")
            .Produces<LedgerPeriods>();
    }

    private static Task<IResult> ProposeAsync(
        ClosePeriodRequest request, Caller caller, HttpContext http, ProposalDesk desk, TimeProvider clock)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ProposalDesk.MaxReasonLength);
        if (validation.Require(request.Until, "/until"))
            validation.Check(request.Until < DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), "/until",
                "Only days that are over are closed.");
        return validation.Failed
            ? Task.FromResult<IResult>(validation.ToProblem())
            : desk.ProposeAsync(http, caller, ProposalKind, new PeriodClose(request.Until!.Value), request.Reason!);
    }

    private static async Task<IResult> ListAsync(
        Caller caller, DbSession session, PeriodStore periods, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var closed = await periods.ListAsync(cancellationToken);
        return TypedResults.Ok(new LedgerPeriods(closed.Count > 0 ? closed[0].Until : null,
            [.. closed.Select(one => new ClosedPeriod(
                one.Until, one.Position, one.BookedAt, one.BookedBy, one.ApprovedBy))]));
    }

    internal sealed class Approved(LedgerPosting ledger) : IProposalKind
    {
        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var until = JsonSerializer.Deserialize<PeriodClose>(proposal.Content, ContractJson.Options)!.Until;
            PeriodClosed? closed = null;
            await ledger.AddEventsAsync((head, bookedAt) =>
            {
                if (head.ClosedUntil is null || until > head.ClosedUntil)
                    closed = new PeriodClosed(head.Position + 1, until, bookedAt, proposal.ProposedBy, approvedBy);
                return Task.FromResult<IReadOnlyList<BookEvent>>(closed is null ? [] : [closed]);
            }, cancellationToken);
            return closed is null
                ? (null, Problems.Conflict(RefusalProblem.PeriodClosed, "The books are closed up to then already."))
                : (new ClosedPeriod(until, closed.Position, closed.BookedAt, closed.BookedBy, closed.ApprovedBy), null);
        }
    }
}
