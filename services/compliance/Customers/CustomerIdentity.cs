using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>
/// Who a customer is, as far as what was shown depends on it. What was shown for one identity counts for no other one.
/// </summary>
internal sealed class CustomerIdentity(ComplianceOptions options, DbSession session, TimeProvider clock)
{
    private static readonly string[] s_shown = ["kyc_documents", "kyc_verifications", "kyc_answers"];

    /// <summary>
    /// HMAC-SHA256 over id, kind, name (case and spaces apart) and date of birth, in hexadecimal, under a secret of the
    /// tenant: a change is noticed, and without the secret nobody can try names.
    /// </summary>
    public static string HashOf(ComplianceOptions options, TenantId tenant, Party party)
    {
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.MasterKey, HMACSHA256.HashSizeInBytes,
            info: Encoding.ASCII.GetBytes($"identities|{tenant}"));
        var name = string.Join(' ', party.FullName.Normalize(NormalizationForm.FormKC).ToUpperInvariant()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var details = JsonSerializer.SerializeToUtf8Bytes(
            new { party.Id, party.Kind, name, party.DateOfBirth }, ContractJson.Options);
        var hash = HMACSHA256.HashData(secret, details);
        CryptographicOperations.ZeroMemory(details);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// What the transactions service says now of who it is; the customer's row is locked. Another identity than before
    /// is for a person to look at, where something was shown; and what was decided of the risk for it, or for another
    /// country, ends.
    /// </summary>
    /// <param name="before">What was known of the countries before; null while nothing was.</param>
    public async Task HearAsync(
        CustomerFile file, Party party, CustomerProfile? before, CancellationToken cancellationToken)
    {
        var hash = HashOf(options, session.Tenant, party);
        var isAnother = file.IdentityHash is { } known && known != hash;
        if (isAnother || (before is not null && before.Country != party.Country))
            await EndOverridesAsync(file, cancellationToken);
        if (file.IdentityHash == hash)
            return;
        if (file.IdentityHash is null)
            await GiveAsync(file.Id, hash, cancellationToken);
        else if (await HasShownAsync(file.Id, cancellationToken))
            file.Note(CustomerEvent.IdentityChanged, null, null, null, clock.GetUtcNow());
        if (file.Pep && file.IdentityHash is not null)
            file.PepSince = clock.GetUtcNow();
        file.IdentityHash = hash;
    }

    /// <summary>Also those that wait for the second person.</summary>
    private async Task EndOverridesAsync(CustomerFile file, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var decisions = await DecisionStore.OfCustomerAsync(session, file.Id, cancellationToken);
        if (DecisionStore.OverrideOf(file, decisions, now) is { } ended)
            file.Note(CustomerEvent.OverrideEnded, null, ended.Id, Words.Of(ended.Level!.Value), now);
        file.OverridesSince = now;
    }

    /// <summary>What was shown before anything was heard of who it is.</summary>
    private async Task GiveAsync(PartyId customer, string hash, CancellationToken cancellationToken)
    {
        foreach (var table in s_shown)
        {
            await using var give = session.Command($"update {table} set identity_hash = $3 "
                + "where tenant_id = $1 and party_id = $2 and identity_hash is null",
                session.Tenant.Value, customer.Value, hash);
            await give.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private async Task<bool> HasShownAsync(PartyId customer, CancellationToken cancellationToken)
    {
        foreach (var table in s_shown)
        {
            await using var find = session.Command(
                $"select 1 from {table} where tenant_id = $1 and party_id = $2 limit 1",
                session.Tenant.Value, customer.Value);
            if (await find.ExecuteScalarAsync(cancellationToken) is not null)
                return true;
        }
        return false;
    }
}
