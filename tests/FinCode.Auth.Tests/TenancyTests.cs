using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Npgsql;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class TenancyTests
{
    [Fact]
    public async Task One_e_mail_may_belong_to_people_of_two_tenants()
    {
        var auth = await SharedAsync();
        var one = await auth.NewTenantAsync("same@example.org");
        var two = await auth.NewTenantAsync("same@example.org");

        var first = new JsonWebToken((await auth.SignInAsync(one.Id, "same@example.org")).AccessToken);
        var second = new JsonWebToken((await auth.SignInAsync(two.Id, "same@example.org")).AccessToken);

        first.Subject.ShouldNotBe(second.Subject);
        second.GetClaim(Caller.TenantClaim).Value.ShouldBe(two.Id.ToString());
    }

    [Fact]
    public async Task A_manager_sees_and_changes_the_own_tenant_only()
    {
        var auth = await SharedAsync();
        var mine = await auth.NewTenantAsync();
        var theirs = await auth.NewTenantAsync();
        var theirUser = await auth.NewUserAsync(theirs, "cashier@example.org", Roles.Cashier);
        var (theirClient, secret) = await NewClientAsync(theirs, Scopes.QuotesWrite);

        var users = await JsonOf(await mine.Manager.GetAsync("/v1/users"), 200);
        var clients = await JsonOf(await mine.Manager.GetAsync("/v1/partner-clients"), 200);

        users.GetProperty("items").GetArrayLength().ShouldBe(1);
        clients.GetProperty("items").GetArrayLength().ShouldBe(0);
        foreach (var path in (string[])[
            $"/v1/users/{theirUser}/disable", $"/v1/users/{theirUser}/enable",
            $"/v1/partner-clients/{theirClient}/revoke", $"/v1/partner-clients/{theirClient}/rotate-secret"])
            (await CodeOf(await mine.Manager.PostAsync(path, null), 404)).ShouldBe(Problems.NotFoundCode);
        await auth.TokenAsync(theirClient, secret);
        await auth.SignInAsync(theirs.Id, "cashier@example.org");
    }

    [Theory]
    [InlineData(Roles.Platform)]
    [InlineData(Roles.Service)]
    [InlineData(Roles.Partner)]
    [InlineData("manager")]
    [InlineData("ROOT")]
    public async Task A_manager_cannot_give_a_role_that_is_not_the_tenants(string role)
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();

        (await CodeOf(await PostUserAsync(tenant.Manager, "a@example.org", role), 422))
            .ShouldBe(Problems.ValidationError);
        (await CodeOf(await PostUserAsync(tenant.Manager, "a@example.org", Roles.Cashier, role), 422))
            .ShouldBe(Problems.ValidationError);
    }

    [Fact]
    public async Task Only_the_platform_takes_on_tenants_and_only_managers_add_people()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        await auth.NewUserAsync(tenant, "cashier@example.org", Roles.Cashier);
        using var cashier = auth.ClientWith((await auth.SignInAsync(tenant.Id, "cashier@example.org")).AccessToken);
        using var service = auth.ClientWith((await auth.TokenAsync(ServiceClient, ServiceSecret)).EncodedToken);
        using var platform = await auth.PlatformAsync();
        var principal = new { name = "Mine", manager = new { email = "a@example.org", password = Password } };

        foreach (var client in (HttpClient[])[tenant.Manager, cashier, service])
        {
            (await CodeOf(await client.PostAsJsonAsync("/v1/principals", principal), 403)).ShouldBe(Problems.Forbidden);
            (await CodeOf(await client.PostAsync($"/v1/principals/{tenant.Id}/suspend", null), 403))
                .ShouldBe(Problems.Forbidden);
        }
        foreach (var client in (HttpClient[])[cashier, service, platform])
        {
            (await CodeOf(await PostUserAsync(client, "a@example.org", Roles.Manager), 403))
                .ShouldBe(Problems.Forbidden);
            (await CodeOf(await client.GetAsync("/v1/users"), 403)).ShouldBe(Problems.Forbidden);
            (await CodeOf(await client.GetAsync("/v1/partner-clients"), 403)).ShouldBe(Problems.Forbidden);
        }
        (await CodeOf(await auth.Anonymous.GetAsync("/v1/users"), 401)).ShouldBe(Problems.AuthRequired);
    }

    [Fact]
    public async Task A_person_may_not_be_disabled_by_oneself()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var users = await JsonOf(await tenant.Manager.GetAsync("/v1/users"), 200);
        var me = users.GetProperty("items")[0].GetProperty("id").GetString();

        (await CodeOf(await tenant.Manager.PostAsync($"/v1/users/{me}/disable", null), 409))
            .ShouldBe(Problems.InvalidTransition);
    }

    [Fact]
    public async Task A_tenants_name_is_taken_once_also_by_many_at_the_same_moment()
    {
        var auth = await SharedAsync();
        using var platform = await auth.PlatformAsync();
        var request = new
        {
            name = "Once " + Guid.CreateVersion7(), manager = new { email = "a@example.org", password = Password },
        };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => platform.PostAsJsonAsync("/v1/principals", request)));

        var made = answers.Single(answer => answer.StatusCode == HttpStatusCode.Created);
        var id = (await JsonOf(made, 201)).GetProperty("id").GetString();
        foreach (var refused in answers.Where(answer => answer != made))
        {
            var problem = await JsonOf(refused, 409);
            problem.GetProperty("code").GetString().ShouldBe("PRINCIPAL_EXISTS");
            problem.GetProperty("principal").GetString().ShouldBe(id);
        }
    }

    [Fact]
    public async Task A_password_that_is_not_given_is_made_and_shown_once()
    {
        var auth = await SharedAsync();
        using var platform = await auth.PlatformAsync();

        var created = await JsonOf(await platform.PostAsJsonAsync("/v1/principals", new
        {
            name = "Made " + Guid.CreateVersion7(), manager = new { email = "a@example.org" },
        }), 201);

        var password = created.GetProperty("manager").GetProperty("password").GetString()!;
        await auth.SignInAsync(TenantId.Parse(created.GetProperty("id").GetString()!), "a@example.org", password);
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_a_person_is_said_at_once()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();

        var answer = await JsonOf(await tenant.Manager.PostAsJsonAsync(
            "/v1/users", new { email = "no address", roles = Array.Empty<string>(), password = "short" }), 422);
        var weak = await JsonOf(await tenant.Manager.PostAsJsonAsync(
            "/v1/users", new
            {
                email = "long-name@example.org", displayName = "x", roles = new[] { "CASHIER" },
                password = "my long-name is it",
            }), 422);

        answer.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString())
            .ShouldBe(["/email", "/displayName", "/roles"], ignoreOrder: true);
        weak.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/password");
    }

    [Fact]
    public async Task People_are_listed_page_by_page_each_once()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        for (var i = 0; i < 4; i++)
            await auth.NewUserAsync(tenant, $"user{i}@example.org", Roles.Cashier);

        var seen = new List<string>();
        for (var path = "/v1/users?limit=2"; ;)
        {
            var page = await JsonOf(await tenant.Manager.GetAsync(path), 200);
            seen.AddRange(page.GetProperty("items").EnumerateArray()
                .Select(user => user.GetProperty("email").GetString()!));
            if (!page.TryGetProperty("next", out var next) || next.ValueKind != System.Text.Json.JsonValueKind.String)
                break;
            path = $"/v1/users?limit=2&after={next.GetString()}";
        }

        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);
        (await CodeOf(await tenant.Manager.GetAsync("/v1/users?limit=0"), 422)).ShouldBe(Problems.ValidationError);
        (await CodeOf(await tenant.Manager.GetAsync("/v1/users?limit=100000"), 422)).ShouldBe(Problems.ValidationError);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("one", 1)]
    public async Task The_database_itself_hides_other_tenants_rows(string sees, int users)
    {
        var auth = await SharedAsync();
        var one = await auth.NewTenantAsync();
        var two = await auth.NewTenantAsync();
        await NewClientAsync(two, Scopes.QuotesWrite);

        await using var source = NpgsqlDataSource.Create(auth.Service.AppConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection,
            $"select set_config('fincode.tenant', '{(sees == "one" ? one.Id.Value : "")}', false)");

        (await ExecuteAsync(connection, "select count(*) from users")).ShouldBe((long)users);
        (await ExecuteAsync(connection, "select count(*) from client_applications")).ShouldBe(0L);
        (await ExecuteAsync(
            connection, $"with changed as (update users set display_name = 'x' where tenant_id = '{two.Id.Value}' "
                + "returning 1) select count(*) from changed"))
            .ShouldBe(0L);
        var refused = await Should.ThrowAsync<PostgresException>(ExecuteAsync(connection, "drop table users"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
