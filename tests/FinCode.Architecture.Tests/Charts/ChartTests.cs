using YamlDotNet.RepresentationModel;

namespace FinCode.Architecture.Tests.Charts;

/// <summary>
/// The chart is linted, rendered, and every manifest checked strictly; and the checker itself is held to finding
/// faults.
/// </summary>
public sealed class ChartTests
{
    private static readonly string[] WithSandbox = ["--set", "services.sandbox.enabled=true"];

    [Fact]
    public async Task It_lints()
    {
        var lint = await Helm.LintAsync();
        lint.ExitCode.ShouldBe(0, lint.Output);
    }

    [Fact]
    public async Task Every_manifest_is_what_Kubernetes_knows()
    {
        var rendered = await Helm.TemplateAsync(WithSandbox);
        var check = await Helm.CheckAsync(rendered.Output);

        check.Output.ShouldEndWith(" documents, 0 problems\n");
        check.ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("runAsNonRoot: true", "runAsNonRot: true")]
    [InlineData("containerPort: 8080", "containerPort: eighty")]
    [InlineData("imagePullPolicy: IfNotPresent", "imagePullPolicy: Sometimes")]
    [InlineData("memory: 192Mi", "memory: 192 Mi")]
    [InlineData("kind: Deployment", "kind: Deploiment")]
    [InlineData("apiVersion: apps/v1", "apiVersion: extensions/v1beta1")]
    [InlineData("name: fincode-ledger\n", "name: fincode_ledger\n")]
    public async Task The_check_finds_a_fault(string good, string bad)
    {
        var rendered = await Helm.TemplateAsync();
        rendered.Output.ShouldContain(good);
        var check = await Helm.CheckAsync(rendered.Output.Replace(good, bad, StringComparison.Ordinal));

        check.ExitCode.ShouldBe(1, check.Output);
    }

    [Fact]
    public async Task Nothing_rendered_is_a_failure() => (await Helm.CheckAsync("")).ExitCode.ShouldBe(1);

    [Theory]
    [InlineData("publicUrl=fincode.example.com")]
    [InlineData("services.ledger.replicas=-1")]
    [InlineData("services.ledgre.replicas=1")]
    [InlineData("image.pullPolicy=Sometimes")]
    [InlineData("existingSecrets.keys=")]
    [InlineData("services.ledger.mounts[0].path=/lists")]
    [InlineData("services.ledger.folders.checkpoints.size=large")]
    [InlineData("services.ledger.folders.checkpoints.claim=kept,services.ledger.folders.checkpoints.size=1Gi")]
    [InlineData("services.ledger.folders.other.claim=kept")]
    public async Task Wrong_values_are_refused(string setting)
    {
        var rendered = await Helm.TemplateAsync("--set", setting);
        rendered.ExitCode.ShouldNotBe(0, rendered.Output);
    }

    [Fact]
    public async Task Every_pod_is_restricted_limited_and_without_a_token_of_the_cluster()
    {
        var pods = (await Helm.RenderAsync(WithSandbox))
            .Where(manifest => manifest["kind"].ToString() is "Deployment" or "Job")
            .Select(manifest => manifest["spec"]["template"]["spec"]).ToArray();

        pods.Length.ShouldBe(12);
        foreach (var pod in pods)
        {
            pod["automountServiceAccountToken"].ToString().ShouldBe("false");
            pod["securityContext"]["runAsNonRoot"].ToString().ShouldBe("true");
            pod["securityContext"]["seccompProfile"]["type"].ToString().ShouldBe("RuntimeDefault");
            var container = pod["containers"][0];
            container["securityContext"]["readOnlyRootFilesystem"].ToString().ShouldBe("true");
            container["securityContext"]["allowPrivilegeEscalation"].ToString().ShouldBe("false");
            container["securityContext"]["capabilities"]["drop"][0].ToString().ShouldBe("ALL");
            ((YamlMappingNode)container["resources"]["limits"]).Children.ShouldNotBeEmpty();
            ((YamlMappingNode)container["resources"]["requests"]).Children.ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("ledger", "checkpoints", "Ledger__CheckpointFolder")]
    [InlineData("compliance", "case-heads", "Compliance__CaseHeadsFolder")]
    public async Task What_is_kept_outside_of_a_database_has_a_volume_where_one_is_asked_for(
        string service, string folder, string setting)
    {
        var value = $"services.{service}.folders.{folder}";
        (await Helm.TemplateAsync()).Output.ShouldNotContain(setting);

        var given = await Helm.RenderAsync("--set", $"{value}.claim=kept");
        given.ShouldNotContain(manifest => manifest["kind"].ToString() == "PersistentVolumeClaim");
        ClaimOf(given).ShouldBe("kept");

        var made = await Helm.TemplateAsync("--set", $"{value}.size=2Gi,{value}.storageClass=shared");
        (await Helm.CheckAsync(made.Output)).Output.ShouldEndWith(" documents, 0 problems\n");
        var manifests = Helm.Read(made);
        var claim = manifests.Single(manifest => manifest["kind"].ToString() == "PersistentVolumeClaim");
        claim["metadata"]["name"].ToString().ShouldBe(ClaimOf(manifests));
        claim["metadata"]["annotations"]["helm.sh/resource-policy"].ToString().ShouldBe("keep");
        claim["spec"]["accessModes"][0].ToString().ShouldBe("ReadWriteMany");
        claim["spec"]["storageClassName"].ToString().ShouldBe("shared");
        claim["spec"]["resources"]["requests"]["storage"].ToString().ShouldBe("2Gi");

        string ClaimOf(IReadOnlyList<YamlMappingNode> rendered)
        {
            var pod = rendered.Single(manifest => manifest["kind"].ToString() == "Deployment"
                && manifest["metadata"]["name"].ToString() == $"fincode-{service}")["spec"]["template"]["spec"];
            var path = Named(pod["containers"][0]["env"], setting)["value"];
            var mount = ((YamlSequenceNode)pod["containers"][0]["volumeMounts"])
                .Single(one => one["mountPath"].Equals(path));
            ((YamlMappingNode)mount).Children.ContainsKey("readOnly").ShouldBeFalse();
            return Named(pod["volumes"], mount["name"].ToString())["persistentVolumeClaim"]["claimName"].ToString();
        }

        static YamlNode Named(YamlNode nodes, string name) =>
            ((YamlSequenceNode)nodes).Single(one => one["name"].ToString() == name);
    }

    [Fact]
    public async Task Secrets_come_from_existing_secrets_only()
    {
        var manifests = await Helm.RenderAsync(WithSandbox);
        manifests.ShouldNotContain(manifest => manifest["kind"].ToString() == "Secret");
        foreach (var container in manifests.Where(manifest => manifest["kind"].ToString() == "Deployment")
                     .Select(manifest => manifest["spec"]["template"]["spec"]["containers"][0]))
            foreach (var variable in (YamlSequenceNode)container["env"])
            {
                var name = variable["name"].ToString();
                var isSecret = name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
                    || name.EndsWith("Key", StringComparison.Ordinal)
                    || name.EndsWith("Secret", StringComparison.Ordinal);
                ((YamlMappingNode)variable).Children.ContainsKey("valueFrom")
                    .ShouldBe(isSecret || name.EndsWith("ClientId", StringComparison.Ordinal), name);
            }
    }
}
