using System.Net;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class SignInTests
{
    [Fact]
    public async Task A_persons_token_names_the_person_the_tenant_and_the_roles_and_is_short()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var id = await auth.NewUserAsync(tenant, "two@example.org", Roles.Compliance, Roles.Mlro);

        var token = new JsonWebToken((await auth.SignInAsync(tenant.Id, "two@example.org")).AccessToken);

        token.Typ.ShouldBe("at+jwt");
        token.Subject.ShouldBe(id);
        token.Audiences.ShouldBe([CallerAuthentication.Audience]);
        token.GetClaim(Caller.TenantClaim).Value.ShouldBe(tenant.Id.ToString());
        token.Claims.Where(claim => claim.Type == Caller.RoleClaim).Select(claim => claim.Value)
            .ShouldBe([Roles.Compliance, Roles.Mlro], ignoreOrder: true);
        (token.ValidTo - token.IssuedAt).ShouldBe(TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var other = await auth.NewTenantAsync("other@example.org");

        string[] answers =
        [
            await TextOf(await auth.PostSignInAsync(tenant.Id, tenant.Email, "not the right password")),
            await TextOf(await auth.PostSignInAsync(tenant.Id, "nobody@example.org", Password)),
            await TextOf(await auth.PostSignInAsync(other.Id, tenant.Email, Password)),
            await TextOf(await auth.PostSignInAsync(TestTenant.New(), tenant.Email, Password)),
            await TextOf(await auth.PostSignInAsync(Tenants.Platform, tenant.Email, Password)),
        ];

        answers.Distinct().Count().ShouldBe(1, string.Join("\n", answers));
    }

    [Fact]
    public async Task The_e_mail_is_the_same_in_upper_and_lower_case()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync("Mixed.Case@example.org");

        await auth.SignInAsync(tenant.Id, "mixed.case@EXAMPLE.org");
        var again = await PostUserAsync(tenant.Manager, "MIXED.CASE@example.org", Roles.Cashier);

        (await CodeOf(again, 409)).ShouldBe("USER_EXISTS");
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_waits_until_the_lock_ends()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var service = await StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var auth = new AuthUnderTest(service);
        var tenant = await auth.NewTenantAsync();
        for (var i = 0; i < 5; i++)
            await TextOf(await auth.PostSignInAsync(tenant.Id, tenant.Email, "not the right password"));

        (await auth.PostSignInAsync(tenant.Id, tenant.Email, Password))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        clock.Advance(TimeSpan.FromMinutes(14));
        (await auth.PostSignInAsync(tenant.Id, tenant.Email, Password))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        clock.Advance(TimeSpan.FromMinutes(2));
        await auth.SignInAsync(tenant.Id, tenant.Email);
    }

    [Fact]
    public async Task Being_right_in_time_forgets_the_earlier_attempts()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 4; i++)
                await TextOf(await auth.PostSignInAsync(tenant.Id, tenant.Email, "not the right password"));
            await auth.SignInAsync(tenant.Id, tenant.Email);
        }
    }

    [Fact]
    public async Task Guesses_made_at_the_same_moment_are_all_counted()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => auth.PostSignInAsync(tenant.Id, tenant.Email, $"wrong password {i}")));

        (await auth.PostSignInAsync(tenant.Id, tenant.Email, Password))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_brings_the_next_one()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var first = await auth.SignInAsync(tenant.Id, tenant.Email);

        var second = await auth.RefreshedAsync(first.RefreshToken);
        var third = await auth.RefreshedAsync(second.RefreshToken);

        new[] { first.RefreshToken, second.RefreshToken, third.RefreshToken }.Distinct().Count().ShouldBe(3);
        using var client = auth.ClientWith(third.AccessToken);
        (await client.GetAsync("/v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_used_refresh_token_that_comes_again_ends_the_whole_family_but_no_other()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var elsewhere = await auth.SignInAsync(tenant.Id, tenant.Email);
        var first = await auth.SignInAsync(tenant.Id, tenant.Email);
        var second = await auth.RefreshedAsync(first.RefreshToken);

        var reuse = await JsonOf(await auth.RefreshAsync(first.RefreshToken), 400);

        reuse.GetProperty("error").GetString().ShouldBe("invalid_grant");
        await JsonOf(await auth.RefreshAsync(second.RefreshToken), 400);
        await auth.RefreshedAsync(elsewhere.RefreshToken);
    }

    [Fact]
    public async Task Of_many_that_use_one_refresh_token_at_the_same_moment_at_most_one_gets_on()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var first = await auth.SignInAsync(tenant.Id, tenant.Email);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => auth.RefreshAsync(first.RefreshToken)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBeLessThanOrEqualTo(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.OK))
        {
            var next = (await JsonOf(answer, 200)).GetProperty("refresh_token").GetString()!;
            await JsonOf(await auth.RefreshAsync(next), 400);
        }
    }

    [Fact]
    public async Task Signing_out_ends_this_sign_in_and_no_other()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var one = await auth.SignInAsync(tenant.Id, tenant.Email);
        var other = await auth.SignInAsync(tenant.Id, tenant.Email);
        using var client = auth.ClientWith(one.AccessToken);

        (await client.PostAsync("/v1/auth/sign-out", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await JsonOf(await auth.RefreshAsync(one.RefreshToken), 400);
        await auth.RefreshedAsync(other.RefreshToken);
    }

    [Fact]
    public async Task A_disabled_person_is_out_at_once_and_can_be_let_in_again()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var id = await auth.NewUserAsync(tenant, "second@example.org", Roles.Manager);
        var tokens = await auth.SignInAsync(tenant.Id, "second@example.org");

        await JsonOf(await tenant.Manager.PostAsync($"/v1/users/{id}/disable", null), 200);

        await JsonOf(await auth.RefreshAsync(tokens.RefreshToken), 400);
        (await auth.PostSignInAsync(tenant.Id, "second@example.org", Password)).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized);
        using var client = auth.ClientWith(tokens.AccessToken);
        (await client.GetAsync("/v1/users")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await JsonOf(await tenant.Manager.PostAsync($"/v1/users/{id}/enable", null), 200);
        await auth.SignInAsync(tenant.Id, "second@example.org");
    }

    [Fact]
    public async Task Of_a_suspended_tenant_neither_people_nor_machines_get_tokens()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var (clientId, secret) = await NewClientAsync(tenant, Scopes.QuotesWrite);
        var tokens = await auth.SignInAsync(tenant.Id, tenant.Email);
        using var platform = await auth.PlatformAsync();

        var status = await JsonOf(await platform.PostAsync($"/v1/principals/{tenant.Id}/suspend", null), 200);

        status.GetProperty("status").GetString().ShouldBe("SUSPENDED");
        await JsonOf(await auth.AskTokenAsync(clientId, secret), 400);
        await JsonOf(await auth.RefreshAsync(tokens.RefreshToken), 400);
        (await auth.PostSignInAsync(tenant.Id, tenant.Email, Password))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await JsonOf(await platform.PostAsync($"/v1/principals/{tenant.Id}/activate", null), 200);
        await auth.SignInAsync(tenant.Id, tenant.Email);
        await auth.TokenAsync(clientId, secret);
    }

    private static async Task<string> TextOf(HttpResponseMessage response)
    {
        (await CodeOf(response, 401)).ShouldBe("INVALID_CREDENTIALS");
        var problem = await JsonOf(response, 401);
        return string.Join("|",
            problem.EnumerateObject().Where(field => field.Name != "traceId").Select(field => field.ToString()));
    }
}
