using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>
/// A person signs in with tenant, e-mail and password. Whatever is wrong, the answer and about the work are the same:
/// an unknown tenant or e-mail, a wrong password, a locked, disabled or unapproved account, a suspended tenant. Whoever
/// has a password that somebody else chose gives a new one along; it can be given at any other time as well, and ends
/// the person's other sign-ins.
/// </summary>
internal static class SignIn
{
    public const string InvalidCredentials = "INVALID_CREDENTIALS";
    public const string PasswordChangeRequired = "PASSWORD_CHANGE_REQUIRED";

    private static readonly Lazy<string> Nobody = new(() => Guid.CreateVersion7().ToString());

    /// <param name="Principal">The tenant, prn_...; an e-mail is unique in its tenant only.</param>
    /// <param name="NewPassword">Takes the place of the password; required at a person's first sign-in.</param>
    public sealed record SignInRequest(
        TenantId? Principal, string? Email, string? Password, string? NewPassword = null);

    /// <param name="ExpiresIn">Seconds until the access token expires. Refresh with the token endpoint.</param>
    public sealed record SignInAnswer(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/auth/sign-in", HandleAsync)
        .AllowAnonymous()
        .WithName("signIn").WithTags("Authentication").WithSummary("Signs a person of a tenant's staff in.")
        .Produces<SignInAnswer>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        SignInRequest request, AuthDbContext database, TenantSight sight, IPasswordHasher<StaffUser> hasher,
        TokenIssuer issuer, Passwords passwords, AuthSettings settings, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var validation = Validate(request);
        if (validation.Failed)
            return validation.ToProblem();

        var tenant = request.Principal!.Value;
        sight.Only(tenant);
        var name = StaffUser.NameOf(tenant.Value, request.Email!).ToUpperInvariant();
        var user = await database.Users.AsNoTracking()
            .SingleOrDefaultAsync(person => person.NormalizedUserName == name, cancellationToken);
        var mayTry = user is not null
            && await TryCountAttemptAsync(database, user.Id, settings, clock, cancellationToken);
        var stored = user?.PasswordHash ?? NobodysHash(hasher);
        var isRight = hasher.VerifyHashedPassword(user!, stored, request.Password!)
            != PasswordVerificationResult.Failed;
        var isActive = await database.Principals.AnyAsync(
            principal => principal.Id == tenant.Value && principal.SuspendedAt == null, cancellationToken);
        if (!mayTry || !isRight || !isActive || user!.DisabledAt is not null || user.AwaitsApproval)
            return Wrong();

        await ForgetAttemptsAsync(database, user.Id, cancellationToken);
        if (user.MustChangePassword && request.NewPassword is null)
            return Problems.Of(403, PasswordChangeRequired,
                "This password was chosen by somebody else: sign in with a newPassword of your own.");
        if (request.NewPassword is { } own && !await passwords.TryReplaceAsync(user, own, cancellationToken))
            return Wrong();
        sight.Everything();
        var tokens = await issuer.IssueAsync(Identities.Of(user), cancellationToken);
        return TypedResults.Ok(new SignInAnswer(
            tokens.AccessToken, "Bearer", (int)AuthSettings.StaffAccessTokenLifetime.TotalSeconds,
            tokens.RefreshToken));
    }

    private static ProblemHttpResult Wrong() => Problems.Of(401, InvalidCredentials,
        "The principal, the e-mail or the password is wrong, or the account is locked for a while.");

    private static Validation Validate(SignInRequest request)
    {
        var validation = new Validation();
        validation.Require(request.Principal, "/principal");
        var isEmail = validation.RequireText(request.Email, "/email", Model.StaffRules.MaxEmailLength);
        validation.RequireText(request.Password, "/password", Model.StaffRules.MaxPasswordLength);
        if (request.NewPassword is { } own && isEmail)
        {
            var fault = Model.StaffRules.Fault(own, request.Email!);
            validation.Check(fault is null, "/newPassword", fault ?? "");
            validation.Check(own != request.Password, "/newPassword", "Another password than before.");
        }
        return validation;
    }

    /// <summary>
    /// Counts before the password is looked at, in one statement, so that guesses made at the same moment are all
    /// counted. False while the account is locked; the last attempt allowed locks it, and being right unlocks it again.
    /// </summary>
    private static async Task<bool> TryCountAttemptAsync(
        AuthDbContext database, Guid id, AuthSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? until = now + settings.LockoutFor;
        var most = settings.LockoutAfter;
        return await database.Users
            .Where(user => user.Id == id && (user.LockoutEnd == null || user.LockoutEnd <= now))
            .ExecuteUpdateAsync(change => change
                .SetProperty(user => user.LockoutEnd, user => user.AccessFailedCount + 1 >= most ? until : null)
                .SetProperty(user => user.AccessFailedCount, user => (user.AccessFailedCount + 1) % most),
                cancellationToken) == 1;
    }

    private static Task<int> ForgetAttemptsAsync(
        AuthDbContext database, Guid id, CancellationToken cancellationToken) =>
        database.Users.Where(user => user.Id == id).ExecuteUpdateAsync(change => change
            .SetProperty(user => user.LockoutEnd, (DateTimeOffset?)null)
            .SetProperty(user => user.AccessFailedCount, 0), cancellationToken);

    private static string? _nobodysHash;

    /// <summary>Something to compare with where there is no account, so that it takes as long.</summary>
    private static string NobodysHash(IPasswordHasher<StaffUser> hasher) =>
        _nobodysHash ??= hasher.HashPassword(null!, Nobody.Value);
}
