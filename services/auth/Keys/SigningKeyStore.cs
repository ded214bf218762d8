using System.Security.Cryptography;
using FinCode.Auth.Model;
using FinCode.Auth.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace FinCode.Auth.Keys;

/// <summary>
/// Makes the next signing key when it is due, removes those that no token in use was signed with, fills the ring.
/// </summary>
internal sealed class SigningKeyStore(
    AuthDbContext database, KeyWrapping wrapping, SigningKeyRing ring, KeySchedule schedule, TimeProvider clock)
{
    /// <summary>Call with the lock held in a transaction, and load after that has committed.</summary>
    public async Task AddIfDueAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rows = await database.SigningKeys.ToListAsync(cancellationToken);
        var published = schedule.Published(rows, now);
        database.SigningKeys.RemoveRange(rows.Except(published));
        if (schedule.NextSignsFrom(rows, now) is { } signsFrom)
            database.SigningKeys.Add(NewKey(now, signsFrom));
        await database.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whether there is anything to do for <see cref="AddIfDueAsync"/>.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellationToken)
    {
        var rows = await database.SigningKeys.AsNoTracking().ToListAsync(cancellationToken);
        return schedule.NextSignsFrom(rows, clock.GetUtcNow()) is not null
            || schedule.Published(rows, clock.GetUtcNow()).Count < rows.Count;
    }

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var rows = await database.SigningKeys.AsNoTracking().ToListAsync(cancellationToken);
        var known = ring.Published.ToDictionary(key => key.Key.KeyId);
        ring.Replace([.. schedule.Published(rows, clock.GetUtcNow())
            .Select(row => known.GetValueOrDefault(row.KeyId) ?? Unwrap(row))]);
    }

    private SigningKey Unwrap(SigningKeyRow row)
    {
        var key = ECDsa.Create();
        var privateKey = wrapping.Unwrap(row.KeyId, row.WrappedPrivateKey);
        key.ImportPkcs8PrivateKey(privateKey, out _);
        CryptographicOperations.ZeroMemory(privateKey);
        return new SigningKey(new ECDsaSecurityKey(key) { KeyId = row.KeyId }, row.SignsFrom);
    }

    private SigningKeyRow NewKey(DateTimeOffset now, DateTimeOffset signsFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keyId = Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());
        var privateKey = key.ExportPkcs8PrivateKey();
        var row = new SigningKeyRow
        {
            KeyId = keyId,
            WrappedPrivateKey = wrapping.Wrap(keyId, privateKey),
            CreatedAt = now,
            SignsFrom = signsFrom,
        };
        CryptographicOperations.ZeroMemory(privateKey);
        return row;
    }
}
