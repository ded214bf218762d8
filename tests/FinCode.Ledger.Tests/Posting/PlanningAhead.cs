using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// A batch that cannot be written yet, for somebody holds one of its accounts; the next one is planned meanwhile, as
/// if it were there. The booking time tells when a batch was planned.
/// </summary>
public abstract class PlanningAhead(SteppedLedger ledger)
{
    protected const int Enough = 40;

    private const int Attempts = 20;

    /// <summary>A plan that is older than a second is made again.</summary>
    protected static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);

    protected SteppedLedger Ledger { get; } = ledger;

    protected TenantId Tenant { get; private set; } = TestTenant.New();

    /// <summary>
    /// Repeats, each time with another book, what depends on who has the book first when it is let go: whoever waits
    /// for it already nearly always does.
    /// </summary>
    /// <param name="happensAsync">False when somebody else had it.</param>
    protected async Task UntilOvertakenAsync(Func<Task<bool>> happensAsync)
    {
        var attempts = 1;
        while (!await happensAsync())
        {
            (++attempts).ShouldBeLessThanOrEqualTo(Attempts, "in no attempt the book was had by who waited for it");
            Tenant = TestTenant.New();
        }
    }

    private protected BookWriter NewWriter(ILogger<BookWriter>? logger = null) => new(
        Ledger.Service.Services.GetRequiredService<IServiceScopeFactory>(), Ledger.Clock,
        logger ?? NullLogger<BookWriter>.Instance);

    private protected Task<PostingOutcome> PostAsync(BookWriter writer, Instruction instruction) =>
        writer.PostAsync(Tenant, [instruction], CancellationToken.None);

    /// <summary>So many that planning ahead is worth while.</summary>
    private protected Task<PostingOutcome>[] Many(BookWriter writer, string name = "many") =>
        [.. Enumerable.Range(0, Enough).Select(n => PostAsync(writer, PayIn($"{name}{n}", 1, "many")))];

    /// <summary>Ends the connections on which a batch is written; how many there were.</summary>
    protected async Task<long> CutWritersAsync()
    {
        // Not of the service's pool, and in the service's role, which sees what it does itself.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(
            Ledger.Service.AppConnectionString) { ApplicationName = "cuts connections" });
        await using var cut = source.CreateCommand("""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and usename = current_user and wait_event_type = 'Lock'
                and query like '%update books%'
            """);
        return (long)(await cut.ExecuteScalarAsync())!;
    }

    private protected static EntryKey Key(string text) => new(text, null, "test", 1);

    private protected static Post PayIn(string key, long pence, string? transit = null) => new(Key(key),
    [
        Leg.Debit("psp:x", Money.Of(pence, "GBP")), Leg.Credit($"transit:{transit ?? key}", Money.Of(pence, "GBP")),
    ]);

    private protected static Post PayOut(string key, string transit, long pence) => new(Key(key),
        [Leg.Debit($"transit:{transit}", Money.Of(pence, "GBP")), Leg.Credit("psp:x", Money.Of(pence, "GBP"))]);
}
