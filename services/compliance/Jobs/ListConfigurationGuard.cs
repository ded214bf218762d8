using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using Npgsql;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// Two replicas with different lists in their configuration would take each other's lists away, one list version after
/// the other. So each says what it is configured with, and one that finds another that began before it and says
/// something else refuses to go on: it neither decides list versions nor screens, until the other is gone. A replica
/// that stops says so; one that died is taken for gone after a few intervals.
/// </summary>
internal sealed partial class ListConfigurationGuard(
    ComplianceOptions options, IServiceScopeFactory scopes, TimeProvider clock, ILogger<ListConfigurationGuard> logger)
    : IHostedService
{
    private const int GoneAfterIntervals = 3;

    private readonly Guid _replica = Guid.CreateVersion7(clock.GetUtcNow());
    private readonly ListConfiguration _own = ListConfiguration.Of(options);
    private volatile string? _conflict;
    private volatile bool _hasLooked;

    /// <summary>A sentence that says why this replica does not go on; null when it does.</summary>
    public string? Conflict => _conflict;

    /// <summary>The same for whoever screens: before the first look it is looked.</summary>
    public async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (!_hasLooked)
            await MayGoOnAsync(cancellationToken);
        return _conflict;
    }

    /// <summary>Says that this replica is there, and looks at the others. False: it does not go on.</summary>
    public async Task<bool> MayGoOnAsync(CancellationToken cancellationToken)
    {
        var other = await scopes.InPlatformSessionAsync(session => ListConfigurations.MeetAsync(session, _replica, _own,
            clock.GetUtcNow(), TimeSpan.FromSeconds(GoneAfterIntervals * options.ListsIntervalSeconds),
            cancellationToken), cancellationToken);
        var conflict = other is null ? null
            : "Another replica that runs longer is configured with other screening lists or settings of them "
            + $"({other}; this one: {_own.Lists}). This one does not screen; give all the same configuration.";
        if (conflict is not null && _conflict is null)
            LogConflict(logger, conflict);
        _conflict = conflict;
        _hasLooked = true;
        return conflict is null;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await scopes.InPlatformSessionAsync(async session =>
            {
                await ListConfigurations.LeaveAsync(session, _replica, cancellationToken);
                return true;
            }, cancellationToken);
        }
        catch (NpgsqlException)
        {
            // The database is away too: the others take this replica for gone after a while.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Conflict}")]
    private static partial void LogConflict(ILogger logger, string conflict);
}
