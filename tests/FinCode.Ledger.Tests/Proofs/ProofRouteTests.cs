using System.Text;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Proofs;
using FinCode.Ledger.Proofs;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>Proofs as callers get them, checked as an auditor checks them: with nothing but the answer.</summary>
public sealed class ProofRouteTests(ProofsFixture proofs) : IClassFixture<ProofsFixture>
{
    [Fact]
    public async Task Every_entry_of_a_book_has_a_proof_that_holds()
    {
        var book = await proofs.SampleAsync();
        using var client = proofs.Finance(book.Generator.Tenant);

        foreach (var (position, id) in (await EntriesAsync(book)).Where(entry => entry.Position % 37 == 1))
        {
            var proof = await client.GetJsonAsync<GetEntryProof.LedgerEntryProof>($"/v1/ledger/entries/{id}/proof");

            proof.Position.ShouldBe(position);
            proof.Record.ShouldBe(book.Generator.Lines[(int)position - 1]);
            var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(proof.Record));
            Convert.ToHexStringLower(leaf).ShouldBe(proof.LeafHash);
            Holds(proof, leaf).ShouldBeTrue($"position {position}");
            Holds(proof, MerkleTree.LeafHash([1])).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_proof_is_against_the_checkpoint_that_is_asked_for_or_the_first_with_the_entry()
    {
        var book = await proofs.SampleAsync();
        using var client = proofs.Finance(book.Generator.Tenant);
        var (first, last) = (book.Positions["last"], book.Generator.Position);
        var id = (await EntriesAsync(book)).First(entry => entry.Position == book.Positions["posted"]).Id;

        var early = await client.GetJsonAsync<GetEntryProof.LedgerEntryProof>($"/v1/ledger/entries/{id}/proof");
        var late = await client.GetJsonAsync<GetEntryProof.LedgerEntryProof>(
            $"/v1/ledger/entries/{id}/proof?size={last}");

        (early.Checkpoint.Size, late.Checkpoint.Size).ShouldBe((first, last));
        Holds(late, Convert.FromHexString(late.LeafHash)).ShouldBeTrue();
        (await Problem(client, $"/v1/ledger/entries/{id}/proof?size=500")).ShouldBe("404 NOT_FOUND");
        (await Problem(client, $"/v1/ledger/entries/{id}/proof?size=1")).ShouldBe("422 VALIDATION_ERROR size");
        (await Problem(client, $"/v1/ledger/entries/{EntryId.New()}/proof")).ShouldBe("404 NOT_FOUND");
        (await Problem(client, "/v1/ledger/entries/x/proof")).ShouldBe("422 VALIDATION_ERROR entryId");
    }

    [Fact]
    public async Task An_entry_that_is_not_signed_yet_has_no_proof_yet()
    {
        var book = await proofs.SampleAsync();
        book.Generator.Post(BookGenerator.Today, SampleBook.Debit(book.Psp, 1), SampleBook.Credit(book.Transit, 1));
        await book.Generator.WriteAsync(proofs.Service.Owner);
        using var client = proofs.Finance(book.Generator.Tenant);
        var id = (await EntriesAsync(book))[^1].Id;

        (await Problem(client, $"/v1/ledger/entries/{id}/proof")).ShouldBe("409 NOT_CHECKPOINTED");
        await proofs.SignAsync();
        (await client.GetAsync($"/v1/ledger/entries/{id}/proof")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Between_two_checkpoints_there_is_a_proof_that_records_were_only_added()
    {
        var book = await proofs.SampleAsync();
        using var client = proofs.Finance(book.Generator.Tenant);
        var (from, to) = (book.Positions["last"], book.Generator.Position);

        var proof = await client.GetJsonAsync<GetConsistencyProof.LedgerConsistencyProof>(
            $"/v1/ledger/checkpoints/consistency?from={from}&to={to}");

        byte[] Hash(string text) => Convert.FromHexString(text);
        MerkleProofs.VerifyConsistency(
            from, to, Hash(proof.From.RootHash), Hash(proof.To.RootHash), [.. proof.Path.Select(Hash)]).ShouldBeTrue();
        (await Problem(client, $"/v1/ledger/checkpoints/consistency?from=1&to={to}")).ShouldBe("404 NOT_FOUND");
        (await Problem(client, $"/v1/ledger/checkpoints/consistency?from={to}&to={from}"))
            .ShouldBe("422 VALIDATION_ERROR to");
        (await Problem(client, "/v1/ledger/checkpoints/consistency")).ShouldBe("422 VALIDATION_ERROR from to");
    }

    [Fact]
    public async Task Checkpoints_are_listed_newest_first_page_by_page()
    {
        var book = await proofs.SampleAsync();
        using var client = proofs.Finance(book.Generator.Tenant);

        var page = await client.GetJsonAsync<ListCheckpoints.LedgerCheckpointPage>("/v1/ledger/checkpoints?limit=1");
        var next = await client.GetJsonAsync<ListCheckpoints.LedgerCheckpointPage>(
            $"/v1/ledger/checkpoints?limit=1&before={page.Next}");

        page.Items.Concat(next.Items).Select(one => one.Size)
            .ShouldBe([book.Generator.Position, book.Positions["last"]]);
        next.Next.ShouldBeNull();
        (await Problem(client, "/v1/ledger/checkpoints?before=x")).ShouldBe("422 VALIDATION_ERROR before");
    }

    [Fact]
    public async Task Another_tenant_sees_nothing_and_other_roles_may_not_look()
    {
        var book = await proofs.SampleAsync();
        var id = (await EntriesAsync(book))[0].Id;
        using var stranger = proofs.Finance(TestTenant.New());
        using var cashier = proofs.Service.Client(book.Generator.Tenant, Roles.Cashier);

        (await Problem(stranger, $"/v1/ledger/entries/{id}/proof")).ShouldBe("404 NOT_FOUND");
        (await stranger.GetJsonAsync<ListCheckpoints.LedgerCheckpointPage>("/v1/ledger/checkpoints")).Items
            .ShouldBeEmpty();
        foreach (var path in new[] { $"entries/{id}/proof", "checkpoints", "checkpoints/consistency?from=1&to=2" })
            (await Problem(cashier, $"/v1/ledger/{path}")).ShouldBe("403 FORBIDDEN");
    }

    private static bool Holds(GetEntryProof.LedgerEntryProof proof, byte[] leaf) => MerkleProofs.VerifyInclusion(
        proof.Position - 1, proof.Checkpoint.Size, leaf, [.. proof.Path.Select(Convert.FromHexString)],
        Convert.FromHexString(proof.Checkpoint.RootHash));

    private static async Task<string> Problem(HttpClient client, string path) =>
        await (await client.GetAsync(path)).ProblemAsync();

    private async Task<IReadOnlyList<(long Position, EntryId Id)>> EntriesAsync(SampleBook book)
    {
        await using var command = proofs.Service.Owner.CreateCommand(
            $"select position, id from entries where tenant_id = '{book.Generator.Tenant.Value}' order by position");
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<(long, EntryId)>();
        while (await reader.ReadAsync())
            found.Add((reader.GetInt64(0), new EntryId(reader.GetGuid(1))));
        return found;
    }
}
