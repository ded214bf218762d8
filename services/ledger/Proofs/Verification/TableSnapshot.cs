using Npgsql;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// All tables as they were at one moment, however long the reading takes: several connections that share a snapshot,
/// so that tables are read beside each other. Reads only; sees all tenants where the role may.
/// </summary>
internal sealed class TableSnapshot : IDisposable
{
    /// <summary>Tables are read from end to end: few large reads.</summary>
    private const int ReadBufferBytes = 256 * 1024;

    private readonly List<NpgsqlConnection> _free = [];
    private readonly List<NpgsqlConnection> _all = [];
    private readonly NpgsqlDataSource _source;
    private readonly string _snapshot;

    private TableSnapshot(NpgsqlDataSource source)
    {
        _source = source;
        // It holds the snapshot for all others, and reads nothing: a read that is stopped halfway ends its transaction.
        var first = source.OpenConnection();
        _all.Add(first);
        Execute(first, "begin isolation level repeatable read read only");
        using var export = new NpgsqlCommand("select pg_export_snapshot()", first);
        _snapshot = (string)export.ExecuteScalar()!;
    }

    /// <exception cref="UnreadableException">The database cannot be reached, or is not one of a ledger.</exception>
    public static TableSnapshot Open(string connectionString)
    {
        NpgsqlDataSource? source = null;
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString)
            {
                Pooling = false, CommandTimeout = 0, ReadBufferSize = ReadBufferBytes,
            };
            source = NpgsqlDataSource.Create(settings.ConnectionString);
            return new TableSnapshot(source);
        }
        catch (Exception exception) when (exception is ArgumentException or NpgsqlException
            or InvalidOperationException)
        {
            source?.Dispose();
            throw new UnreadableException($"The database cannot be read: {Reason(exception)}");
        }
    }

    /// <summary>The rows of a query, one after another. Positional parameters.</summary>
    public IEnumerable<T> Read<T>(string sql, Func<NpgsqlDataReader, T> row, params object[] arguments)
    {
        var connection = Take();
        try
        {
            using var command = new NpgsqlCommand(sql, connection);
            foreach (var argument in arguments)
                command.Parameters.Add(new NpgsqlParameter { Value = argument });
            using var reader = command.ExecuteReader();
            while (reader.Read())
                yield return row(reader);
        }
        finally
        {
            Return(connection);
        }
    }

    /// <summary>
    /// The rows of a query that is as long as a book, one after another; <c>{0}</c> in it is the book's id.
    /// </summary>
    public IEnumerable<T> Copy<T>(string sql, Func<CopyRows, T> row, Guid book)
    {
        var connection = Take();
        var query = sql.Replace("{0}", book.ToString(), StringComparison.Ordinal);
        var isRead = false;
        using (var copy = connection.BeginRawBinaryCopy($"copy ({query}) to stdout (format binary)"))
        {
            var rows = new CopyRows(copy);
            try
            {
                while (rows.Next())
                    yield return row(rows);
                isRead = true;
            }
            finally
            {
                // What is not wanted to its end is stopped; the connection is of no use then.
                if (!isRead)
                    copy.Cancel();
            }
        }
        Return(connection);
    }

    public void Dispose()
    {
        foreach (var connection in _all)
            connection.Dispose();
        _source.Dispose();
    }

    /// <summary>Tables are read from several threads.</summary>
    private NpgsqlConnection Take()
    {
        lock (_all)
        {
            if (_free.Count > 0)
            {
                var free = _free[^1];
                _free.RemoveAt(_free.Count - 1);
                return free;
            }
            var connection = _source.OpenConnection();
            _all.Add(connection);
            Execute(connection, "begin isolation level repeatable read read only");
            Execute(connection, $"set transaction snapshot '{_snapshot}'");
            Prepare(connection);
            return connection;
        }
    }

    private void Return(NpgsqlConnection connection)
    {
        lock (_all)
            _free.Add(connection);
    }

    private static void Prepare(NpgsqlConnection connection)
    {
        Execute(connection, "select set_config('fincode.tenant', '*', true)");

        // Rows are hashed with times in UTC.
        Execute(connection, "set local timezone = 'UTC'; set local bytea_output = 'hex'");

        // The tables are wanted in the order of their keys, from the first row on; sorting them would come first.
        Execute(connection, "set local enable_sort = off; set local jit = off; set local cursor_tuple_fraction = 0");
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Never the connection string, which holds a password.</summary>
    private static string Reason(Exception exception) => exception switch
    {
        PostgresException refused => refused.MessageText,
        NpgsqlException => exception.InnerException?.Message ?? exception.Message,
        _ => "the connection string is not one of PostgreSQL.",
    };
}
