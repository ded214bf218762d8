using FinCode.Standalone.Demo;
using FinCode.Standalone.Hosting;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// One platform for all flow tests of this process, as fast as the demo's; each test makes a tenant of its own on
/// it. It stops with the
/// process.
/// </summary>
internal static class SharedPlatform
{
    /// <summary>Who is on the list of politically exposed persons, and on no other.</summary>
    public const string Exposed = "Quillon Brastoe";

    private static readonly string Folder = Directory.CreateTempSubdirectory("fincode-flow-").FullName;
    private static readonly string Lists = Directory.CreateTempSubdirectory("fincode-flow-lists-").FullName;
    private static readonly Lazy<Task<Platform>> Running = new(() => Platform.StartAsync(new PlatformOptions
    {
        DataFolder = Folder,
        ListsFolder = Lists,
        IsDurable = false,
        // All that anybody could switch on: a test reads every log for what must not be in it.
        Settings = new Dictionary<string, string?>(DemoSettings.Services)
        {
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Information",
            ["Logging:LogLevel:System.Net.Http"] = "Information",
            ["Logging:LogLevel:OpenIddict"] = "Information",
            ["Logging:LogLevel:Yarp"] = "Information",
            ["Compliance:PepLists:0"] = "PLAIN",
        },
    }));

    static SharedPlatform()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "lists")))
            File.Copy(file, Path.Combine(Lists, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(Lists, "exposed.csv"), $"id,kind,name\npep-1,PERSON,{Exposed}\n");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Running.IsValueCreated && Running.Value.IsCompletedSuccessfully)
                Running.Value.Result.DisposeAsync().AsTask().Wait();
            Directory.Delete(Folder, recursive: true);
            Directory.Delete(Lists, recursive: true);
        };
    }

    public static Task<Platform> StartAsync() => Running.Value;
}
