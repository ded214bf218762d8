using System.Globalization;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>Proofs of a log that is too long to be read for each of them.</summary>
public sealed class LargeLogTests(ProofsFixture proofs, ITestOutputHelper output) : IClassFixture<ProofsFixture>
{
    private const int Leaves = 140_000;

    /// <summary>Three stored levels, and of each the subtrees beside a leaf's and those at the right edge.</summary>
    private const int MaxReads = 3 * 2 * 256;

    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_proof_reads_some_hundred_hashes_whatever_the_log_is_long()
    {
        await WriteAsync();
        await proofs.SignAsync();
        var leaves = Enumerable.Range(1, Leaves).Select(LeafAt).ToArray();
        var root = MerkleTree.Root(leaves);

        foreach (var index in new[] { 0, 1, 255, 256, 65_535, 65_536, 99_999, 131_071, 131_072, Leaves - 1 })
        {
            var (path, read) = await HashesAsync(MerkleTree.InclusionPath(index, Leaves));
            MerkleProofs.VerifyInclusion(index, Leaves, leaves[index], path, root).ShouldBeTrue($"leaf {index}");
            read.ShouldBeLessThanOrEqualTo(MaxReads);
            output.WriteLine($"inclusion of leaf {index}: {read} hashes read");
        }
        foreach (var from in new[] { 1, 256, 65_536, 77_777, 131_072, Leaves - 1 })
        {
            var (path, read) = await HashesAsync(MerkleTree.ConsistencyPath(from, Leaves));
            MerkleProofs.VerifyConsistency(from, Leaves, MerkleTree.Root([.. leaves.Take(from)]), root, path)
                .ShouldBeTrue($"from {from}");
            read.ShouldBeLessThanOrEqualTo(MaxReads);
            output.WriteLine($"consistency from {from}: {read} hashes read");
        }
        (await CountTilesAsync(8)).ShouldBe(Leaves >> 8);
        (await CountTilesAsync(16)).ShouldBe(Leaves >> 16);
    }

    /// <summary>Records that are not real ones, with real hashes: only the tree is looked at.</summary>
    private Task WriteAsync() => proofs.TamperAsync($"""
        insert into books (tenant_id) values ('{_tenant.Value}');
        do $$
        declare
            chain bytea := decode(repeat('00', 32), 'hex');
            leaf bytea;
        begin
            for position in 1..{Leaves} loop
                leaf := sha256(convert_to('leaf ' || position, 'UTF8'));
                chain := sha256(chain || leaf);
                insert into book_events (tenant_id, position, kind, content, booked_at, leaf_hash, chain_hash)
                values ('{_tenant.Value}', position, 'PERIOD_CLOSED', '', '2026-11-22', leaf, chain);
            end loop;
            update books set position = {Leaves}, chain_hash = chain where tenant_id = '{_tenant.Value}';
        end
        $$;
        """);

    private static byte[] LeafAt(int position) => System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes("leaf " + position.ToString(CultureInfo.InvariantCulture)));

    private async Task<(IReadOnlyList<byte[]> Hashes, int Read)> HashesAsync(IReadOnlyList<LeafRange> ranges)
    {
        await using var scope = proofs.Service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DbSession>().BeginAsync(_tenant, default);
        var tree = scope.ServiceProvider.GetRequiredService<TreeStore>();
        return (await tree.HashesAsync(ranges, default), tree.HashesRead);
    }

    private async Task<long> CountTilesAsync(int level)
    {
        await using var command = proofs.Service.Owner.CreateCommand(
            $"select count(*) from merkle_tiles where tenant_id = '{_tenant.Value}' and level = {level}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
