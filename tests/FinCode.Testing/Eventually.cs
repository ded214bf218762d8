namespace FinCode.Testing;

/// <summary>
/// Waiting for what happens in its own time: asks again until it holds, and fails with a sentence at the limit.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > (limit ?? Limit))
                throw new TimeoutException($"Waited for this in vain: {what}");
            await Task.Delay(Pause);
        }
    }

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, limit);

    /// <summary>Repeats the assertions until none throws; the last failure is the one that is reported.</summary>
    public static async Task HoldsAsync(Func<Task> assertions, TimeSpan? limit = null)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception) when (TimeProvider.System.GetElapsedTime(since) <= (limit ?? Limit))
            {
                await Task.Delay(Pause);
            }
        }
    }
}
