using System.Net.Http.Headers;
using FinCode.Contracts;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Lists of the platform and a tenant's own that come into force while a transfer is screened.</summary>
public sealed class ListSnapshotTests : RescreeningTests
{
    [Fact]
    public async Task A_screening_has_met_all_lists_of_the_version_that_it_names()
    {
        await Compliance.Officer(Tenant, "ada").PutAsync("/v1/screening-lists/own", new StringContent(
            "id,kind,name\nown-1,PERSON,Quillon Brastoe\n", new MediaTypeHeaderValue("text/csv", "utf-8")));
        await using var connection = await Compliance.Service.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await DoAsync(connection, "lock table own_lists in access exclusive mode");

        // The screening comes as far as the tenant's own list; then the platform's second version and the own third do.
        var (transfer, _) = await Compliance.FundAsync(Tenant, Newcomer, People.Innocent);
        await Eventually.TrueAsync(async () => await Compliance.CountAsync("select count(*) from pg_locks "
            + "where relation = 'own_lists'::regclass and not granted") == 1, "the screening to wait");
        Change("sdn.csv", text => NewEntry + text);
        await VersionAsync(2);
        await DoAsync(connection, "with made as (insert into list_versions (loaded_at, owner, editions) "
            + "select now(), tenant_id, '{\"OFAC_SDN\": 2, \"OWN\": 1}' from own_lists returning version, owner) "
            + "update own_lists set state = 'IN_FORCE', approved_by = 'ben', approved_at = now(), "
            + "list_version = version from made where tenant_id = owner");
        await transaction.CommitAsync();

        var screened = await Compliance.ScreenedAsync(transfer);
        (screened.Outcome, screened.ListVersion).ShouldBe((ScreeningOutcome.Review, 3));
    }

    private static async Task DoAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
