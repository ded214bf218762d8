using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.CaseFiles;

/// <summary>
/// Marks the hits that two people found to be somebody else's. A suppression holds for exactly these details of a party
/// and exactly this content of a list entry; where the date of birth is not known, for this party alone, because
/// another person may have the same name. Of what a transfer says in words it holds for exactly these words of this
/// sender.
/// </summary>
internal sealed class FalsePositives(ComplianceOptions options, DbSession session, TimeProvider clock)
{
    /// <summary>The same evidence, where hits that are suppressed say by what.</summary>
    /// <param name="texts">Of the sender's transfer, where they are what was screened.</param>
    public async Task<IReadOnlyList<PartyEvidence>> MarkAsync(Party party, IReadOnlyList<PartyEvidence> found,
        CancellationToken cancellationToken, TransferTexts? texts = null)
    {
        if (found.All(evidence => evidence.Hits.Count == 0))
            return found;
        string[] hashes = [.. found.Select(one => HashOf(session.Tenant, party, texts?.Of(one.Name)))];
        var known = await SuppressionStore.InForceAsync(session, hashes, clock.GetUtcNow(), cancellationToken);
        if (known.Count == 0)
            return found;
        return [.. found.Zip(hashes, (evidence, subject) => evidence with
        {
            Hits = [.. evidence.Hits.Select(hit => hit with
            {
                SuppressedBy = known.Find(one => one.Hit.SubjectHash == subject && one.Hit.Name == evidence.Name
                    && one.Hit.List == hit.List && one.Hit.EntryId == hit.EntryId
                    && one.Hit.EntryHash == hit.EntryHash)?.Id,
            })],
        })];
    }

    /// <summary>
    /// HMAC-SHA256 over all that is known of the party, in hexadecimal, under a secret of the tenant: equal details are
    /// recognised again, and without the secret nobody can try names.
    /// </summary>
    /// <param name="text">What the party's transfer says, where the hit is in that.</param>
    public string HashOf(TenantId tenant, Party party, string? text = null)
    {
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.MasterKey, HMACSHA256.HashSizeInBytes,
            info: Encoding.ASCII.GetBytes($"suppressions|{tenant}"));
        var isSomebody = party is { Kind: PartyKinds.Person, DateOfBirth: not null };
        var known = party with { Version = 0, Role = null, Id = isSomebody ? default : party.Id };
        var details = text is null
            ? JsonSerializer.SerializeToUtf8Bytes(known, ContractJson.Options)
            : JsonSerializer.SerializeToUtf8Bytes(new { known, text }, ContractJson.Options);
        var hash = HMACSHA256.HashData(secret, details);
        CryptographicOperations.ZeroMemory(details);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>What the approval of a proposal with these terms suppresses from now on.</summary>
    public async Task AddAsync(Case decided, int proposalNumber, ReleaseTerms terms, DateTimeOffset approvedAt,
        CancellationToken cancellationToken)
    {
        foreach (var hit in terms.Suppress)
        {
            await SuppressionStore.AddAsync(session, new Suppression(SuppressionId.New(clock), decided.Id,
                proposalNumber, decided.EventCount, hit, decided.ProposedBy!, decided.ApprovedBy!, approvedAt,
                approvedAt.AddDays(options.SuppressionDays)), cancellationToken);
        }
    }
}
