using System.Text;
using FinCode.Compliance.Identity;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// The identity provider says how a session ended. What is not signed rightly, or is nothing that a callback holds, is
/// 401 and has no effect; what is stored is 204, however often it is told.
/// </summary>
internal static partial class ReceiveIdentityCallback
{
    public const string TimestampHeader = "X-Sandbox-Timestamp";
    public const string SignatureHeader = "X-Sandbox-Signature";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost($"/{IdentitySettings.CallbackPath}/{{provider}}", HandleAsync)
        .AllowAnonymous().Accepts<object>("application/json")
        .WithName("ReceiveIdentityCallback").WithSummary("The identity provider's signed notice").WithTags("Callbacks")
        .Produces(204).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413);

    private static async Task<IResult> HandleAsync(string provider, HttpRequest http, IServiceProvider services,
        IServiceScopeFactory scopes, ILogger<IdentityDesk> logger, CancellationToken cancellationToken)
    {
        if (services.GetService<IIdentityProvider>() is not { } known || known.Name != provider)
            return Problems.NotFound("There is no provider of that name.");
        if (await ReadAsync(http, cancellationToken) is not { } body)
            return Problems.Of(413, Problems.PayloadTooLarge,
                $"A callback has at most {HostedIdentityProvider.MaxBodyBytes} bytes.");
        if (known.ReadCallback(http.Headers[TimestampHeader].ToString(), http.Headers[SignatureHeader].ToString(), body)
            is not var (reference, answer))
            return Problems.Of(401, Problems.AuthRequired, "The signature or its timestamp is wrong.");
        if (await FindAsync(scopes, reference, provider, cancellationToken) is not var (tenant, customer))
        {
            // Signed, but of nothing that we asked for: another installation's, or a mistake of theirs.
            LogUnknown(logger, provider, reference);
            return TypedResults.NoContent();
        }
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, cancellationToken);
        await scope.ServiceProvider.GetRequiredService<IdentityDesk>()
            .RecordAsync(customer, reference, answer, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<(TenantId, PartyId)?> FindAsync(
        IServiceScopeFactory scopes, Guid reference, string provider, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(cancellationToken);
        await using var command = session.Command(
            "select tenant_id, party_id from kyc_verifications where id = $1 and provider = $2", reference, provider);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (new TenantId(row.GetGuid(0)), new PartyId(row.GetGuid(1)))
            : null;
    }

    private static async Task<string?> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        var buffer = new byte[HostedIdentityProvider.MaxBodyBytes + 1];
        var length = await http.Body.ReadAtLeastAsync(
            buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length == buffer.Length ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Provider} called back about {Reference}, which is no verification of ours")]
    private static partial void LogUnknown(ILogger logger, string provider, Guid reference);
}
