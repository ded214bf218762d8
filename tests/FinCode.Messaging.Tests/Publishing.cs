using System.Diagnostics.Metrics;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Messaging.Tests;

internal static class Publishing
{
    /// <summary>Publishes the events as a handler would: in one transaction.</summary>
    public static async Task CommitAsync<TEvent>(
        IServiceProvider services, TenantId tenant, IReadOnlyList<TEvent> events)
        where TEvent : IEvent
    {
        await using var scope = services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
        await session.BeginAsync(tenant, CancellationToken.None);
        foreach (var message in events)
            await outbox.AddAsync(message, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
    }

    public static async Task<long> DepthAsync(ServiceUnderTest notes)
    {
        await using var command = notes.Owner.CreateCommand("select count(*) from outbox");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Cuts the service's connections, all or one, as a failing server or network would.</summary>
    public static async Task CutConnectionsAsync(ServiceUnderTest notes, string? processId = null)
    {
        await using var source = NpgsqlDataSource.Create(notes.AppConnectionString);
        var which = processId is null ? "pid::text" : $"'{processId}'";
        await using var command = source.CreateCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
            + $"and usename = current_user and pid <> pg_backend_pid() and pid::text = {which}");
        ((long)(await command.ExecuteScalarAsync())!).ShouldBeGreaterThan(0);
    }

    public static async Task OwnerAsync(ServiceUnderTest notes, string sql)
    {
        await using var command = notes.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>The sum of one of a service's counters since the watch began.</summary>
internal sealed class CounterWatch : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _total;

    public CounterWatch(IServiceProvider services, string instrument)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (candidate, listener) =>
        {
            if (candidate.Name == instrument && candidate.Meter.Scope == meters)
                listener.EnableMeasurementEvents(candidate);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _total, value));
        _listener.Start();
    }

    public long Total => Interlocked.Read(ref _total);

    public void Dispose() => _listener.Dispose();
}
