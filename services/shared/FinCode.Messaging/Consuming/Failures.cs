using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Messaging.Consuming;

/// <summary>What a failure means, and how it is written down without anybody's data.</summary>
internal static class Failures
{
    private const int MaxReasonLength = 300;
    private const int MaxDepth = 8;

    /// <summary>The world is not ready: tried again for as long as it takes.</summary>
    public static bool IsTransient(Exception exception)
    {
        Exception? current = exception;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
        {
            if (current is TransientException or HttpRequestException or TimeoutException or OperationCanceledException
                or NpgsqlException { IsTransient: true })
                return true;
        }
        return false;
    }

    /// <summary>
    /// The kinds of the exception and its causes. Texts are kept only where they are known to be ours or to name
    /// things, not values: a parser's or a database's text may quote what it was given.
    /// </summary>
    public static string Reason(Exception exception)
    {
        var parts = new List<string>();
        Exception? current = exception;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
            parts.Add(Describe(current));
        var reason = string.Join(" <- ", parts);
        return reason.Length <= MaxReasonLength ? reason : reason[..MaxReasonLength];
    }

    private static string Describe(Exception exception) => exception switch
    {
        PostgresException postgres =>
            $"PostgresException {postgres.SqlState} {postgres.TableName} {postgres.ConstraintName}".TrimEnd(),
        JsonException json => $"JsonException at {json.Path}",
        HttpRequestException http => $"HttpRequestException {http.HttpRequestError} {(int?)http.StatusCode}".TrimEnd(),
        DbUpdateException => exception.GetType().Name,
        TransientException or InvalidOperationException => $"{exception.GetType().Name}: {exception.Message}",
        _ when exception.GetType().Namespace?.StartsWith("FinCode", StringComparison.Ordinal) == true =>
            $"{exception.GetType().Name}: {exception.Message}",
        _ => exception.GetType().Name,
    };
}
