using System.Security.Cryptography;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>When and how logs are signed, and what is never signed.</summary>
public sealed class CheckpointTests(ProofsFixture proofs) : IClassFixture<ProofsFixture>
{
    [Fact]
    public async Task A_book_that_moved_is_signed_once_and_published_as_event_and_as_line()
    {
        var (generator, psp, transit) = await NewBookAsync();

        await proofs.SignAsync();
        await proofs.SignAsync();

        var row = (await CheckpointsAsync(generator.Tenant)).ShouldHaveSingleItem();
        row.Size.ShouldBe(2);
        var told = await proofs.Service.Events.WaitForAsync<LedgerCheckpointed>(e => e.Book == generator.Tenant);
        (told.Size, told.Jws).ShouldBe((2, row.Jws));
        Lines().Count(line => line == row.Jws).ShouldBe(1);

        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 1), SampleBook.Credit(transit, 1));
        await generator.WriteAsync(proofs.Service.Owner);
        await proofs.SignAsync();
        (await CheckpointsAsync(generator.Tenant)).Select(one => one.Size).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task What_is_signed_is_the_root_and_the_chain_and_anybody_can_check_the_signature()
    {
        var (generator, _, _) = await NewBookAsync();
        await proofs.SignAsync();
        var jws = (await CheckpointsAsync(generator.Tenant)).Single().Jws;
        using var anybody = proofs.Service.AnonymousClient();
        var key = JsonDocument.Parse(await anybody.GetStringAsync("/v1/ledger/signing-keys"))
            .RootElement.GetProperty("keys")[0];

        var parts = jws.Split('.');
        using var publicKey = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Decode(key.GetProperty("x").GetString()!),
                Y = Decode(key.GetProperty("y").GetString()!),
            },
        });
        publicKey.VerifyData(
            System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256)
            .ShouldBeTrue();
        var header = JsonDocument.Parse(Decode(parts[0])).RootElement;
        header.GetProperty("alg").GetString().ShouldBe("ES256");
        header.GetProperty("kid").GetString().ShouldBe(key.GetProperty("kid").GetString());
        var payload = JsonDocument.Parse(Decode(parts[1])).RootElement;
        var leaves = generator.Lines
            .Select(line => MerkleTree.LeafHash(System.Text.Encoding.UTF8.GetBytes(line))).ToArray();
        payload.GetProperty("book").GetString().ShouldBe(generator.Tenant.Value.ToString());
        payload.GetProperty("size").GetInt64().ShouldBe(2);
        payload.GetProperty("rootHash").GetString()
            .ShouldBe(Convert.ToHexStringLower(SHA256.HashData([1, .. leaves[0], .. leaves[1]])));
        payload.GetProperty("chainHash").GetString().ShouldBe(Convert.ToHexStringLower(
            SHA256.HashData([.. SHA256.HashData([.. new byte[32], .. leaves[0]]), .. leaves[1]])));
    }

    [Fact]
    public async Task Replicas_that_sign_at_once_sign_one_checkpoint_of_a_size()
    {
        await using var other = await proofs.StartReplicaAsync(TestServers.NewFolder("other"), proofs.Key);
        var books = new List<BookGenerator>();
        for (var i = 0; i < 5; i++)
            books.Add((await NewBookAsync()).Generator);

        await Task.WhenAll(proofs.SignAsync(), ProofsFixture.SignAsync(other), proofs.SignAsync());
        await proofs.SignAsync();

        foreach (var book in books)
            (await CheckpointsAsync(book.Tenant)).ShouldHaveSingleItem();
        Lines().GroupBy(line => line[..line.LastIndexOf('.')]).ShouldAllBe(same => same.Distinct().Count() == 1);
    }

    [Fact]
    public async Task A_crash_between_the_commit_and_the_file_loses_nothing_and_forks_nothing()
    {
        var (generator, psp, transit) = await NewBookAsync();

        // The commit of a run that was cut off before it came to the file.
        await SignWithoutPublishingAsync(generator.Tenant);
        var committed = (await CheckpointsAsync(generator.Tenant)).Single().Jws;
        Lines().ShouldNotContain(committed);
        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 1), SampleBook.Credit(transit, 1));
        await generator.WriteAsync(proofs.Service.Owner);

        await proofs.SignAsync();

        var rows = await CheckpointsAsync(generator.Tenant);
        rows.Select(row => row.Size).ShouldBe([2, 3]);
        Lines().Where(line => rows.Any(row => row.Jws == line))
            .ShouldBe(rows.Select(row => row.Jws), ignoreOrder: true);
    }

    [Fact]
    public async Task A_crash_while_a_line_is_written_or_before_it_is_noted_leaves_only_whole_lines()
    {
        var (generator, _, _) = await NewBookAsync();
        await SignWithoutPublishingAsync(generator.Tenant);
        var jws = (await CheckpointsAsync(generator.Tenant)).Single().Jws;
        var file = Directory.GetFiles(proofs.Folder, "*.jws").Order().LastOrDefault()
            ?? Path.Combine(proofs.Folder, $"checkpoints-{TimeProvider.System.GetUtcNow():yyyy-MM-dd}.jws");
        await File.AppendAllTextAsync(file, jws[..40]);

        await proofs.SignAsync();
        Lines().Count(line => line == jws).ShouldBe(1);

        File.Delete(Path.Combine(proofs.Folder, "published.json"));
        await proofs.SignAsync();
        Lines().ShouldContain(jws);
        Lines().ShouldAllBe(line => line.Split('.').Length == 3);
        proofs.Verify(proofs.Folder).Said.ShouldStartWith("Fine");
    }

    [Fact]
    public async Task A_log_that_does_not_continue_what_was_signed_is_not_signed()
    {
        await using var own = new OwnService();
        await own.InitializeAsync();
        var (generator, psp, transit) = await NewBookAsync(own.Proofs);
        await own.Proofs.SignAsync();
        await own.Proofs.TamperAsync(
            $"update book_events set leaf_hash = sha256('x') "
            + $"where tenant_id = '{generator.Tenant.Value}' and position = 1");
        generator.Post(BookGenerator.Today, SampleBook.Debit(psp, 1), SampleBook.Credit(transit, 1));
        await generator.WriteAsync(own.Proofs.Service.Owner);
        var (other, _, _) = await NewBookAsync(own.Proofs);

        await own.Proofs.SignAsync();

        (await CheckpointsAsync(generator.Tenant, own.Proofs)).ShouldHaveSingleItem();
        (await CheckpointsAsync(other.Tenant, own.Proofs)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_database_that_knows_less_than_was_published_signs_nothing_for_that_book()
    {
        await using var own = new OwnService();
        await own.InitializeAsync();
        var (generator, _, _) = await NewBookAsync(own.Proofs);
        await own.Proofs.SignAsync();
        await own.Proofs.TamperAsync("delete from checkpoints");

        await own.Proofs.SignAsync();

        (await CheckpointsAsync(generator.Tenant, own.Proofs)).ShouldBeEmpty();
        own.Proofs.Verify(own.Proofs.Folder).Said.ShouldContain("is outside the database, but not in it");
    }

    [Fact]
    public async Task A_folder_that_is_away_keeps_nothing_from_being_signed_and_is_caught_up_with()
    {
        await using var own = new OwnService();
        await own.InitializeAsync();
        var (generator, _, _) = await NewBookAsync(own.Proofs);
        Directory.Delete(own.Proofs.Folder, recursive: true);

        await own.Proofs.SignAsync();

        (await CheckpointsAsync(generator.Tenant, own.Proofs)).ShouldHaveSingleItem();
        Directory.CreateDirectory(own.Proofs.Folder);
        await own.Proofs.SignAsync();
        own.Proofs.Verify(own.Proofs.Folder).Said.ShouldContain("and 1 of 1 outside");
    }

    [Theory]
    [InlineData("update checkpoints set jws = ''", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("delete from checkpoints", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("truncate merkle_tiles", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("update merkle_tiles set hash = hash", PostgresErrorCodes.InsufficientPrivilege)]
    public async Task The_services_role_cannot_change_what_was_signed(string sql, string state) =>
        await ShouldRefuseAsync(NpgsqlDataSource.Create(proofs.Service.AppConnectionString), sql, state);

    [Theory]
    [InlineData("update checkpoints set jws = ''")]
    [InlineData("delete from checkpoints")]
    [InlineData("truncate checkpoints")]
    [InlineData("update merkle_tiles set hash = hash")]
    [InlineData("delete from merkle_tiles")]
    public async Task Not_even_the_owner_changes_what_was_signed(string sql) =>
        await ShouldRefuseAsync(proofs.Service.Owner, sql, PostgresErrorCodes.RestrictViolation);

    [Theory]
    [InlineData("2", PostgresErrorCodes.RestrictViolation)]
    [InlineData("1", PostgresErrorCodes.RestrictViolation)]
    [InlineData("3", PostgresErrorCodes.CheckViolation)]
    public async Task The_database_takes_checkpoints_only_of_the_log_and_only_forward(string size, string state)
    {
        var (generator, _, _) = await NewBookAsync();
        await proofs.SignAsync();

        await ShouldRefuseAsync(
            proofs.Service.Owner,
            $"insert into checkpoints select tenant_id, {size}, root_hash, chain_hash, issued_at, key_id, jws "
            + $"from checkpoints where tenant_id = '{generator.Tenant.Value}'", state);
    }

    private static async Task ShouldRefuseAsync(NpgsqlDataSource source, string sql, string state)
    {
        await using var command = source.CreateCommand(sql);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(state);
    }

    private async Task SignWithoutPublishingAsync(TenantId tenant)
    {
        await using var scope = proofs.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<FinCode.Messaging.DbSession>();
        await session.BeginAsync(tenant, default);
        (await scope.ServiceProvider.GetRequiredService<CheckpointDesk>().SignAsync(0, default)).ShouldBeFalse();
        await session.CommitAsync(default);
    }

    private Task<(BookGenerator Generator, GeneratedAccount, GeneratedAccount)> NewBookAsync() => NewBookAsync(proofs);

    private static async Task<(BookGenerator Generator, GeneratedAccount Psp, GeneratedAccount Transit)> NewBookAsync(
        ProofsFixture proofs)
    {
        var generator = new BookGenerator(TestTenant.New());
        var psp = generator.Open("psp:x", "GBP", true, "ASSET");
        var transit = generator.Open("transit:a", "GBP", false, "LIABILITY", minimum: 0);
        await generator.WriteAsync(proofs.Service.Owner);
        return (generator, psp, transit);
    }

    private Task<IReadOnlyList<(long Size, string Jws)>> CheckpointsAsync(TenantId tenant) =>
        CheckpointsAsync(tenant, proofs);

    private static async Task<IReadOnlyList<(long Size, string Jws)>> CheckpointsAsync(
        TenantId tenant, ProofsFixture proofs)
    {
        await using var command = proofs.Service.Owner.CreateCommand(
            $"select size, jws from checkpoints where tenant_id = '{tenant.Value}' order by size");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(long, string)>();
        while (await reader.ReadAsync())
            rows.Add((reader.GetInt64(0), reader.GetString(1)));
        return rows;
    }

    private string[] Lines() =>
        [.. Directory.GetFiles(proofs.Folder, "*.jws").Order().SelectMany(file => File.ReadAllLines(file))];

    private static byte[] Decode(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}

/// <summary>A service with a database and a folder that no other test looks at.</summary>
internal sealed class OwnService : IAsyncDisposable
{
    public ProofsFixture Proofs { get; } = new();

    public Task InitializeAsync() => Proofs.InitializeAsync();

    public async ValueTask DisposeAsync() => await Proofs.DisposeAsync();
}
