using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

public sealed class TenantTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    [Fact]
    public async Task A_reaction_sees_the_messages_tenant_alone_also_within_one_batch()
    {
        var (one, other) = (TestTenant.New(), TestTenant.New());
        var books = Enumerable.Range(0, 12).Select(_ => Books.New()).ToArray();
        await Task.WhenAll(books.Select((book, index) =>
            fixture.Notes.PublishAsync(index % 2 == 0 ? one : other, new NoteWritten(book, 1))));
        foreach (var book in books)
            await fixture.Notes.HoldsAsync(book, [1]);

        await using var command = fixture.Notes.Owner.CreateCommand("select book from notes where tenant_id = $1");
        command.Parameters.Add(new() { Value = one.Value });
        List<string> found = [];
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            found.Add(reader.GetString(0));
        found.ShouldBe(books.Where((_, index) => index % 2 == 0), ignoreOrder: true);
    }

    [Fact]
    public async Task A_message_that_names_another_tenant_than_its_row_is_refused()
    {
        var (owner, stranger, book) = (TestTenant.New(), TestTenant.New(), Books.New());
        await fixture.Notes.PublishAsync(owner, new NoteWritten(book, 1));
        await fixture.Notes.HoldsAsync(book, [1]);
        await fixture.Notes.PublishAsync(stranger, new NoteWritten(book, 2, "own-row"));

        var parked = fixture.Notes.Services.GetRequiredService<ParkedMessages>();
        await Eventually.HoldsAsync(async () => (await parked.ListAsync(500, CancellationToken.None))
            .Single(message => message.EventKey == book).State.ShouldBe("DEAD"));
        (await fixture.Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task The_platform_is_a_tenant_of_events()
    {
        var book = Books.New();
        await fixture.Notes.PublishAsync(Tenants.Platform, new NoteWritten(book, 1));
        await fixture.Notes.HoldsAsync(book, [1]);
    }
}
