using FinCode.Testing;

namespace FinCode.Messaging.Tests;

public sealed class OnceTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    [Fact]
    public async Task The_same_event_ten_times_has_one_effect()
    {
        var (tenant, book, id) = (TestTenant.New(), Books.New(), Guid.CreateVersion7());
        for (var time = 0; time < 10; time++)
            await fixture.Notes.PublishAsync(tenant, new NoteWritten(book, 1), id);
        await fixture.Notes.PublishAsync(tenant, new NoteWritten(book, 2));

        await fixture.Notes.HoldsAsync(book, [1, 2]);
        await fixture.Notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 2);
        fixture.Notes.Events.All<NoteStored>().Count(stored => stored.Book == book).ShouldBe(2);
    }
}
