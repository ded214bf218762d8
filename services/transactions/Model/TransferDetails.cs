using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>What the sender said about a transfer beside its price.</summary>
/// <param name="ChecksName">Whether the payout's provider compares the beneficiary's name with the account's.</param>
internal sealed record TransferDetails(
    PartyId SenderId,
    PartyId BeneficiaryId,
    Purpose Purpose,
    SourceOfFunds SourceOfFunds,
    LinkKeys Keys,
    string? AddressKey,
    byte[]? NoteSealed,
    byte[]? RelationshipSealed,
    byte[]? PayoutSealed,
    bool ChecksName,
    PartyVersions Versions);

/// <summary>Which versions of its two parties a transfer is about.</summary>
internal readonly record struct PartyVersions(int Sender, int Beneficiary);

/// <summary>Both parties as they stand now: their versions, and the keys that go with them.</summary>
internal sealed record PartiesNow(
    PartyVersions Versions, string SenderName, string BeneficiaryName, string? SenderPhone);

/// <summary>What became of asking the payout's provider for the name of the account's holder.</summary>
internal enum NameCheckState
{
    /// <summary>The provider does not compare names.</summary>
    None,
    Pending,
    Answered,

    /// <summary>It gave no answer, several times; the transfer goes on without.</summary>
    GivenUp,
}
