using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace FinCode.Sandbox.Inboxes;

/// <param name="Secret">The endpoint's secret, <c>whsec_base64</c>; null: nothing is verified.</param>
/// <param name="FailFirst">So many of the next requests are answered 500 (and kept).</param>
internal sealed record SandboxInboxRequest(string? Secret, int? FailFirst);

internal sealed record SandboxReceived(
    DateTimeOffset ReceivedAt, string? WebhookId, string? Type, bool Verified, int Answered,
    IReadOnlyDictionary<string, string> Headers, string Body);

internal sealed record SandboxReceivedList(IReadOnlyList<SandboxReceived> Items);

internal static partial class InboxEndpoints
{
    /// <summary>Larger requests are answered 413.</summary>
    internal const int MaxBodyBytes = 64 * 1024;

    internal const int MaxFailures = 1_000;
    private const int MaxSecretLength = 200;
    private const int MaxHeaders = 50;
    private const int MaxHeaderLength = 1_000;

    public static void MapInboxes(this WebApplication app)
    {
        var group = app.MapGroup("/webhooks/{inbox}").WithTags("webhooks");
        group.MapPost("", ReceiveAsync).AllowAnonymous().WithMetadata(new BodyLimit());
        group.MapPut("", Set).RequireApiKey();
        group.MapGet("", IResult (string inbox, InboxDesk desk) => IsName(inbox)
            ? TypedResults.Ok(new SandboxReceivedList([.. desk.List(inbox).Select(ToRow)]))
            : Problems.NotFound()).RequireApiKey();
    }

    private static IResult Set(string inbox, SandboxInboxRequest request, InboxDesk desk)
    {
        var validation = new Validation();
        validation.Check(IsName(inbox), "inbox", "An inbox has 1 to 64 lower-case letters, digits and hyphens.");
        validation.OptionalText(request.Secret, "/secret", MaxSecretLength);
        if (request.Secret is { Length: <= MaxSecretLength } secret)
            validation.Check(Signatures.WebhookKey(secret) is not null, "/secret", "A secret is whsec_ and base64.");
        validation.Check(request.FailFirst is null or (>= 0 and <= MaxFailures), "/failFirst",
            $"From 0 to {MaxFailures}.");
        if (validation.Failed)
            return validation.ToProblem();
        return desk.TrySet(inbox, request.Secret, request.FailFirst ?? 0) ? TypedResults.NoContent() : TooMany();
    }

    private static async Task<IResult> ReceiveAsync(
        string inbox, HttpContext http, InboxDesk desk, CancellationToken cancellationToken)
    {
        if (!IsName(inbox))
            return Problems.NotFound();
        using var reader = new StreamReader(http.Request.Body, new UTF8Encoding(false));
        var body = await reader.ReadToEndAsync(cancellationToken);
        var headers = http.Request.Headers.Take(MaxHeaders).ToDictionary(
            header => header.Key.ToLowerInvariant(), header => Shorten(header.Value.ToString()));
        return desk.Receive(inbox, headers, body) is { } status ? TypedResults.StatusCode(status) : TooMany();
    }

    private static SandboxReceived ToRow(ReceivedWebhook webhook) => new(
        webhook.ReceivedAt, webhook.Headers.GetValueOrDefault("webhook-id"), TypeOf(webhook.Body),
            webhook.Verified == true,
        webhook.Answered, webhook.Headers, webhook.Body);

    /// <summary>The body's "type", or null when it is no JSON object that has one.</summary>
    private static string? TypeOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
                ? type.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shorten(string text) => text.Length <= MaxHeaderLength ? text : text[..MaxHeaderLength];

    private static bool IsName(string inbox) => Name().IsMatch(inbox);

    private static ProblemHttpResult TooMany() => Problems.Of(
        StatusCodes.Status429TooManyRequests, Problems.LimitExceeded, $"At most {InboxDesk.MaxInboxes} inboxes.");

    [GeneratedRegex("^[a-z0-9-]{1,64}\\z")]
    private static partial Regex Name();

    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => MaxBodyBytes;
    }
}
