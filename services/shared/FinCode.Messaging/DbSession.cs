using System.Data;
using Npgsql;

namespace FinCode.Messaging;

/// <summary>
/// One unit of work of a request, a reaction or a job: a connection, its transaction, and the tenant that row-level
/// security lets it see. State, outbox rows, the inbox row and the answer to an idempotent request are all written
/// through it and commit together. Scoped; what is not committed is rolled back when the scope ends.
/// </summary>
public sealed class DbSession(NpgsqlDataSource source) : IAsyncDisposable
{
    private const string AllTenants = "*";
    private const string ReadAsTenant =
        "select set_config('fincode.tenant', $1, true), set_config('transaction_read_only', 'on', true)";

    private const string Settle = "set constraints all immediate";

    private readonly List<Action> _afterCommit = [];
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;
    private TenantId? _tenant;
    private bool _isOwner;
    private bool _isBorrowed;
    private bool _onlyReads;

    public NpgsqlConnection Connection => _onlyReads ? throw NotBegun() : _connection ?? throw NotBegun();

    public NpgsqlTransaction Transaction => _transaction ?? throw NotBegun();

    /// <summary>The tenant of this unit of work; it has none when it looks at all tenants.</summary>
    public TenantId Tenant => _tenant ?? throw new InvalidOperationException("This session belongs to no tenant.");

    public bool HasBegun => _transaction is not null;

    /// <summary>Opens the transaction (read committed) for one tenant.</summary>
    public Task BeginAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        _tenant = tenant;
        return OpenAsync(tenant.Value.ToString(), cancellationToken);
    }

    /// <summary>
    /// On a connection that stays the caller's: who does one unit of work after the other keeps what it has prepared.
    /// </summary>
    public Task BeginAsync(NpgsqlConnection connection, TenantId tenant, CancellationToken cancellationToken)
    {
        Claim();
        _tenant = tenant;
        _isBorrowed = true;
        return OpenAsync(connection, tenant.Value.ToString(), cancellationToken);
    }

    /// <summary>
    /// For operations that read: what they ask by <see cref="ReadAsync"/> is one round trip each, without a transaction
    /// around them, and nothing can be written.
    /// </summary>
    public async Task BeginReadingAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        Claim();
        _tenant = tenant;
        _onlyReads = true;
        _connection = await source.OpenConnectionAsync(cancellationToken);
    }

    /// <summary>
    /// For jobs that look for due work of all tenants; what they find they change in a session of its tenant.
    /// </summary>
    public Task BeginForAllTenantsAsync(CancellationToken cancellationToken) =>
        OpenAsync(AllTenants, cancellationToken);

    /// <summary>Runs when, and only when, the transaction has committed: for hints such as waking a job.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    public Task CommitAsync(CancellationToken cancellationToken) => CommitAsync([], cancellationToken);

    /// <summary>
    /// Does something last and commits, in one round trip: others wait no longer than needed for what it locks.
    /// </summary>
    public async Task CommitAsync(IReadOnlyList<NpgsqlBatchCommand> last, CancellationToken cancellationToken)
    {
        if (!_isOwner)
            throw new InvalidOperationException(
                "The consumer commits what a reaction did, together with its inbox row.");
        await using var batch = new NpgsqlBatch(Connection, Transaction);
        foreach (var command in last)
            batch.BatchCommands.Add(command);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Settle));
        // Whatever fails before it, it is not reached.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        if (last.Count > 0)
            await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        RunAfterCommit();
    }

    /// <summary>
    /// A command in this transaction with positional parameters: <c>$1</c> is the first argument; null is SQL's null.
    /// </summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlCommand(sql, Connection, Transaction);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        return command;
    }

    /// <summary>
    /// Asks, with parameters as in <see cref="Command"/>, by a statement that stays prepared on its connection. Whoever
    /// calls disposes the reader before asking again.
    /// </summary>
    public async Task<NpgsqlDataReader> ReadAsync(
        string sql, CancellationToken cancellationToken, params object?[] arguments)
    {
        if (!_onlyReads)
        {
            await using var command = Command(sql, arguments);
            await command.PrepareAsync(cancellationToken);
            return await command.ExecuteReaderAsync(cancellationToken);
        }
        // Without BEGIN the statements of a batch are one transaction of their own, which ends with the batch.
        await using var batch = new NpgsqlBatch(_connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(ReadAsTenant) { Parameters = { new() { Value = Tenant.Value.ToString() } } },
                new NpgsqlBatchCommand(sql),
            },
        };
        foreach (var argument in arguments)
            batch.BatchCommands[1].Parameters.Add(new() { Value = argument ?? DBNull.Value });
        await batch.PrepareAsync(cancellationToken);
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        try
        {
            await reader.NextResultAsync(cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOwner)
            return;
        if (_transaction is not null)
            await _transaction.DisposeAsync();
        if (_connection is not null && !_isBorrowed)
            await _connection.DisposeAsync();
    }

    /// <summary>
    /// The consumer lends its transaction to the reaction's scope, after it has set the message's tenant on it.
    /// </summary>
    internal void Attach(NpgsqlTransaction transaction, TenantId tenant)
    {
        _connection = transaction.Connection;
        _transaction = transaction;
        _tenant = tenant;
    }

    /// <summary>Gives everything up at once, with its locks, instead of when the scope ends.</summary>
    internal Task RollbackAsync(CancellationToken cancellationToken) => Transaction.RollbackAsync(cancellationToken);

    internal void RunAfterCommit()
    {
        Action[] actions = [.. _afterCommit];
        _afterCommit.Clear();
        foreach (var action in actions)
            action();
    }

    /// <summary>
    /// Right before a commit: deferred constraints are checked, and it throws where PostgreSQL has given the
    /// transaction up already because somebody swallowed an error: COMMIT would then roll back and report success.
    /// </summary>
    internal static async Task SettleAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Settle, transaction.Connection, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Sets the tenant that row-level security goes by until the transaction ends.</summary>
    internal static async Task SetTenantAsync(
        NpgsqlTransaction transaction, string tenant, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select set_config('fincode.tenant', $1, true)", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = tenant } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task OpenAsync(string tenant, CancellationToken cancellationToken)
    {
        Claim();
        await OpenAsync(await source.OpenConnectionAsync(cancellationToken), tenant, cancellationToken);
    }

    private async Task OpenAsync(NpgsqlConnection connection, string tenant, CancellationToken cancellationToken)
    {
        _connection = connection;
        _transaction = await _connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await SetTenantAsync(_transaction, tenant, cancellationToken);
    }

    private void Claim()
    {
        if (_connection is not null)
            throw new InvalidOperationException("This session has begun already: one scope is one unit of work.");
        _isOwner = true;
    }

    private InvalidOperationException NotBegun() =>
        new(_onlyReads ? "This session only reads." : "Begin the session before using it.");
}
