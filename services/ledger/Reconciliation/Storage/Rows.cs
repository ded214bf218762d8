using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>Reading rows, and the words that enumerations are in the tables.</summary>
internal static class Rows
{
    [SuppressMessage("Design", "CA1068", Justification = "The arguments of the statement come last.")]
    public static async Task<List<T>> ListAsync<T>(
        this DbSession session, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, string sql,
        params object?[] arguments)
    {
        await using var command = session.Command(sql, arguments);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    [SuppressMessage("Design", "CA1068", Justification = "The arguments of the statement come last.")]
    public static async Task<int> ExecuteAsync(
        this DbSession session, CancellationToken cancellationToken, string sql, params object?[] arguments)
    {
        await using var command = session.Command(sql, arguments);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static string? TextOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateOnly Day(this NpgsqlDataReader reader, int column) => reader.GetFieldValue<DateOnly>(column);

    public static DateTimeOffset Time(this NpgsqlDataReader reader, int column) =>
        reader.GetFieldValue<DateTimeOffset>(column);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

/// <summary>MissingHere is MISSING_HERE in the tables, as it is in JSON.</summary>
internal static class Words
{
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    public static TEnum Parse<TEnum>(string word) where TEnum : struct, Enum =>
        Enum.Parse<TEnum>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    public static bool TryParse<TEnum>(string word, out TEnum value) where TEnum : struct, Enum =>
        Enum.TryParse(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out value)
        && Of(value) == word;
}
