using FinCode.Auth.Jobs;
using FinCode.Auth.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task Migrated_tables_have_the_columns_and_types_that_the_model_expects()
    {
        var auth = await SharedAsync();
        await using var scope = auth.Service.Services.CreateAsyncScope();
        var model = scope.ServiceProvider.GetRequiredService<AuthDbContext>().Model;

        foreach (var entity in model.GetEntityTypes())
        {
            var table = StoreObjectIdentifier.Table(entity.GetTableName()!);
            var expected = entity.GetProperties().Select(property =>
                $"{property.GetColumnName(table)} {Base(property.GetColumnType(table))}");

            (await ColumnsAsync(auth, table.Name)).ShouldBe(expected, ignoreOrder: true, customMessage: table.Name);
        }
    }

    [Fact]
    public async Task Every_entity_set_can_be_read_by_the_services_role()
    {
        var auth = await SharedAsync();
        await using var scope = auth.Service.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantSight>().Everything();
        var database = scope.ServiceProvider.GetRequiredService<AuthDbContext>();

        await database.Principals.CountAsync();
        await database.UserClaims.CountAsync();
        await database.UserLogins.CountAsync();
        await database.UserTokens.CountAsync();
        await database.Set<ClientScope>().CountAsync();
        await database.Set<ClientAuthorization>().CountAsync();
        await database.Set<IssuedToken>().CountAsync();
        (await database.SigningKeys.CountAsync()).ShouldBe(1);
        (await database.Applications.CountAsync()).ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Pruning_removes_what_ended_long_ago_and_keeps_what_is_in_use()
    {
        await using var service = await StartAsync();
        var auth = new AuthUnderTest(service);
        var tenant = await auth.NewTenantAsync();
        var tokens = await auth.SignInAsync(tenant.Id, tenant.Email);
        await auth.RefreshedAsync((await auth.SignInAsync(tenant.Id, tenant.Email)).RefreshToken);
        await using (var age = auth.Service.Owner.CreateCommand(
            "update issued_tokens set creation_date = now() - interval '40 days', "
            + "expiration_date = now() - interval '39 days' where status = 'redeemed'"))
            (await age.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);

        await using var scope = auth.Service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<PruneTokens>().RunOnceAsync(CancellationToken.None);

        await using var old = auth.Service.Owner.CreateCommand(
            "select count(*) from issued_tokens where creation_date < now() - interval '30 days'");
        (await old.ExecuteScalarAsync()).ShouldBe(0L);
        await auth.RefreshedAsync(tokens.RefreshToken);
    }

    private static string Base(string type) => type.Split('(')[0] switch
    {
        "timestamp with time zone" => "timestamptz",
        "character varying" => "varchar",
        "integer" => "int4",
        "boolean" => "bool",
        "text[]" => "_text",
        var other => other,
    };

    private static async Task<List<string>> ColumnsAsync(AuthUnderTest auth, string table)
    {
        await using var command = auth.Service.Owner.CreateCommand(
            "select column_name || ' ' || udt_name from information_schema.columns where table_name = $1");
        command.Parameters.Add(new() { Value = table });
        var columns = new List<string>();
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            columns.Add(rows.GetString(0));
        return columns;
    }
}
