using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>Ends a connection of the service to its database again and again while it works, until stopped.</summary>
internal sealed class CutConnections : IAsyncDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(150);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Task<long> _cutting;

    public CutConnections(ServiceUnderTest service) => _cutting = Task.Run(() => CutAsync(service.AppConnectionString));

    /// <summary>How many were cut while they were at work.</summary>
    public async Task<long> StopAsync()
    {
        await _stopping.CancelAsync();
        return await _cutting;
    }

    /// <summary>Nothing is cut meanwhile: for what reads the books as the service does.</summary>
    public async Task<T> PauseAsync<T>(Func<Task<T>> work)
    {
        await _turn.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _turn.Dispose();
    }

    private async Task<long> CutAsync(string connectionString)
    {
        // Not of the service's pool, or it would end itself.
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "cuts connections" });
        await using var cut = source.CreateCommand("""
            select count(pg_terminate_backend(pid)) from (
                select pid from pg_stat_activity
                where datname = current_database() and application_name <> 'cuts connections' and usename = current_user
                    and (state = 'active' or state = 'idle in transaction')
                    and (query ilike '%books%' or query ilike '%legs%' or query ilike '%commit%')
                order by random() limit 1) one
            """);
        var count = 0L;
        while (!_stopping.IsCancellationRequested)
        {
            await _turn.WaitAsync();
            count += (long)(await cut.ExecuteScalarAsync())!;
            _turn.Release();
            await Task.Delay(s_pause);
        }
        return count;
    }
}
