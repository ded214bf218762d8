using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Proposals;

/// <summary>A proposal as its people see it.</summary>
/// <param name="Kind">ENTRIES, TOP_UP, ACCOUNT_CHANGE, PERIOD_CLOSE, ...</param>
/// <param name="Content">What was asked for; what is done is exactly this.</param>
/// <param name="Result">What came of it, once it is approved.</param>
public sealed record LedgerProposal(
    ProposalId Id, string Kind, string Status, string Reason, string ProposedBy, DateTimeOffset ProposedAt,
    string? DecidedBy, DateTimeOffset? DecidedAt, JsonElement Content, JsonElement? Result)
{
    internal static LedgerProposal Of(Proposal one) => new(
        one.Id, one.Kind, SqlNames.Of(one.Status), one.Reason, one.ProposedBy, one.ProposedAt, one.DecidedBy,
        one.DecidedAt, Parse(one.Content), one.Result is null ? null : Parse(one.Result));

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>How proposals are made: once per key, with what was asked for kept as it came.</summary>
internal sealed class ProposalDesk(IdempotentRequests requests, ProposalStore proposals, TimeProvider clock)
{
    public const int MaxReasonLength = 2_000;

    /// <param name="content">What is stored and, once approved, carried out.</param>
    public Task<IResult> ProposeAsync<TContent>(
        HttpContext http, Caller caller, string kind, TContent content, string reason) =>
        requests.RunAsync(http, caller.Tenant, "propose", new { content, reason }, () => AddAsync(
            StatusCodes.Status201Created, http, caller, kind, content, reason));

    /// <summary>Within a request that runs once per key already.</summary>
    public async Task<(Reply?, ProblemHttpResult?)> AddAsync<TContent>(
        int status, HttpContext http, Caller caller, string kind, TContent content, string reason)
    {
        var proposal = new Proposal(ProposalId.New(clock),
            http.Request.Headers[IdempotentRequests.Header].ToString(), kind,
            JsonSerializer.Serialize(content, ContractJson.Options), reason, ProposalStatus.Proposed,
            caller.Subject, clock.Now());
        // Stored answers are forgotten one day; the proposal is not.
        if (await proposals.FindAsync(proposal.RequestKey, http.RequestAborted) is not { } earlier)
            await proposals.AddAsync(proposal, http.RequestAborted);
        else if ((earlier.Kind, earlier.Content, earlier.Reason) == (kind, proposal.Content, reason))
            proposal = earlier;
        else
            return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.IdempotencyKeyReused,
                "This key was used for a request with other content."));
        return (new Reply(status, LedgerProposal.Of(proposal), $"/v1/ledger/proposals/{proposal.Id}"), null);
    }
}
