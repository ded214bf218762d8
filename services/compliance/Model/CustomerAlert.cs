namespace FinCode.Compliance.Model;

/// <summary>
/// A customer who resembles an entry that is new or changed, or who is new or changed and resembles one.
/// </summary>
/// <param name="TransactionIds">Transfers of the customer that were screened in the days before, newest first.</param>
internal sealed record CustomerAlert(
    Guid Id, PartyId PartyId, int PartyVersion, long ListVersion, long PolicyVersion, Evidence Evidence,
    IReadOnlyList<TransactionId> TransactionIds, DateTimeOffset FoundAt);
