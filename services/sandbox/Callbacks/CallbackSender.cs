using System.Globalization;
using System.Text;

namespace FinCode.Sandbox.Callbacks;

/// <summary>
/// Sends callbacks: POST with <c>X-Sandbox-Timestamp</c> (Unix seconds) and <c>X-Sandbox-Signature</c> (hex
/// HMAC-SHA256 over
/// <c>timestamp.body</c>), again with growing pauses until a 2xx, and for a bounded number of times.
/// </summary>
internal sealed partial class CallbackSender(
    CallbackQueue queue, IHttpClientFactory clients, SandboxSettings settings, TimeProvider clock,
        ILogger<CallbackSender> logger)
    : BackgroundService
{
    public const string Client = "callbacks";
    public const string TimestampHeader = "X-Sandbox-Timestamp";
    public const string SignatureHeader = "X-Sandbox-Signature";

    internal const int MaxAttempts = 15;
    private const int Workers = 8;
    private const int FirstPauseMilliseconds = 200;
    private const int LongestPauseSeconds = 60;

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(stoppingToken)));

    /// <summary>The pause after a failed attempt: doubling, up to a minute.</summary>
    internal static TimeSpan PauseAfter(int attempt)
    {
        var milliseconds = Math.Min((long)FirstPauseMilliseconds << Math.Min(attempt - 1, 20),
            LongestPauseSeconds * 1000L);
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var (callback, attempt) = await queue.NextAsync(stoppingToken);
                if (!queue.IsOwed(callback))
                    continue;
                if (await TrySendAsync(callback, stoppingToken))
                    queue.End(callback);
                else if (attempt < MaxAttempts)
                    queue.Retry(callback, attempt + 1, clock.GetUtcNow() + PauseAfter(attempt));
                else
                {
                    LogGivenUp(logger, callback.Id, attempt);
                    queue.End(callback);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is still owed stands in the journal.
        }
    }

    private async Task<bool> TrySendAsync(Callback callback, CancellationToken stoppingToken)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        using var client = clients.CreateClient(Client);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(callback.Url));
        request.Content = new StringContent(callback.Body, Encoding.UTF8, "application/json");
        request.Headers.Add(TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(SignatureHeader, Signatures.OfCallback(settings.CallbackSecret, timestamp, callback.Body));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead,
                stoppingToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException
            && !stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Callback {CallbackId} given up after {Attempts} attempts")]
    private static partial void LogGivenUp(ILogger logger, Guid callbackId, int attempts);
}
