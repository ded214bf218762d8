using System.Diagnostics.Metrics;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FinCode.Compliance.Jobs;

/// <summary>
/// How old the lists are, for operators: the gauge <c>fincode.compliance.list.age</c> (seconds since the list was last
/// found good, by <c>list</c>), and the health check "lists". Old or missing lists degrade the service; it goes on
/// answering, and what cannot be screened waits.
/// </summary>
internal sealed class ListWatch : IHealthCheck, IDisposable
{
    public const string MeterName = "FinCode.Compliance";

    private readonly ComplianceOptions _options;
    private readonly TimeProvider _clock;
    private readonly Meter _meter;
    private readonly ListConfigurationGuard _guard;
    private volatile IReadOnlyList<ListStanding> _standings = [];

    public ListWatch(
        ComplianceOptions options, ListConfigurationGuard guard, TimeProvider clock, IMeterFactory meters)
    {
        (_options, _guard, _clock) = (options, guard, clock);
        _meter = meters.Create(MeterName);
        _meter.CreateObservableGauge("fincode.compliance.list.age", Ages, "s",
            "How long ago a screening list was last found good.");
    }

    public void Note(IReadOnlyList<ListStanding> standings) => _standings = standings;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (_guard.Conflict is { } conflict)
            return Task.FromResult(HealthCheckResult.Degraded(conflict));
        if (ListAges.WhyNotUsable(_options, _standings, now) is { } reason)
            return Task.FromResult(HealthCheckResult.Degraded(reason));
        return Task.FromResult(_standings.FirstOrDefault(one => ListAges.IsAlarming(_options, one, now)) is { } old
            ? HealthCheckResult.Degraded($"The list {old.List} is growing old.")
            : HealthCheckResult.Healthy());
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Ages()
    {
        var now = _clock.GetUtcNow();
        return _standings.Where(standing => standing.Edition is not null).Select(standing => new Measurement<long>(
            ListAges.Age(standing, now)!.Value.Ticks / TimeSpan.TicksPerSecond,
            new KeyValuePair<string, object?>("list", standing.List)));
    }
}
