using System.Security.Cryptography;
using FinCode.Auth.Model;
using FinCode.Auth.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>
/// The platform takes on a tenant and its first MANAGER. Names are unique; the same name again is 409 with its id.
/// </summary>
internal static class CreatePrincipal
{
    public const string PrincipalExists = "PRINCIPAL_EXISTS";

    private const int MadePasswordLength = 24;
    private const string MadePasswordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <param name="Password">When missing, one is made and shown once in the answer.</param>
    public sealed record FirstManager(string? Email, string? Password);

    public sealed record CreatePrincipalRequest(string? Name, FirstManager? Manager);

    public sealed record CreatedManager(UserId Id, string Email, string? Password);

    public sealed record CreatedPrincipal(TenantId Id, string Name, CreatedManager Manager);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/principals", HandleAsync)
        .RequireRole(Roles.Platform)
        .WithName("createPrincipal").WithTags("Principals").WithSummary("Takes on a tenant and its first MANAGER.")
        .Produces<CreatedPrincipal>(201).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        CreatePrincipalRequest request, AuthDbContext database, TenantSight sight, Staff staff, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var madePassword = request.Manager is { Password: null }
            ? RandomNumberGenerator.GetString(MadePasswordAlphabet, MadePasswordLength)
            : null;
        var password = madePassword ?? request.Manager?.Password;
        var validation = new Validation();
        validation.RequireText(request.Name, "/name", StaffRules.MaxNameLength);
        if (validation.Require(request.Manager, "/manager"))
            Staff.Check(validation, "/manager", request.Manager.Email, password);
        if (validation.Failed)
            return validation.ToProblem();

        sight.Everything();
        var name = request.Name!.Trim();
        var email = request.Manager!.Email!;
        var tenant = TenantId.New(clock);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await IdOfAsync(database, name, cancellationToken) is { } existing)
            return Exists(existing);
        database.Principals.Add(new Principal { Id = tenant.Value, Name = name, CreatedAt = clock.GetUtcNow() });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            await transaction.RollbackAsync(cancellationToken);
            return Exists((await IdOfAsync(database, name, cancellationToken))!.Value);
        }
        var manager = await staff.TryCreateAsync(tenant, email, email, [Roles.Manager], password!, createdBy: null)
            ?? throw new InvalidOperationException("A new tenant has a user already.");
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Created(
            (string?)null,
            new CreatedPrincipal(tenant, name, new CreatedManager(new UserId(manager.Id), email, madePassword)));
    }

    private static async Task<TenantId?> IdOfAsync(
        AuthDbContext database, string name, CancellationToken cancellationToken)
    {
        var id = await database.Principals.Where(principal => principal.Name == name)
            .Select(principal => (Guid?)principal.Id).SingleOrDefaultAsync(cancellationToken);
        return id is null ? null : new TenantId(id.Value);
    }

    private static ProblemHttpResult Exists(TenantId id) => TypedResults.Problem(
        statusCode: 409, detail: "There is a principal of this name.",
        extensions: new Dictionary<string, object?> { ["code"] = PrincipalExists, ["principal"] = id });
}
