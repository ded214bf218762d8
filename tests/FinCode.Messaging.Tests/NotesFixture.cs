using FinCode.Testing;
using Npgsql;

namespace FinCode.Messaging.Tests;

/// <summary>One running service for the tests of a class.</summary>
public sealed class NotesFixture : IAsyncLifetime
{
    public ServiceUnderTest Notes { get; private set; } = null!;

    public async Task InitializeAsync() => Notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);

    public async Task DisposeAsync() => await Notes.DisposeAsync();
}

internal static class Quick
{
    /// <summary>Short pauses, so that tests need not wait; nothing else differs from production.</summary>
    public static Dictionary<string, string?> Settings => new()
    {
        ["Messaging:RetryBaseMilliseconds"] = "20",
        ["Messaging:RetryCapMilliseconds"] = "200",
        ["Messaging:RetryPollMilliseconds"] = "20",
        ["Messaging:StandbyPollMilliseconds"] = "100",
        ["Messaging:SessionTimeoutMilliseconds"] = "2000",
        ["Messaging:Partitions"] = "4",
    };
}

internal static class Books
{
    public static string New() => $"book-{Guid.CreateVersion7():N}";

    /// <summary>The numbers stored for a book, in the order of their effects.</summary>
    public static async Task<int[]> NumbersAsync(this NpgsqlDataSource owner, string book)
    {
        await using var command = owner.CreateCommand("select number from notes where book = $1 order by id");
        command.Parameters.Add(new() { Value = book });
        var numbers = new List<int>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            numbers.Add(reader.GetInt32(0));
        return [.. numbers];
    }

    /// <summary>Soon exactly these numbers are stored, in this order.</summary>
    public static Task HoldsAsync(this ServiceUnderTest notes, string book, int[] numbers) =>
        Eventually.HoldsAsync(async () => (await notes.Owner.NumbersAsync(book)).ShouldBe(numbers));
}
