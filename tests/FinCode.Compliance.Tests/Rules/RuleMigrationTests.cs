using FinCode.Messaging;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>What the migration to rules as texts does with a database of an earlier development version.</summary>
public sealed class RuleMigrationTests
{
    [Theory]
    [InlineData("insert into funded_transfers values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())")]
    [InlineData("insert into screening_rules values (gen_random_uuid(), gen_random_uuid(), 'Often', 'VELOCITY', null, "
        + "'{\"maxTransfers\": 2, \"windowHours\": 24}', 'INACTIVE', 'olga', now(), null, null)")]
    public async Task It_refuses_rules_and_transfers_that_lack_what_rules_look_at_now(string row)
    {
        await using var source = NpgsqlDataSource.Create(await TestServers.NewEmptyDatabaseAsync("compliance"));
        await RunAsync(source, Script(typeof(Outbox), "0001_messaging.sql"));
        await RunAsync(source, Script(typeof(ComplianceApp), "0001_compliance.sql"));
        await RunAsync(source, row);

        var refused = await Should.ThrowAsync<PostgresException>(
            () => RunAsync(source, Script(typeof(ComplianceApp), "0003_rules.sql")));

        refused.MessageText.ShouldContain("start with an empty one");
    }

    [Fact]
    public async Task It_takes_an_empty_database()
    {
        await using var source = NpgsqlDataSource.Create(await TestServers.NewEmptyDatabaseAsync("compliance"));
        await RunAsync(source, Script(typeof(Outbox), "0001_messaging.sql"));
        await RunAsync(source, Script(typeof(ComplianceApp), "0001_compliance.sql"));

        await RunAsync(source, Script(typeof(ComplianceApp), "0003_rules.sql"));

        await RunAsync(source, "select text from screening_rule_versions");
    }

    private static string Script(Type ofAssembly, string file)
    {
        var assembly = ofAssembly.Assembly;
        var name = assembly.GetManifestResourceNames().Single(one => one.EndsWith(file, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().Replace("$app_role$", "public", StringComparison.Ordinal);
    }

    private static async Task RunAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
