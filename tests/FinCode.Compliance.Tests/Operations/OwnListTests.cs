using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FinCode.Contracts;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Compliance.Tests.Operations;

public sealed class OwnListTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private const string Csv = "id,kind,name,aliases\nown-1,PERSON,Quillon Brastoe,Quil Brasto\n";

    private static readonly StandInParty OnlyListedHere = new("Quillon Brastoe", "1980-02-03");

    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_list_of_ones_own_is_screened_with_when_a_second_person_approved_it_by_that_tenant_only()
    {
        (await OutcomeAsync(_tenant)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var proposed = await (await UploadAsync("ada", Csv)).JsonAsync();
        (proposed.GetProperty("edition").GetInt64(), proposed.GetProperty("state").GetString(),
            proposed.GetProperty("names").GetInt32()).ShouldBe((1, "PROPOSED", 2));
        (await OutcomeAsync(_tenant)).Outcome.ShouldBe(ScreeningOutcome.Clear);

        var refused = await ApproveAsync("ada", 1);
        (refused.StatusCode, await refused.CodeAsync()).ShouldBe((HttpStatusCode.Forbidden, "FOUR_EYES"));
        var approved = await (await ApproveAsync("ben", 1)).JsonAsync();
        approved.GetProperty("state").GetString().ShouldBe("IN_FORCE");

        var version = approved.GetProperty("listVersion").GetInt64();
        (await compliance.CountAsync("select count(*) from list_versions where version = $1 and owner = $2 "
            + "and editions = '{\"OFAC_SDN\": 1, \"OWN\": 1}'", version, _tenant.Value)).ShouldBe(1);
        var announced = await compliance.Service.Events.WaitForAsync<ScreeningBasisChanged>(
            changed => changed.Owner == _tenant);
        (announced.ListVersion, announced.PolicyVersion).ShouldBe((version, null));
        var (outcome, under) = await OutcomeAsync(_tenant);
        (outcome, under).ShouldBe((ScreeningOutcome.Review, version));
        (await OutcomeAsync(TestTenant.New())).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await compliance.CountAsync("select count(*) from screenings, jsonb_array_elements(evidence->'parties') party "
            + "where tenant_id = $1 and position('\"OWN\"' in evidence::text) > 0", _tenant.Value))
            .ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_newer_edition_replaces_the_older_one_and_a_proposal_the_waiting_one()
    {
        await UploadAsync("ada", Csv);
        await ApproveAsync("ben", 1);
        (await OutcomeAsync(_tenant)).Outcome.ShouldBe(ScreeningOutcome.Review);

        await UploadAsync("ada", "id,kind,name\nx,PERSON,Someone Mistaken\n");
        await UploadAsync("ada", "id,kind,name\n");
        var repeated = await (await UploadAsync("ada", "id,kind,name\n")).JsonAsync();
        repeated.GetProperty("edition").GetInt64().ShouldBe(3);
        (await ApproveAsync("ben", 2)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ApproveAsync("ben", 3)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ApproveAsync("ben", 3)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ApproveAsync("ben", 4)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await OutcomeAsync(_tenant)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var all = await (await Officer("ada").GetAsync("/v1/screening-lists/own")).JsonAsync();
        all.GetProperty("editions").EnumerateArray().Select(one => one.GetProperty("state").GetString())
            .ShouldBe(["IN_FORCE", "WITHDRAWN", "REPLACED"]);
    }

    [Fact]
    public async Task Lists_of_others_are_nobodys_business()
    {
        await UploadAsync("ada", Csv);
        var stranger = compliance.Service.ClientAs("eve", TestTenant.New(), Roles.Compliance);

        (await stranger.PostAsync("/v1/screening-lists/own/1/approve", null)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (await (await stranger.GetAsync("/v1/screening-lists/own")).JsonAsync())
            .GetProperty("editions").GetArrayLength().ShouldBe(0);
        await using var source = NpgsqlDataSource.Create(compliance.Service.AppConnectionString);
        await using var look = source.CreateCommand("select count(*) from own_lists");
        (await look.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Theory]
    [InlineData("", 422)]
    [InlineData("id,kind,name\n1,PERSON,Cut off", 422)]
    [InlineData("id,kind,name\n1,ROBOT,R\n", 422)]
    public async Task A_damaged_upload_is_refused_with_the_reason(string text, int status)
    {
        var answer = await UploadAsync("ada", text);

        ((int)answer.StatusCode).ShouldBe(status);
        (await answer.CodeAsync()).ShouldBe("VALIDATION_ERROR");
    }

    [Fact]
    public async Task Only_officers_upload_csv_of_a_bounded_size()
    {
        (await Officer("ada").PutAsync("/v1/screening-lists/own", new StringContent("{}", Encoding.UTF8,
            "application/json"))).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await UploadAsync("ada", Csv + new string('x', 300_000))).StatusCode
            .ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        foreach (var role in (string[])[Roles.Manager, Roles.Cashier, Roles.Partner, Roles.Customer])
        {
            var other = compliance.Service.ClientAs("kim", _tenant, role);
            (await other.PutAsync("/v1/screening-lists/own", Body(Csv))).StatusCode
                .ShouldBe(HttpStatusCode.Forbidden);
            (await other.PostAsync("/v1/screening-lists/own/1/approve", null)).StatusCode
                .ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("update own_lists set state = 'IN_FORCE', approved_by = uploaded_by, approved_at = now(), "
        + "list_version = (select max(version) from list_versions) where tenant_id = $1")]
    [InlineData("update own_lists set state = 'IN_FORCE' where tenant_id = $1")]
    public async Task The_database_refuses_a_list_in_force_without_a_second_person(string sql)
    {
        await UploadAsync("ada", Csv);

        var refusal = await Should.ThrowAsync<PostgresException>(() => compliance.CountAsync(sql, _tenant.Value));

        refusal.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }

    [Theory]
    [InlineData("replaced by a newer edition only",
        "update own_lists set state = 'REPLACED' where tenant_id = $1 and state = 'IN_FORCE'")]
    [InlineData("does not go from REPLACED to IN_FORCE",
        "update own_lists set state = 'IN_FORCE' where tenant_id = $1 and state = 'REPLACED'")]
    [InlineData("does not go from IN_FORCE to WITHDRAWN", "update own_lists set state = 'WITHDRAWN', "
        + "approved_by = null, approved_at = null, list_version = null where tenant_id = $1 and state = 'IN_FORCE'")]
    [InlineData("is not rewritten", "update own_lists set state = 'REPLACED', approved_by = 'otto' "
        + "where tenant_id = $1 and state = 'IN_FORCE'")]
    [InlineData("is not rewritten", "update own_lists set state = 'WITHDRAWN', content = content_hash "
        + "where tenant_id = $1 and state = 'PROPOSED'")]
    [InlineData("is proposed first", "insert into own_lists select tenant_id, edition + 10, 'IN_FORCE', content_hash, "
        + "content, entries, names, uploaded_by, uploaded_at, approved_by, approved_at, list_version from own_lists "
        + "where tenant_id = $1 and state = 'REPLACED'")]
    [InlineData("never deleted", "delete from own_lists where tenant_id = $1")]
    public async Task Direct_sql_neither_ends_a_list_nor_puts_an_old_one_back(string reason, string sql)
    {
        await UploadAsync("ada", Csv);
        await ApproveAsync("ben", 1);
        await UploadAsync("ada", "id,kind,name\n");
        (await ApproveAsync("ben", 2)).EnsureSuccessStatusCode();
        (await UploadAsync("ada", Csv)).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, _tenant.Value);
    }

    private static StringContent Body(string text) => new(text, new MediaTypeHeaderValue("text/csv", "utf-8"));

    private HttpClient Officer(string name) => compliance.Officer(_tenant, name);

    private Task<HttpResponseMessage> UploadAsync(string by, string text) =>
        Officer(by).PutAsync("/v1/screening-lists/own", Body(text));

    private Task<HttpResponseMessage> ApproveAsync(string by, long edition) =>
        Officer(by).PostAsync($"/v1/screening-lists/own/{edition}/approve", null);

    private async Task<(ScreeningOutcome Outcome, long ListVersion)> OutcomeAsync(TenantId tenant)
    {
        var (id, _) = await compliance.FundAsync(tenant, OnlyListedHere, People.Innocent);
        var done = await compliance.ScreenedAsync(id);
        return (done.Outcome, done.ListVersion);
    }
}
