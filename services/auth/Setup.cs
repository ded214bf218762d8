using FinCode.Auth.Jobs;
using FinCode.Auth.Keys;
using FinCode.Auth.Model;
using FinCode.Auth.Operations;
using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Auth;

public static class AuthApp
{
    public const string Noun = "auth";

    /// <summary>How long a retired key stays published beyond the life of the tokens that it signed.</summary>
    private static readonly TimeSpan KeyMargin = TimeSpan.FromHours(1);

    /// <summary>PBKDF2 with HMAC-SHA-512 (OWASP asks for 210,000); for people's passwords only.</summary>
    private const int PasswordIterations = 210_000;

    public static ServiceDefinition Service { get; } = new(Noun, typeof(AuthApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Use = Use,
        Migrations = [typeof(DbSession).Assembly, typeof(AuthApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder)
    {
        var settings = AuthSettings.Read(builder.Configuration);
        var wrapping = new KeyWrapping(settings);
        builder.AddPostgres(Noun);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton(wrapping);
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton(new KeySchedule(
            settings.KeySignsFor, settings.KeyPublishedAhead, AuthSettings.MachineAccessTokenLifetime + KeyMargin));
        services.AddScoped<SigningKeyStore>();
        services.AddScoped<TenantSight>();
        services.AddDbContext<AuthDbContext>((provider, options) => options
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .AddInterceptors(new TenantOnConnection(provider.GetRequiredService<TenantSight>())));
        AddPeople(services);
        services.AddTokenServer(settings, wrapping);
        services.AddHostedService<Bootstrap>();
        services.AddJob<RotateSigningKeys>(RotateSigningKeys.Interval);
        services.AddJob<PruneTokens>(PruneTokens.Interval);
        services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
        services.AddOpenApi("partners",
            options => options.ShouldInclude = operation => operation.GroupName == "partners");
    }

    private static void AddPeople(IServiceCollection services)
    {
        services.AddIdentityCore<StaffUser>(identity =>
            {
                // The user name carries the tenant; our own rules say what addresses and passwords look like.
                identity.User.AllowedUserNameCharacters = "";
                identity.Password.RequiredLength = StaffRules.MinPasswordLength;
                identity.Password.RequiredUniqueChars = StaffRules.MinDistinctCharacters;
                identity.Password.RequireDigit = false;
                identity.Password.RequireLowercase = false;
                identity.Password.RequireUppercase = false;
                identity.Password.RequireNonAlphanumeric = false;
            })
            .AddEntityFrameworkStores<AuthDbContext>();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
        services.AddScoped<Staff>().AddScoped<Passwords>();
    }

    /// <summary>
    /// Behind the gateway the Host header names this service; documents and tokens name the platform.
    /// </summary>
    private static void Use(WebApplication app)
    {
        var issuer = app.Services.GetRequiredService<AuthSettings>().Issuer;
        var host = HostString.FromUriComponent(issuer);
        app.Use((http, next) =>
        {
            http.Request.Scheme = issuer.Scheme;
            http.Request.Host = host;
            if (http.Request.Path.StartsWithSegments("/connect", StringComparison.Ordinal))
                http.RequestServices.GetRequiredService<TenantSight>().Everything();
            return next(http);
        });
    }

    private static void Map(WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        IssueToken.Map(app);
        SignIn.Map(app);
        SignOut.Map(app);
        CreatePrincipal.Map(app);
        ChangePrincipalStatus.Map(app);
        CreateUser.Map(app);
        ApproveUser.Map(app);
        ListUsers.Map(app);
        ChangeUserStatus.Map(app);
        CreatePartnerClient.Map(app);
        ListPartnerClients.Map(app);
        RotatePartnerClientSecret.Map(app);
        RevokePartnerClient.Map(app);
    }
}
