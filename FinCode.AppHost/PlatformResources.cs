using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace FinCode.AppHost;

/// <summary>
/// The secrets of a development platform: made once, kept in the user's secrets, shown in the dashboard on request.
/// </summary>
internal sealed record PlatformKeys(
    IDistributedApplicationBuilder Builder,
    IResourceBuilder<ParameterResource> PlatformClientSecret,
    IResourceBuilder<ParameterResource> ServiceClientSecret,
    IResourceBuilder<ParameterResource> SandboxApiKey,
    IResourceBuilder<ParameterResource> SandboxCallbackSecret,
    IResourceBuilder<ParameterResource> SandboxMerchantSecret);

internal static class PlatformResources
{
    public const string PlatformClientId = "platform";
    public const string ServiceClientId = "fincode-services";

    private const int SecretLength = 43;

    public static PlatformKeys AddPlatformKeys(this IDistributedApplicationBuilder builder) => new(
        builder,
        builder.AddSecret("platform-client-secret"),
        builder.AddSecret("service-client-secret"),
        builder.AddSecret("sandbox-api-key"),
        builder.AddSecret("sandbox-callback-secret"),
        builder.AddSecret("sandbox-merchant-secret"));

    /// <summary>A random text that stays the same from run to run.</summary>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, string name)
    {
        var random = new GenerateParameterDefault { MinLength = SecretLength, Special = false };
        return builder.AddParameter(name, random, secret: true, persist: true);
    }

    /// <summary>
    /// 32 random bytes in base64 that stay the same from run to run: what is encrypted under them stays readable.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddMasterKey(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new MasterKeyDefault(), secret: true, persist: true);

    /// <summary>
    /// A P-256 private key in PEM that stays the same from run to run: what it signed stays verifiable.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddSigningKey(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new SigningKeyDefault(), secret: true, persist: true);

    private sealed class SigningKeyDefault : ParameterDefault
    {
        public override string GetDefaultValue()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return key.ExportPkcs8PrivateKeyPem();
        }

        public override void WriteToManifest(ManifestPublishingContext context) =>
            throw new NotSupportedException(
                "A signing key is given by whoever runs the platform, never by a manifest.");
    }

    private sealed class MasterKeyDefault : ParameterDefault
    {
        private const int KeyBytes = 32;

        public override string GetDefaultValue() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

        public override void WriteToManifest(ManifestPublishingContext context) =>
            throw new NotSupportedException("A master key is given by whoever runs the platform, never by a manifest.");
    }
}
