using System.Net;
using System.Net.Http.Headers;

namespace FinCode.Compliance.Lists;

/// <summary>
/// Fetches the files of a list from its publisher, each only when it changed (RFC 9110 section 13: If-None-Match and
/// If-Modified-Since). Limited in time, in size after decompression and in redirects; never from https to http.
/// </summary>
internal sealed class ListDownloads(IHttpClientFactory clients, ComplianceOptions options, TimeProvider clock)
{
    public const string ClientName = "list-publishers";

    private const int MaxRedirects = 5;
    private const int BufferBytes = 64 * 1024;

    public static void Add(IServiceCollection services) => services.AddHttpClient(ClientName, client =>
        {
            client.Timeout = Timeout.InfiniteTimeSpan;
            client.DefaultRequestHeaders.UserAgent.ParseAdd("FinCode-Compliance/1.0");
        })
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.All,
            AllowAutoRedirect = true,
            MaxAutomaticRedirections = MaxRedirects,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });

    /// <param name="held">What is in force, by part; empty before the first edition.</param>
    public async Task<FetchedList> FetchAsync(
        ListSource source, IReadOnlyDictionary<string, FetchedPart> held, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.DownloadTimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var parts = new Dictionary<string, FetchedPart>();
        var isNew = false;
        foreach (var (part, url) in source.Format.Parts.Zip(source.Urls))
        {
            try
            {
                var known = held.GetValueOrDefault(part);
                var fetched = await FetchAsync(part, url, known, either.Token);
                isNew |= !ReferenceEquals(fetched, known);
                parts.Add(part, fetched);
            }
            catch (DamagedListException problem)
            {
                return FetchedList.Failed(problem.Message);
            }
            // A body that is not compressed as it says ends in one of the two without "IO" in their names.
            catch (Exception exception) when (exception is HttpRequestException or IOException
                or InvalidDataException or InvalidOperationException
                || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return FetchedList.Failed($"{part} could not be downloaded: {exception.GetType().Name}.");
            }
        }
        return isNew ? FetchedList.Of(parts) : FetchedList.Unchanged;
    }

    private async Task<FetchedPart> FetchAsync(
        string part, Uri url, FetchedPart? held, CancellationToken cancellationToken)
    {
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (held?.ETag is { } known && EntityTagHeaderValue.TryParse(known, out var tag))
            request.Headers.IfNoneMatch.Add(tag);
        if (held?.LastModified is { } since)
            request.Headers.IfModifiedSince = since;
        using var answer = await client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotModified && held is not null)
            return held;
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new DamagedListException($"{part}: the server answered {(int)answer.StatusCode}.");
        var content = await ReadAsync(part, answer.Content, cancellationToken);
        return new FetchedPart(content, answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified);
    }

    private async Task<byte[]> ReadAsync(string part, HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var whole = new MemoryStream();
        var buffer = new byte[BufferBytes];
        while (await stream.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (whole.Length + read > options.MaxListBytes)
                throw new DamagedListException($"{part} is larger than {options.MaxListBytes} bytes.");
            whole.Write(buffer, 0, read);
        }
        return whole.ToArray();
    }
}
