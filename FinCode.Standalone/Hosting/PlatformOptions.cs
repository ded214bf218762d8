namespace FinCode.Standalone.Hosting;

/// <summary>How a platform is to run on this machine.</summary>
internal sealed record PlatformOptions
{
    /// <summary>Holds everything that survives a restart; one platform at a time may use it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// The gateway's loopback port; null keeps the one of the last run, or takes any free one the first time.
    /// </summary>
    public int? GatewayPort { get; init; }

    /// <summary>
    /// Settings for all services, over the defaults of the services and under the platform's own addresses and
    /// secrets.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The sanctions lists: the publisher's files in a folder.</summary>
    public string ListsFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "lists");

    /// <summary>
    /// <c>ConnectionStrings:postgres</c> (may create databases and roles), <c>:redis</c> and <c>:kafka</c>: each
    /// replaces the private
    /// server of its kind. The other settings reach the services through the environment.
    /// </summary>
    public IConfiguration Configuration { get; init; } = new ConfigurationBuilder().Build();

    /// <summary>False for tests only: PostgreSQL forces nothing to disk.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Hears in a few words what is being done.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}
