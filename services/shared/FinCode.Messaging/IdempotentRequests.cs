using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>A success that an idempotent request answers, now and whenever it is repeated.</summary>
/// <param name="Status">201 or another 2xx.</param>
/// <param name="Body">Kept in plain as long as the key: nothing that is sealed elsewhere belongs into it.</param>
/// <param name="Location">The Location header, if there is one.</param>
public sealed record Reply(int Status, object Body, string? Location = null);

/// <summary>
/// POSTs that a caller may repeat: the header <c>Idempotency-Key</c> (1 to 255 visible ASCII characters) and the effect
/// commit together, and the same key answers the same for as long as keys are kept (at least 30 days). The same key
/// with other content is 422 IDEMPOTENCY_KEY_REUSED; while the first is still under way, 409 REQUEST_IN_PROGRESS. A
/// refused request leaves the key free.
/// </summary>
public sealed class IdempotentRequests(DbSession session)
{
    public const string Header = NeedsIdempotencyKey.Header;
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const int MaxKeyLength = NeedsIdempotencyKey.MaxLength;
    private const int LockWaitSeconds = 3;

    /// <summary>The key of the request, or why it is none; for those that keep keys themselves.</summary>
    public static bool TryKey(
        HttpContext http, out string key, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        key = http.Request.Headers[Header].ToString();
        problem = key.Length == 0
            ? Problems.Of(400, Problems.IdempotencyKeyMissing, $"This request needs the header {Header}.")
            : key.Length > MaxKeyLength || !key.All(c => c is > ' ' and < (char)127)
                ? Problems.Invalid(Header, $"A key has 1 to {MaxKeyLength} visible ASCII characters.")
                : null;
        return problem is null;
    }

    /// <summary>
    /// Begins the session for the caller's tenant, runs <paramref name="act"/> once per key, and commits when it gives
    /// a <see cref="Reply"/>; a problem rolls everything back.
    /// </summary>
    public async Task<IResult> RunAsync<TRequest>(
        HttpContext http, TenantId tenant, string operation, TRequest request,
        Func<Task<(Reply?, ProblemHttpResult?)>> act)
    {
        var cancellationToken = http.RequestAborted;
        if (!TryKey(http, out var key, out var unusable))
            return unusable;

        await session.BeginAsync(tenant, cancellationToken);
        var hash = Hash(http, request);
        if (await ClaimAsync(tenant, operation, key, hash, cancellationToken) is not { } claim)
            return Problems.Conflict(
                Problems.RequestInProgress, "A request with this key is still under way; ask again soon.");
        if (!claim.RequestHash.AsSpan().SequenceEqual(hash))
            return Problems.Of(422, Problems.IdempotencyKeyReused,
                "This key was used for a request with other content.");
        if (claim.Status is { } status)
            return Answer(http, status, claim.Location, claim.Body!, isReplay: true);

        var (reply, problem) = await act();
        if (reply is null)
        {
            // At once, not when the scope ends: the caller may send a corrected request with this key as soon as it has
            // the answer.
            await session.RollbackAsync(cancellationToken);
            return problem!;
        }
        var body = JsonSerializer.Serialize(reply.Body, ContractJson.Options);
        await using var store = session.Command(
            "update idempotent_requests set status = $4, location = $5::text, body = $6 "
            + "where tenant_id = $1 and operation = $2 and key = $3",
            tenant.Value, operation, key, reply.Status, reply.Location, body);
        await store.ExecuteNonQueryAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
        return Answer(http, reply.Status, reply.Location, body, isReplay: false);
    }

    /// <summary>
    /// Takes the key, or finds what an earlier request made of it. While another one with this key is under way the
    /// insert waits for its end, a little; null when it does not end. One round trip: each statement of the batch sees
    /// what the insert waited for.
    /// </summary>
    private async Task<Claim?> ClaimAsync(
        TenantId tenant, string operation, string key, byte[] hash, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction)
        {
            BatchCommands =
            {
                new($"set local lock_timeout = '{LockWaitSeconds}s'"),
                Command(
                    "insert into idempotent_requests (tenant_id, operation, key, request_hash) values ($1, $2, $3, $4) "
                    + "on conflict do nothing", tenant.Value, operation, key, hash),
                new("set local lock_timeout to default"),
                Command(
                    "select request_hash, status, location, body from idempotent_requests "
                    + "where tenant_id = $1 and operation = $2 and key = $3", tenant.Value, operation, key),
            },
        };
        try
        {
            await using var row = await batch.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            return new Claim(
                row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetInt32(1),
                row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return command;
    }

    private static ContentHttpResult Answer(HttpContext http, int status, string? location, string body, bool isReplay)
    {
        if (location is not null)
            http.Response.Headers.Location = location;
        if (isReplay)
            http.Response.Headers[ReplayedHeader] = "true";
        return TypedResults.Content(body, "application/json", statusCode: status);
    }

    private static byte[] Hash<TRequest>(HttpContext http, TRequest request) => SHA256.HashData(
        [.. System.Text.Encoding.UTF8.GetBytes(http.Request.Path + "\n"),
         .. JsonSerializer.SerializeToUtf8Bytes(request, ContractJson.Options)]);

    /// <summary>The row of a key. Without a status it is this request's own.</summary>
    private sealed record Claim(byte[] RequestHash, int? Status, string? Location, string? Body);
}
