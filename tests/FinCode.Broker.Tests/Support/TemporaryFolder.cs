namespace FinCode.Broker.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fincode-broker-").FullName;

    /// <summary>The one segment of a partition that a test wrote little to.</summary>
    public string Segment(string topic, int partition = 0) =>
        Directory.GetFiles(System.IO.Path.Combine(Path, "topics", topic, $"{partition}"), "*.log").Order().Last();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
