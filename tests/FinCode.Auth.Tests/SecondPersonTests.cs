using System.Net;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Npgsql;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

/// <summary>
/// One person never becomes two: who is added is approved by another one, and chooses the own password.
/// </summary>
public sealed class SecondPersonTests
{
    private const string Person = "person@example.org";

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient client, string id) =>
        client.PostAsync($"/v1/users/{id}/approve", null);

    private static async Task<string> AddAsync(Tenant tenant, params string[] roles) =>
        (await JsonOf(await PostUserAsync(tenant.Manager, Person, roles), 201)).GetProperty("id").GetString()!;

    [Theory]
    [InlineData(Roles.Compliance)]
    [InlineData(Roles.Mlro)]
    [InlineData(Roles.Finance)]
    [InlineData(Roles.Manager)]
    [InlineData(Roles.Cashier, Roles.Compliance)]
    public async Task Who_is_added_in_a_role_that_checks_others_signs_in_once_a_second_person_approved(
        params string[] roles)
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var other = await auth.NewTenantAsync();
        var id = await AddAsync(tenant, roles);

        (await CodeOf(await auth.PostSignInAsync(tenant.Id, Person, FirstPassword, Password), 401))
            .ShouldBe("INVALID_CREDENTIALS");
        (await CodeOf(await ApproveAsync(tenant.Manager, id), 403)).ShouldBe("FOUR_EYES");
        (await CodeOf(await ApproveAsync(other.Manager, id), 404)).ShouldBe(Problems.NotFoundCode);
        var listed = (await JsonOf(await tenant.Manager.GetAsync("/v1/users"), 200)).GetProperty("items")[1];
        listed.GetProperty("status").GetString().ShouldBe("AWAITING_APPROVAL");
        await auth.NewUserAsync(tenant, "second@example.org", Roles.Manager);
        using var second = auth.ClientWith((await auth.SignInAsync(tenant.Id, "second@example.org")).AccessToken);
        for (var i = 0; i < 2; i++)
            (await JsonOf(await ApproveAsync(second, id), 200)).GetProperty("status").GetString().ShouldBe("ACTIVE");

        await JsonOf(await auth.PostSignInAsync(tenant.Id, Person, FirstPassword, Password), 200);
    }

    [Fact]
    public async Task A_password_that_somebody_else_chose_opens_nothing_but_the_way_to_an_own_one()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        await AddAsync(tenant, Roles.Cashier);

        (await CodeOf(await auth.PostSignInAsync(tenant.Id, Person, FirstPassword), 403))
            .ShouldBe("PASSWORD_CHANGE_REQUIRED");
        (await CodeOf(await auth.PostSignInAsync(tenant.Id, Person, "not the right password", Password), 401))
            .ShouldBe("INVALID_CREDENTIALS");
        foreach (var bad in (string[])["short", FirstPassword, "it is the person who pays"])
            (await CodeOf(await auth.PostSignInAsync(tenant.Id, Person, FirstPassword, bad), 422))
                .ShouldBe(Problems.ValidationError);
        await JsonOf(await auth.PostSignInAsync(tenant.Id, Person, FirstPassword, Password), 200);

        (await auth.PostSignInAsync(tenant.Id, Person, FirstPassword, "yet another password")).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized);
        await auth.SignInAsync(tenant.Id, Person);
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sign_ins()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var earlier = await auth.SignInAsync(tenant.Id, tenant.Email);

        var answer = await JsonOf(
            await auth.PostSignInAsync(tenant.Id, tenant.Email, Password, "yet another password"), 200);

        await JsonOf(await auth.RefreshAsync(earlier.RefreshToken), 400);
        await auth.RefreshedAsync(answer.GetProperty("refreshToken").GetString()!);
    }

    [Fact]
    public async Task The_first_person_of_a_tenant_needs_nobody_and_the_database_knows_who_does()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        using var platform = await auth.PlatformAsync();
        var users = await JsonOf(await tenant.Manager.GetAsync("/v1/users"), 200);
        var first = users.GetProperty("items")[0].GetProperty("id").GetString()!;
        (await CodeOf(await ApproveAsync(platform, first), 409)).ShouldBe(Problems.InvalidTransition);
        await AddAsync(tenant, Roles.Compliance);

        await using var alone = auth.Service.Owner.CreateCommand(
            "update users set approved_by = coalesce(created_by, 'nobody') where tenant_id = $1");
        alone.Parameters.Add(new NpgsqlParameter { Value = tenant.Id.Value });
        (await Should.ThrowAsync<PostgresException>(alone.ExecuteNonQueryAsync())).ConstraintName
            .ShouldBe("somebody_else_approves");
    }
}
