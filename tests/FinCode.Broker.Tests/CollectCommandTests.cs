using FinCode.Broker.Tests.Support;
using FinCode.Standalone.Commands;

namespace FinCode.Broker.Tests;

/// <summary>How what collects from the audit topic is told of the brokers.</summary>
public sealed class CollectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Settings_for_TLS_and_a_password_come_from_a_file()
    {
        var file = Write("# of the auditor", "security.protocol=SASL_SSL", "", " sasl.password = a=b ");

        var address = CollectCommand.Address("kafka:9093", file, TextWriter.Null)!;

        address.BootstrapServers.ShouldBe("kafka:9093");
        address.Settings["security.protocol"].ShouldBe("SASL_SSL");
        address.Settings["sasl.password"].ShouldBe("a=b");
    }

    [Fact]
    public void What_cannot_be_known_is_said_without_a_word_of_the_file()
    {
        Refusal(null, null).ShouldBe("Say where the brokers are: --kafka, or ConnectionStrings__kafka.\n");
        Refusal("kafka:9093", Path.Combine(_folder.Path, "none")).ShouldStartWith("Cannot read ");
        var refusal = Refusal("kafka:9093", Write("secret"));
        refusal.ShouldEndWith(": each line is name=value.\n");
        refusal.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("checkpoints")]
    [InlineData("heads")]
    public void Both_commands_end_with_2_where_there_is_no_topic(string name)
    {
        var command = name == "heads" ? ComplianceCommand.Create() : LedgerCommand.Create();

        var parsed = command.Parse([name, "--kafka", "127.0.0.1:1", "--out", Path.Combine(_folder.Path, name)]);

        parsed.Errors.ShouldBeEmpty();
        parsed.Invoke().ShouldBe(LedgerCommand.Unreadable);
        command.Parse([name, "--kafka", "127.0.0.1:1"]).Errors.ShouldHaveSingleItem();
    }

    private static string Refusal(string? brokers, string? file)
    {
        using var errors = new StringWriter();
        CollectCommand.Address(brokers, file, errors).ShouldBeNull();
        return errors.ToString();
    }

    private string Write(params string[] lines)
    {
        var file = Path.Combine(_folder.Path, "settings");
        File.WriteAllLines(file, lines);
        return file;
    }
}
