namespace FinCode.Standalone.Hosting;

/// <summary>
/// Leaves signals to the process: with the usual lifetime every service would stop at once and in no order.
/// </summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
