using System.Text.Json;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// The folder of one platform: its lock, the ports and secrets that stay the same from run to run, and the places
/// of the servers.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream folderLock)
    {
        Path = path;
        _lock = folderLock;
    }

    public string Path { get; }

    /// <summary>Root's PostgreSQL runs as another user, who cannot reach into anybody's home.</summary>
    public static string Default() => Environment.IsPrivilegedProcess
        ? "/var/lib/fincode"
        : System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify),
            "fincode");

    /// <summary>Makes the folder when it is absent and locks it until this is disposed of.</summary>
    /// <exception cref="DataFolderInUseException">Another process runs a platform on it.</exception>
    public static DataFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(path);

        // PostgreSQL's user must be able to pass through; what is secret in here has a mode of its own.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | (Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : 0));
        try
        {
            var folderLock = new FileStream(
                System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, folderLock);
        }
        catch (IOException exception)
        {
            throw new DataFolderInUseException(path, exception);
        }
    }

    /// <summary>Removes everything that a platform has kept in the folder, and nothing else.</summary>
    public void Empty()
    {
        string[] names =
            ["postgres", "redis", "kafka", "sandbox", "keys", "logs", "checkpoints", "case-heads", "mail"];
        foreach (var name in names)
        {
            if (Directory.Exists(In(name)))
                Directory.Delete(In(name), recursive: true);
        }
        foreach (var name in new[] { "secrets.json", "ports.json", "tenant.json" })
            File.Delete(In(name));
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Reads a file that <see cref="Write"/> wrote, or null when there is none.</summary>
    public T? Read<T>(string name) where T : class =>
        File.Exists(In(name)) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(In(name)), Json) : null;

    /// <summary>Writes the file so that nobody else can read it, whole or not at all.</summary>
    public void Write<T>(string name, T content)
    {
        var next = In(name + ".next");
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        };
        using (var file = new FileStream(next, options))
        {
            JsonSerializer.Serialize(file, content, Json);
            file.Flush(flushToDisk: true);
        }
        File.Move(next, In(name), overwrite: true);
    }

    public void Dispose() => _lock.Dispose();
}

internal sealed class DataFolderInUseException(string path, Exception innerException) : Exception(
    $"Another FinCode runs on the data folder {path}. Stop it first, or choose another folder with --data.",
    innerException);
