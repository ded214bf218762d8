using System.Net.Sockets;
using System.Text.Json;
using Npgsql;

namespace FinCode.ServiceDefaults;

/// <summary>
/// How exceptions are written down without anybody's data: by their kinds. Texts are kept only where they are known to
/// be ours or to name things, not values: a parser's or a database's text may quote what it was given.
/// </summary>
public static class ExceptionText
{
    private const int MaxDepth = 8;

    /// <summary>The exception and its causes, on one line.</summary>
    public static string Of(Exception exception) => string.Join(" <- ", Chain(exception).Select(Describe));

    /// <summary>The exception and its causes, each with where it was thrown.</summary>
    public static string WithTraces(Exception exception) => string.Join(
        Environment.NewLine, Chain(exception).SelectMany(one => new[] { Describe(one), one.StackTrace })
            .Where(line => !string.IsNullOrEmpty(line)));

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        Exception? current = exception;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
            yield return current;
    }

    private static string Describe(Exception exception) => exception switch
    {
        PostgresException postgres =>
            $"PostgresException {postgres.SqlState} {postgres.TableName} {postgres.ConstraintName}".TrimEnd(),
        // A path in brackets quotes a name that is none of ours.
        JsonException { Path: { } path } when !path.Contains('\'', StringComparison.Ordinal) =>
            $"JsonException at {path}",
        HttpRequestException http => $"HttpRequestException {http.HttpRequestError} {(int?)http.StatusCode}".TrimEnd(),
        SocketException socket => $"SocketException {socket.SocketErrorCode}",
        InvalidOperationException => $"{exception.GetType().Name}: {exception.Message}",
        _ when exception.GetType().Namespace?.StartsWith("FinCode", StringComparison.Ordinal) == true =>
            $"{exception.GetType().Name}: {exception.Message}",
        _ => exception.GetType().Name,
    };
}
