using FinCode.Ledger.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Proposals;

/// <summary>What carries out one kind of proposal once a second person has approved it.</summary>
internal interface IProposalKind
{
    /// <summary>Upper case, words joined by underscores; stored with each proposal.</summary>
    string Kind { get; }

    /// <summary>
    /// Does what was asked, in the session's transaction, and gives what came of it; or why that cannot be, and the
    /// proposal stays open.
    /// </summary>
    Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
        Proposal proposal, string approvedBy, CancellationToken cancellationToken);
}
