using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>Parties that were erased and never sent anything: of them there is no customer's file.</summary>
public sealed class ErasedPartyTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task The_words_of_cases_about_who_never_sent_anything_go_by_themselves_when_their_years_are_over()
    {
        var (old, young) = (await CaseOfBeneficiaryAsync(), await CaseOfBeneficiaryAsync());
        var olga = compliance.Officer(_tenant, "olga");
        foreach (var (party, id) in new[] { old, young })
        {
            (await olga.PostAsync($"/v1/cases/{id}/attachments", Plain("Zarkhovan's passport")))
                .EnsureSuccessStatusCode();
            (await olga.ProposeAsync(id, "RELEASE", "Zarkhovan came by.")).EnsureSuccessStatusCode();
            (await compliance.Officer(_tenant, "oscar").ApproveAsync(id)).EnsureSuccessStatusCode();
        }
        var report = await DraftAsync(old.Case);
        await AgeAsync(old.Case, report);
        await DestroyAsync();
        (await WordsAsync(old.Case)).ShouldBe((1, HttpStatusCode.OK));

        foreach (var (party, _) in new[] { old, young })
        {
            compliance.Transactions.Forget(_tenant, party);
            for (var i = 0; i < 2; i++)
                await compliance.Service.PublishAsync(_tenant, new PartyErased(party, PartyRole.Beneficiary));
        }
        await Eventually.TrueAsync(async () =>
        {
            compliance.Service.Services.GetRequiredService<JobSignal<DestroyKeys>>().Wake();
            return await compliance.CountAsync("select count(*) from case_keys where case_id = $1 "
                + "and wrapped_key is null", old.Case.Value) == 1;
        }, "the key to be destroyed");
        await DestroyAsync();

        (await WordsAsync(old.Case)).ShouldBe((0, HttpStatusCode.NotFound));
        (await WordsAsync(young.Case)).ShouldBe((1, HttpStatusCode.OK));
        await Eventually.TrueAsync(
            async () => (await ReportAsync(report)).TryGetProperty("erasedAt", out _), "the report is gone");
        await compliance.Service.ShouldRefuseAsync(_tenant, "goes with that of its customer",
            "update case_keys set wrapped_key = null, destroyed_at = now() where case_id = $1", young.Case.Value);
        (await compliance.CountAsync("select count(*) from erased_parties where tenant_id = $1", _tenant.Value))
            .ShouldBe(2);
        await AgeAsync(old.Case, null, by: "-6 years");
        using var output = new StringWriter();
        (await CaseFileVerification.RunAsync(compliance.Service.AppConnectionString, output, output,
            CancellationToken.None)).ShouldBe(CaseFileVerification.Fine, output.ToString());

        static ByteArrayContent Plain(string text) => new(System.Text.Encoding.UTF8.GetBytes(text))
        {
            Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() }, { "Content-Type", "text/plain" } },
        };
    }

    [Fact]
    public async Task A_case_that_froze_keeps_its_words_as_long_as_it_does()
    {
        var (party, id) = await CaseOfBeneficiaryAsync();
        (await compliance.Officer(_tenant, "olga").ProposeAsync(id, "FREEZE", "Zarkhovan it is."))
            .EnsureSuccessStatusCode();
        (await compliance.Officer(_tenant, "oscar").ApproveAsync(id)).EnsureSuccessStatusCode();
        await AgeAsync(id, null);

        await compliance.Service.PublishAsync(_tenant, new PartyErased(party, PartyRole.Beneficiary));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from erased_parties where party_id = $1", party.Value) == 1, "it is heard");
        await DestroyAsync();

        await compliance.Service.ShouldRefuseAsync(_tenant, "goes with that of its customer",
            "update case_keys set wrapped_key = null, destroyed_at = now() where case_id = $1", id.Value);
    }

    /// <summary>A beneficiary who was registered, and whom nobody sent anything.</summary>
    private async Task<(PartyId Party, CaseId Case)> CaseOfBeneficiaryAsync()
    {
        var party = compliance.Transactions.Add(_tenant, People.Listed with { Role = "BENEFICIARY" });
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(party, PartyRole.Beneficiary, 1, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from cases where party_id = $1", party.Value) == 1, "the case");
        var items = (await (await compliance.Officer(_tenant, "olga").GetAsync("/v1/cases/worklist")).JsonAsync())
            .GetProperty("items").EnumerateArray();
        return (party, CaseId.Parse(items.Single(one => one.GetProperty("partyId").GetString() == party.ToString())
            .GetProperty("id").GetString()!));
    }

    /// <summary>As if its last step, and that of a report about it, were six years old.</summary>
    private async Task AgeAsync(CaseId id, Uri? report, string by = "6 years")
    {
        await compliance.AsIfAsync(
            "case_events", $"update case_events set at = at - interval '{by}' where case_id = $1", id.Value);
        if (report is not null)
            await compliance.AsIfAsync("suspicion_report_events", "update suspicion_report_events "
                + "set at = at - interval '6 years' where report_id = $1",
                Guid.ParseExact(report.ToString().Split("sar_")[1], "N"));
    }

    private async Task DestroyAsync()
    {
        await using var scope = compliance.Service.Services.CreateAsyncScope();
        (await ActivatorUtilities.CreateInstance<DestroyKeys>(scope.ServiceProvider)
            .RunOnceAsync(CancellationToken.None)).ShouldBeFalse();
    }

    /// <summary>How many steps have a text, and what becomes of who opens the file.</summary>
    private async Task<(int Texts, HttpStatusCode File)> WordsAsync(CaseId id)
    {
        var olga = compliance.Officer(_tenant, "olga");
        return ((await (await olga.GetAsync($"/v1/cases/{id}")).JsonAsync()).GetProperty("steps").EnumerateArray()
            .Count(step => step.TryGetProperty("text", out _)),
            (await olga.GetAsync($"/v1/cases/{id}/attachments/2")).StatusCode);
    }

    private HttpClient Mlro => compliance.Service.ClientAs("mia", _tenant, Roles.Mlro);

    private async Task<JsonElement> ReportAsync(Uri report) => await (await Mlro.GetAsync(report)).JsonAsync();

    private async Task<Uri> DraftAsync(CaseId id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/suspicion-reports")
        {
            Content = JsonContent.Create(new { caseId = id, country = "GB" }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return (await Mlro.SendAsync(request)).Headers.Location.ShouldNotBeNull();
    }
}
