using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace FinCode.Messaging.Tests;

/// <summary>Migrations are a step of their own, taken by as many replicas at once as there are.</summary>
public sealed class MigrationTests
{
    private const int Replicas = 6;

    [Fact]
    public async Task Several_replicas_migrate_at_once_and_each_file_is_applied_once()
    {
        var owner = await TestServers.NewEmptyDatabaseAsync(NotesApp.Service.Noun);

        await Task.WhenAll(Enumerable.Range(0, Replicas).Select(_ => Task.Run(() => MigrateAsync(owner))));
        await MigrateAsync(owner);

        var applied = await AppliedAsync(owner);
        applied.ShouldNotBeEmpty();
        applied.ShouldBeUnique();
        applied.ShouldContain(name => name.EndsWith("0001_messaging.sql", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_owners_connection_string_a_sentence_says_what_to_set()
    {
        var nothing = new ConfigurationBuilder().Build();

        var failure = await Should.ThrowAsync<InvalidOperationException>(
            () => NotesApp.Service.MigrateAsync(nothing, CancellationToken.None));

        failure.Message.ShouldContain($"ConnectionStrings__{NotesApp.Service.Noun}-owner");
    }

    private static Task MigrateAsync(string owner) => NotesApp.Service.MigrateAsync(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{NotesApp.Service.Noun}-owner"] = owner,
        }).Build(), CancellationToken.None);

    private static async Task<IReadOnlyList<string>> AppliedAsync(string owner)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var command = source.CreateCommand("select scriptname from schema_versions");
        await using var reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));
        return names;
    }
}
