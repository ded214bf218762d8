using FinCode.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Messaging.Tests;

public sealed class DbSessionTests(NotesFixture fixture) : IClassFixture<NotesFixture>
{
    [Fact]
    public async Task A_tenant_sees_and_changes_no_other_tenants_rows_even_without_a_where()
    {
        var (one, other) = (TestTenant.New(), TestTenant.New());
        await WriteAsync(one, "mine");
        await WriteAsync(other, "theirs");

        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(one, CancellationToken.None);
        (await ScalarAsync(session, "select string_agg(book, ',') from notes")).ShouldBe("mine");

        await using var forged = session.Command(
            "insert into notes (tenant_id, book, number, sequence) values ($1, 'forged', 1, 0)", other.Value);
        (await Should.ThrowAsync<PostgresException>(() => forged.ExecuteNonQueryAsync())).SqlState.ShouldBe("42501");
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_seen_and_for_all_tenants_everything()
    {
        var tenant = TestTenant.New();
        await WriteAsync(tenant, "seen by jobs");
        var source = fixture.Notes.Services.GetRequiredService<NpgsqlDataSource>();
        await using var bare = source.CreateCommand("select count(*) from notes");
        (await bare.ExecuteScalarAsync()).ShouldBe(0L);

        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginForAllTenantsAsync(CancellationToken.None);
        (await ScalarAsync(session, "select count(*) from notes where tenant_id = $1", tenant.Value)).ShouldBe(1L);
        Should.Throw<InvalidOperationException>(() => session.Tenant);
    }

    [Fact]
    public async Task A_session_that_reads_sees_its_tenant_only_and_leaves_nothing_behind_on_its_connection()
    {
        var (one, other) = (TestTenant.New(), TestTenant.New());
        await WriteAsync(one, "mine");
        await WriteAsync(other, "theirs");
        // One connection, which the pool does not clean.
        await using var source = NpgsqlDataSource.Create(
            fixture.Notes.AppConnectionString + ";Maximum Pool Size=1;No Reset On Close=true");
        await using (var session = new DbSession(source))
        {
            await session.BeginReadingAsync(one, CancellationToken.None);
            for (var again = 0; again < 2; again++)
            {
                await using var reader = await session.ReadAsync(
                    "select book, $1::text from notes where number > $2", CancellationToken.None, null, -1L);
                (await reader.ReadAsync()).ShouldBeTrue();
                (reader.GetString(0), reader.IsDBNull(1)).ShouldBe(("mine", true));
                (await reader.ReadAsync()).ShouldBeFalse();
            }
            Should.Throw<InvalidOperationException>(() => session.Connection).Message.ShouldContain("only reads");
        }
        await using var left = source.CreateCommand(
            "select current_setting('fincode.tenant'), current_setting('transaction_read_only')");
        await using var settings = await left.ExecuteReaderAsync();
        (await settings.ReadAsync()).ShouldBeTrue();
        (settings.GetString(0), settings.GetString(1)).ShouldBe(("", "off"));
    }

    [Fact]
    public async Task A_session_that_reads_writes_nothing()
    {
        var tenant = TestTenant.New();
        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginReadingAsync(tenant, CancellationToken.None);

        (await Should.ThrowAsync<PostgresException>(() => session.ReadAsync(
            "insert into notes (tenant_id, book, number, sequence) values ($1, 'mine', 1, 0) returning number",
            CancellationToken.None, tenant.Value))).SqlState.ShouldBe("25006");
        Should.Throw<InvalidOperationException>(() => session.Command("select 1"))
            .Message.ShouldContain("only reads");
        await Should.ThrowAsync<InvalidOperationException>(() => session.BeginAsync(tenant, CancellationToken.None));
        await using var reader = await session.ReadAsync("select count(*) from notes", CancellationToken.None);
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.GetInt64(0).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_not_committed_is_gone_with_its_events_and_its_hints()
    {
        var (tenant, book, hints) = (TestTenant.New(), Books.New(), 0);
        await using (var scope = fixture.Notes.Services.CreateAsyncScope())
        {
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(tenant, CancellationToken.None);
            await InsertAsync(session, book);
            await scope.ServiceProvider.GetRequiredService<Outbox>()
                .AddAsync(new NoteStored(book, 1), CancellationToken.None);
            session.AfterCommit(() => hints++);
        }
        (await fixture.Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
        hints.ShouldBe(0);

        await Publishing.CommitAsync(fixture.Notes.Services, tenant, [new NoteStored(book, 2)]);
        await fixture.Notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 2);
        fixture.Notes.Events.All<NoteStored>().ShouldNotContain(stored => stored.Book == book && stored.Number == 1);
    }

    [Fact]
    public async Task Hints_run_once_after_the_commit()
    {
        var (tenant, book, hints) = (TestTenant.New(), Books.New(), 0);
        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        session.AfterCommit(() => hints++);
        await InsertAsync(session, book);
        hints.ShouldBe(0);
        await session.CommitAsync(CancellationToken.None);
        hints.ShouldBe(1);
        (await fixture.Notes.Owner.NumbersAsync(book)).ShouldBe([1]);
    }

    [Fact]
    public async Task A_commit_after_a_swallowed_error_throws_instead_of_rolling_back_in_silence()
    {
        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(TestTenant.New(), CancellationToken.None);
        var hints = 0;
        session.AfterCommit(() => hints++);
        await Should.ThrowAsync<PostgresException>(() => ScalarAsync(session, "select 1 / 0"));
        (await Should.ThrowAsync<PostgresException>(() => session.CommitAsync(CancellationToken.None)))
            .SqlState.ShouldBe(PostgresErrorCodes.InFailedSqlTransaction);
        hints.ShouldBe(0);
    }

    [Fact]
    public async Task A_session_is_one_unit_of_work()
    {
        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        Should.Throw<InvalidOperationException>(() => session.Connection);
        await session.BeginAsync(TestTenant.New(), CancellationToken.None);
        await Should.ThrowAsync<InvalidOperationException>(
            () => session.BeginAsync(TestTenant.New(), CancellationToken.None));
    }

    [Fact]
    public async Task An_entity_context_works_inside_the_sessions_transaction()
    {
        var (tenant, book) = (TestTenant.New(), Books.New());
        await using (var scope = fixture.Notes.Services.CreateAsyncScope())
        {
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(tenant, CancellationToken.None);
            await InsertAsync(session, book);
            var notes = scope.ServiceProvider.GetRequiredService<NotesDbContext>();
            (await notes.Notes.SingleAsync()).Book.ShouldBe(book);
            notes.Notes.Add(new Note { TenantId = tenant.Value, Book = book, Number = 2 });
            await notes.SaveChangesAsync();
            (await fixture.Notes.Owner.NumbersAsync(book)).ShouldBeEmpty();
            await session.CommitAsync(CancellationToken.None);
        }
        (await fixture.Notes.Owner.NumbersAsync(book)).ShouldBe([1, 2]);
    }

    private async Task WriteAsync(TenantId tenant, string book)
    {
        await using var scope = fixture.Notes.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, CancellationToken.None);
        await InsertAsync(session, book);
        await session.CommitAsync(CancellationToken.None);
    }

    private static async Task InsertAsync(DbSession session, string book)
    {
        await using var insert = session.Command(
            "insert into notes (tenant_id, book, number, sequence) values ($1, $2, 1, 0)", session.Tenant.Value, book);
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(DbSession session, string sql, params object[] arguments)
    {
        await using var command = session.Command(sql, arguments);
        return await command.ExecuteScalarAsync();
    }
}

internal sealed class Note
{
    public long Id { get; set; }

    public Guid TenantId { get; set; }

    public string Book { get; set; } = "";

    public int Number { get; set; }

    public long Sequence { get; set; }
}

internal sealed class NotesDbContext(DbContextOptions<NotesDbContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Note>(note =>
    {
        note.ToTable("notes");
        note.Property(n => n.Id).HasColumnName("id").UseIdentityAlwaysColumn();
        note.Property(n => n.TenantId).HasColumnName("tenant_id");
        note.Property(n => n.Book).HasColumnName("book");
        note.Property(n => n.Number).HasColumnName("number");
        note.Property(n => n.Sequence).HasColumnName("sequence");
    });
}
