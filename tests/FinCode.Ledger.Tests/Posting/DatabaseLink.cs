using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

internal enum LinkTrouble
{
    None,

    /// <summary>The connection ends before the server hears of the commit.</summary>
    CommitIsLost,

    /// <summary>The server commits, and the connection ends before its answer comes.</summary>
    AnswerIsLost,
}

/// <summary>A way to PostgreSQL on which the next commit goes wrong when a test says so.</summary>
internal sealed class DatabaseLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private int _trouble;
    private int _troubles;

    private DatabaseLink(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>How often it went wrong.</summary>
    public int Troubles => Volatile.Read(ref _troubles);

    /// <summary>A link, and the connection string that goes through it.</summary>
    public static (DatabaseLink Link, string ConnectionString) To(string connectionString)
    {
        var through = new NpgsqlConnectionStringBuilder(connectionString);
        var link = new DatabaseLink(through.Port);
        through.Port = ((IPEndPoint)link._listener.LocalEndpoint).Port;
        return (link, through.ConnectionString);
    }

    public void Trouble(LinkTrouble next) => Interlocked.Exchange(ref _trouble, (int)next);

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            await far.ConnectAsync(IPAddress.Loopback, _port);
            near.NoDelay = far.NoDelay = true;
            var losesAnswer = new TaskCompletionSource();
            await Task.WhenAny(AskAsync(near, far, losesAnswer), AnswerAsync(far, near, losesAnswer.Task));
        }
    }

    private async Task AskAsync(TcpClient near, TcpClient far, TaskCompletionSource losesAnswer)
    {
        var buffer = new byte[65_536];
        var commits = new CommitsAsked();
        try
        {
            while (await near.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                var trouble = commits.IsIn(buffer.AsSpan(0, length))
                    ? (LinkTrouble)Interlocked.Exchange(ref _trouble, (int)LinkTrouble.None)
                    : LinkTrouble.None;
                if (trouble != LinkTrouble.None)
                    Interlocked.Increment(ref _troubles);
                if (trouble == LinkTrouble.CommitIsLost)
                    return;
                if (trouble == LinkTrouble.AnswerIsLost)
                    losesAnswer.SetResult();
                await far.GetStream().WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // One of the two sides is gone.
        }
    }

    private static async Task AnswerAsync(TcpClient far, TcpClient near, Task losesAnswer)
    {
        var buffer = new byte[65_536];
        try
        {
            while (await far.GetStream().ReadAsync(buffer) is var length and > 0)
            {
                if (losesAnswer.IsCompleted)
                    return;
                await near.GetStream().WriteAsync(buffer.AsMemory(0, length));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // One of the two sides is gone.
        }
    }
}

/// <summary>
/// Tells where one connection asks for a commit, and by which name if it has prepared that (PostgreSQL documentation,
/// "Message Formats": Parse and Bind).
/// </summary>
internal sealed class CommitsAsked
{
    private static readonly byte[] s_commit = Encoding.ASCII.GetBytes("\0commit\0");
    private byte[]? _prepared;

    public bool IsIn(ReadOnlySpan<byte> messages)
    {
        var asked = messages.IndexOf(s_commit);
        if (asked < 0)
            return _prepared is not null && messages.IndexOf(_prepared) >= 0;
        var name = asked;
        while (messages[name - 1] is (byte)'_' or (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'z'))
            name--;
        if (name == asked)
            return true;
        _prepared = [0, .. messages[name..asked], 0];
        return false;
    }
}
