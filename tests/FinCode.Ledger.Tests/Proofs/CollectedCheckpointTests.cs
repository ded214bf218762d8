using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// Somebody outside keeps what the audit topic says. The service's own folder is not looked at: the topic is enough to
/// find what was done to the database.
/// </summary>
public sealed class CollectedCheckpointTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> s_none = [];

    private readonly ProofsFixture _proofs = new();
    private readonly TenantId _tenant = TestTenant.New();
    private readonly string _folder = Path.Combine(TestServers.NewFolder("collected"), "checkpoints");

    public Task InitializeAsync() => _proofs.InitializeAsync();

    public Task DisposeAsync() => _proofs.DisposeAsync();

    [Fact]
    public async Task Only_what_is_new_is_written_and_as_the_service_writes_it()
    {
        var (generator, psp, transit) = await WriteAsync(1_000);
        await SignAsync(generator);
        Collect().ShouldBe((0, $"Wrote 1 checkpoints to {_folder}; the topic has 1.\n"));
        Collect().ShouldBe((0, $"Wrote 0 checkpoints to {_folder}; the topic has 1.\n"));

        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 5), SampleBook.Credit(transit, 5));
        await generator.WriteAsync(_proofs.Service.Owner);
        await SignAsync(generator);
        Collect().Said.ShouldStartWith("Wrote 1 checkpoints");
        Collect().Said.ShouldStartWith("Wrote 0 checkpoints");

        Files(_folder).ShouldBe(Files(_proofs.Folder));
        _proofs.Verify(_folder).Said.ShouldContain("and 2 of 2 outside");
        // The service may take over where the collector was, and writes nothing twice.
        await using var replica = await _proofs.StartReplicaAsync(_folder, _proofs.Key);
        await ProofsFixture.SignAsync(replica);
        Files(_folder).ShouldBe(Files(_proofs.Folder));
    }

    [Fact]
    public async Task What_is_missing_or_torn_in_the_folder_is_written_again()
    {
        var (generator, psp, transit) = await WriteAsync(1_000);
        await SignAsync(generator);
        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 5), SampleBook.Credit(transit, 5));
        await generator.WriteAsync(_proofs.Service.Owner);
        await SignAsync(generator);
        Collect();
        var file = Directory.GetFiles(_folder, "*.jws").Single();
        var whole = await File.ReadAllTextAsync(file);

        await File.WriteAllTextAsync(file, whole[..^1]);
        Collect().Said.ShouldStartWith("Wrote 1 checkpoints");
        (await File.ReadAllTextAsync(file)).ShouldBe(whole);

        await File.WriteAllLinesAsync(file, whole.Split('\n').Skip(1).Take(1));
        Collect().Said.ShouldStartWith("Wrote 1 checkpoints");
        (await File.ReadAllLinesAsync(file)).Order().ShouldBe(whole.Split('\n').Where(line => line != "").Order());
    }

    [Fact]
    public async Task A_log_that_was_rewritten_with_its_checkpoints_is_found_by_what_was_collected()
    {
        var (generator, _, _) = await WriteAsync(1_000);
        await SignAsync(generator);
        Collect().Code.ShouldBe(0);
        await _proofs.TamperAsync(RewriteTests.Forget + "delete from checkpoints; delete from merkle_tiles");
        await WriteAsync(999);
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Fine);

        var (code, said) = _proofs.Verify(_folder);

        said.ShouldContain("the checkpoint outside the database: the root hash that was signed is not the log's");
        code.ShouldBe(LedgerVerification.Wrong);

        // Signed anew by the service itself, the forgery comes to the topic, and stands beside what was there.
        await _proofs.TamperAsync("delete from checkpoints");
        await using (var forger = await _proofs.StartReplicaAsync(TestServers.NewFolder("forger"), _proofs.Key))
        {
            await ProofsFixture.SignAsync(forger);
        }
        await Eventually.TrueAsync(
            () => _proofs.Service.Events.All<LedgerCheckpointed>(_tenant).Count == 2, "the forgery is on the topic");
        Collect().Said.ShouldStartWith("Wrote 1 checkpoints");
        _proofs.Verify(_folder).Said.ShouldContain("there are two different checkpoints of this size");
    }

    [Fact]
    public async Task A_tail_that_was_cut_is_found_by_what_was_collected_after_the_cut()
    {
        var (generator, _, _) = await WriteAsync(1_000, entries: 9);
        await SignAsync(generator);
        await _proofs.TamperAsync(RewriteTests.Forget + "delete from checkpoints; delete from merkle_tiles");
        await WriteAsync(1_000, entries: 8);
        _proofs.Verify().Code.ShouldBe(LedgerVerification.Fine);

        Collect().Code.ShouldBe(0);

        _proofs.Verify(_folder).ShouldSatisfyAllConditions(
            found => found.Said.ShouldContain("its tail was cut"),
            found => found.Code.ShouldBe(LedgerVerification.Wrong));
    }

    [Fact]
    public async Task What_is_no_checkpoint_or_not_signed_by_the_keys_is_left_out_and_said()
    {
        var (generator, _, _) = await WriteAsync(1_000);
        await SignAsync(generator);
        var told = _proofs.Service.Events.All<LedgerCheckpointed>(_tenant).Single();
        using var stolen = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = Checkpoint.Read(told.Jws).Sign(bytes =>
            stolen.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        foreach (var jws in new[] { "no.checkpoint.", told.Jws.Insert(10, "\n"), forged })
            await _proofs.Service.PublishAsync(_tenant, told with { Jws = jws });
        await _proofs.Service.Events.PublishRawAsync(LedgerCheckpointed.Topic, "key", "{");

        var (code, said) = Collect(keys: _proofs.KeysFile);

        code.ShouldBe(0);
        said.ShouldBe(
            $"Wrote 1 checkpoints to {_folder}; the topic has 1.\n"
            + "3 messages hold no checkpoint that one of the keys signed, and were left out.\n"
            + "1 messages of the topic fincode.audit cannot be read and were passed over.\n");
        _proofs.Verify(_folder).Code.ShouldBe(LedgerVerification.Fine);

        Collect().Said.ShouldContain("Wrote 1 checkpoints");
        _proofs.Verify(_folder).Code.ShouldBe(LedgerVerification.Wrong);
    }

    [Fact]
    public async Task Where_nothing_can_be_collected_a_sentence_says_why()
    {
        Collect().ShouldBe((2, "Cannot collect checkpoints: There is no topic fincode.audit at "
            + $"{_proofs.Service.BootstrapServers}, or it is not for us to see. "
            + "The service makes it when it first publishes.\n"));
        Collect(brokers: "127.0.0.1:1").ShouldSatisfyAllConditions(
            answer => answer.Code.ShouldBe(LedgerVerification.Unreadable),
            answer => answer.Said.ShouldStartWith(
                "Cannot collect checkpoints: No answer from the brokers at 127.0.0.1:1: "));
        Collect(settings: new() { ["security.protocl"] = "SSL" }).Said
            .ShouldContain("The broker's settings are wrong: No such configuration property: \"security.protocl\"");
        var file = Path.Combine(TestServers.NewFolder("file"), "file");
        await File.WriteAllTextAsync(file, "");
        Collect(folder: file).ShouldSatisfyAllConditions(
            answer => answer.Code.ShouldBe(LedgerVerification.Unreadable),
            answer => answer.Said.ShouldContain(file));
        using var taken = CheckpointFolder.TryOpen(_folder);
        Collect().Said.ShouldBe(
            $"Cannot collect checkpoints: {_folder} cannot be written, or another process is writing there.\n");
        Collect(keys: file).Said.ShouldContain($"{file} holds no key.");
    }

    private (int Code, string Said) Collect(
        string? folder = null, string? brokers = null, string? keys = null, Dictionary<string, string>? settings = null)
    {
        using var output = new StringWriter();
        var address = new KafkaAddress(brokers ?? _proofs.Service.BootstrapServers, settings ?? s_none);
        var code = CheckpointCollector.Run(address, folder ?? _folder, keys, output, CancellationToken.None);
        return (code, output.ToString());
    }

    /// <summary>Signs, and waits until the topic has it.</summary>
    private async Task SignAsync(BookGenerator generator)
    {
        await _proofs.SignAsync();
        await _proofs.Service.Events.WaitForAsync<LedgerCheckpointed>(
            told => told.Book == _tenant && told.Size == generator.Position);
    }

    private static (string Name, string Text)[] Files(string folder) =>
    [
        .. Directory.GetFiles(folder).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Order()
            .Select(file => (Path.GetFileName(file), File.ReadAllText(file))),
    ];

    private async Task<(BookGenerator, GeneratedAccount Psp, GeneratedAccount Transit)> WriteAsync(
        long amount, int entries = 9)
    {
        var generator = new BookGenerator(_tenant);
        var psp = generator.Open("psp:x", "GBP", true, "ASSET");
        var transit = generator.Open("transit:a", "GBP", false, "LIABILITY", minimum: 0);
        for (var i = 0; i < entries; i++)
            generator.Post(
                BookGenerator.Today, SampleBook.Debit(psp, amount + i), SampleBook.Credit(transit, amount + i));
        await generator.WriteAsync(_proofs.Service.Owner);
        return (generator, psp, transit);
    }
}
