using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>A publisher's server: files with validators, redirects, compression, and what goes wrong.</summary>
internal sealed class PublisherStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PublishedFile> _files = new();
    private readonly WebApplication _app;

    private PublisherStandIn(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>Every request as "path status", in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<PublisherStandIn> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var standIn = new PublisherStandIn(app);
        app.Run(standIn.AnswerAsync);
        await app.StartAsync();
        return standIn;
    }

    public void Put(string path, string text, string? etag = null, DateTimeOffset? modified = null) =>
        _files[path] = new PublishedFile(Encoding.UTF8.GetBytes(text), etag, modified, Misbehaviour.None);

    public void Misbehave(string path, Misbehaviour how) => _files[path] = _files[path] with { How = how };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var file = _files.GetValueOrDefault(path);
        await (file is null ? Status(http, 404) : AnswerAsync(http, path, file));
        Asked.Enqueue($"{path} {http.Response.StatusCode}");
    }

    private static async Task AnswerAsync(HttpContext http, string path, PublishedFile file)
    {
        var (request, response) = (http.Request, http.Response);
        if (file.How == Misbehaviour.Error)
            await Status(http, 503);
        else if (file.How is Misbehaviour.Redirects or Misbehaviour.RedirectsForEver
            && !request.Query.ContainsKey("to"))
            response.Redirect(file.How == Misbehaviour.Redirects ? path + "?to=1" : path);
        else if (file.ETag is not null && request.Headers.IfNoneMatch == file.ETag)
            await Status(http, 304);
        else if (file is { ETag: null, Modified: not null }
            && request.Headers.IfModifiedSince == $"{file.Modified:R}")
            await Status(http, 304);
        else
        {
            if (file.ETag is not null)
                response.Headers.ETag = file.ETag;
            if (file.Modified is not null)
                response.Headers.LastModified = $"{file.Modified:R}";
            await SendAsync(http, file);
        }
    }

    private static async Task SendAsync(HttpContext http, PublishedFile file)
    {
        switch (file.How)
        {
            case Misbehaviour.Stalls:
                await http.Response.StartAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case Misbehaviour.CutsOff:
                http.Response.ContentLength = file.Content.Length;
                await http.Response.Body.WriteAsync(file.Content.AsMemory(0, file.Content.Length / 2));
                await http.Response.Body.FlushAsync();
                http.Abort();
                break;
            case Misbehaviour.Compresses:
                http.Response.Headers.ContentEncoding = "gzip";
                await using (var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true))
                    await gzip.WriteAsync(file.Content);
                break;
            case Misbehaviour.SaysThatItCompresses:
                http.Response.Headers.ContentEncoding = "br";
                await http.Response.Body.WriteAsync(file.Content);
                break;
            default:
                await http.Response.Body.WriteAsync(file.Content);
                break;
        }
    }

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private sealed record PublishedFile(byte[] Content, string? ETag, DateTimeOffset? Modified, Misbehaviour How);
}

internal enum Misbehaviour
{
    None,
    Error,
    Redirects,
    RedirectsForEver,
    Stalls,
    CutsOff,
    Compresses,
    SaysThatItCompresses,
}
