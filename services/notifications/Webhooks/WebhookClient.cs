using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FinCode.Notifications.Webhooks;

/// <summary>What one request to a receiver brought: a status code, or the reason why there is none.</summary>
internal sealed record SendResult(int? StatusCode, string? Error, string? ResponseExcerpt)
{
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    public bool IsGone => StatusCode == (int)HttpStatusCode.Gone;
}

/// <summary>
/// Sends to addresses that strangers chose: no redirects, no cookies, no proxy, no service discovery, limits on
/// everything, and the
/// address is checked when the connection is made, after the name was resolved, so that a name cannot change its mind
/// in between.
/// </summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>So much of a response is kept, in bytes; the rest is not read.</summary>
    internal const int MaxExcerptBytes = 1_024;

    private const int MaxResponseHeadersKilobytes = 16;
    private const int ConnectionLifetimeMinutes = 2;
    private const int MaxConnectionsPerReceiver = 8;
    private const string UserAgent = "FinCode-Webhooks/1.0";

    private readonly WebhookSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    public WebhookClient(WebhookSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxConnectionsPerServer = MaxConnectionsPerReceiver,
            MaxResponseHeadersLength = MaxResponseHeadersKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(ConnectionLifetimeMinutes),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<SendResult> SendAsync(
        string url, WebhookMessageId id, string body, IReadOnlyList<byte[]> secrets,
            CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var now = _clock.GetUtcNow();
        request.Headers.Add("User-Agent", UserAgent);
        request.Headers.Add(WebhookSignature.IdHeader, id.ToString());
        request.Headers.Add(
            WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secrets, id.ToString(), now, body));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return new SendResult((int)response.StatusCode, null, await ExcerptAsync(response, limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new SendResult(null, "TIMEOUT", null);
        }
        catch (HttpRequestException exception)
        {
            return new SendResult(null, Reason(exception), null);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context,
        CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = _settings.AllowPrivateAddresses ? addresses : [.. addresses.Where(AddressRules.IsPublic)];
        if (allowed.Length == 0)
            throw new AddressNotAllowedException();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The beginning of the response; that it came is what counts, so a body that breaks off is no
    /// failure.</summary>
    private static async Task<string?> ExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxExcerptBytes];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var length = await stream.ReadAtLeastAsync(buffer, MaxExcerptBytes, throwOnEndOfStream: false,
                cancellationToken);
            // PostgreSQL's text has no place for a zero byte.
            return length == 0 ? null : Encoding.UTF8.GetString(buffer, 0, length).Replace('\0', ' ');
        }
        catch (Exception exception) when (
            exception is IOException or HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static string Reason(HttpRequestException exception) => exception switch
    {
        { InnerException: AddressNotAllowedException } => "ADDRESS_NOT_ALLOWED",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "NAME_NOT_RESOLVED",
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } } =>
            "NAME_NOT_RESOLVED",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS_FAILED",
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded } => "INVALID_RESPONSE",
        _ => "CONNECTION_FAILED",
    };

    private sealed class AddressNotAllowedException() : IOException("The name leads to no public address.");
}
