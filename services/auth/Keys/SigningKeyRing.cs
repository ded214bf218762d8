using FinCode.Auth.Model;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace FinCode.Auth.Keys;

internal sealed record SigningKey(ECDsaSecurityKey Key, DateTimeOffset SignsFrom) : IScheduledKey
{
    public SigningCredentials Credentials { get; } = new(Key, SecurityAlgorithms.EcdsaSha256);
}

/// <summary>
/// The keys as this process knows them. The token server rebuilds its options when they change, and this service
/// validates tokens with them directly instead of asking itself over HTTP.
/// </summary>
internal sealed class SigningKeyRing(TimeProvider clock)
    : IOptionsChangeTokenSource<OpenIddictServerOptions>, IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    private IReadOnlyList<SigningKey> _published = [];
    private CancellationTokenSource _changed = new();

    public string? Name => Options.DefaultName;

    public IReadOnlyList<SigningKey> Published => Volatile.Read(ref _published);

    public SigningKey Signer => KeySchedule.Signer(Published, clock.GetUtcNow());

    /// <summary>Takes over what is published now; nothing happens when that is what is known.</summary>
    public void Replace(IReadOnlyList<SigningKey> published)
    {
        if (published.Select(key => key.Key.KeyId).SequenceEqual(Published.Select(key => key.Key.KeyId)))
            return;
        Volatile.Write(ref _published, published);
        using var earlier = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        earlier.Cancel();
    }

    public bool Knows(string keyId) => Published.Any(key => key.Key.KeyId == keyId);

    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
    {
        var configuration = new OpenIdConnectConfiguration();
        foreach (var key in Published)
            configuration.SigningKeys.Add(key.Key);
        return Task.FromResult(configuration);
    }

    public void RequestRefresh()
    {
        // The job that looks for new keys runs often enough.
    }

    public void Dispose() => _changed.Dispose();
}
