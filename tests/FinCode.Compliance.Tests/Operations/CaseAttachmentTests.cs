using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using FinCode.Compliance.CaseFiles;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>Files that officers put on cases.</summary>
public sealed class CaseAttachmentTests : IAsyncLifetime
{
    private static readonly byte[] Pdf = Encoding.ASCII.GetBytes("%PDF-1.7 a passport of Zarkhovan");

    private readonly ComplianceUnderTest _compliance = new();
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => _compliance.Officer(_tenant, "olga");

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task What_was_put_on_file_is_read_as_it_was_and_by_whom_is_written_down()
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        for (var i = 0; i < 2; i++)
            (await AttachAsync(id, Pdf, "a")).StatusCode.ShouldBe(HttpStatusCode.Created);

        var read = await _compliance.Officer(_tenant, "oscar").GetAsync($"/v1/cases/{id}/attachments/2");

        (await read.Content.ReadAsByteArrayAsync()).ShouldBe(Pdf);
        read.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        read.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        read.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var list = await (await Olga.GetAsync($"/v1/cases/{id}/attachments")).JsonAsync();
        list.GetProperty("items").GetArrayLength().ShouldBe(1);
        list.GetProperty("reads")[0].GetProperty("reader").GetString().ShouldBe("oscar");
        (await _compliance.CountAsync("select count(*) from case_attachments "
            + "where position('%PDF'::bytea in sealed) > 0 or position('Zarkhovan'::bytea in sealed) > 0")).ShouldBe(0);
        (await VerifyAsync()).ShouldBe(CaseFileVerification.Fine);
    }

    [Theory]
    [InlineData("MZ\u0090 a program")]
    [InlineData("")]
    [InlineData("text with \u0007 a bell")]
    public async Task What_is_neither_a_document_nor_plain_text_is_refused_whatever_it_is_called(string content)
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);

        (await AttachAsync(id, Encoding.Latin1.GetBytes(content), "a")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task What_is_too_large_is_refused_and_what_is_large_is_taken()
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        var large = Encoding.ASCII.GetBytes("%PDF-" + new string('x', AttachmentBytes.MaxBytes - 5));

        (await AttachAsync(id, [.. large, 0], "a")).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await AttachAsync(id, large, "b")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Nobody_else_reads_them_and_a_closed_case_takes_none()
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        await AttachAsync(id, Pdf, "a");
        foreach (var role in (string[])[Roles.Manager, Roles.Cashier, Roles.Finance, Roles.Partner])
        {
            var other = _compliance.Service.ClientAs("mallory", _tenant, role);
            (await other.GetAsync($"/v1/cases/{id}/attachments/2")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await other.GetAsync($"/v1/cases/{id}/attachments")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await _compliance.Officer(TestTenant.New(), "olga").GetAsync($"/v1/cases/{id}/attachments/2")).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (await _compliance.CountAsync("select count(*) from case_attachment_reads")).ShouldBe(0);
        await Olga.ProposeAsync(id, "REJECT");
        await _compliance.Officer(_tenant, "oscar").ApproveAsync(id);

        (await (await AttachAsync(id, Pdf, "b")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
    }

    [Theory]
    [InlineData("update case_attachments set sealed = sealed || '\\x00'")]
    [InlineData("delete from case_attachment_reads; delete from case_attachments")]
    public async Task A_file_that_was_changed_by_hand_is_found(string sql)
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        await AttachAsync(id, Pdf, "a");
        await _compliance.Service.ShouldRefuseAsync(_tenant, "append-only",
            "update case_attachments set size = 1 where case_id = $1", id.Value);
        await _compliance.Service.ByHandAsync(["case_attachments", "case_attachment_reads"], sql);

        (await VerifyAsync()).ShouldBe(CaseFileVerification.Wrong);
    }

    [Fact]
    public async Task A_case_takes_so_many_files_and_steps_and_can_then_still_be_decided()
    {
        var (_, _, id) = await _compliance.HoldAsync(_tenant);
        for (var i = 0; i < 50; i++)
            (await AttachAsync(id, Pdf, $"file-{i}")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await (await AttachAsync(id, Pdf, "one-more")).CodeAsync()).ShouldBe("CASE_FULL");
        for (var i = 51; i < Compliance.Model.Case.MaxSteps; i++)
            (await Olga.PostAsJsonAsync($"/v1/cases/{id}/assignments", new { assignee = $"officer-{i}" }))
                .EnsureSuccessStatusCode();

        (await (await Olga.PostAsJsonAsync($"/v1/cases/{id}/assignments", new { assignee = "olga" })).CodeAsync())
            .ShouldBe("CASE_FULL");
        (await Olga.ProposeAsync(id, "REJECT")).EnsureSuccessStatusCode();
        (await _compliance.Officer(_tenant, "oscar").ApproveAsync(id)).EnsureSuccessStatusCode();
        (await VerifyAsync()).ShouldBe(CaseFileVerification.Fine);
    }

    private async Task<HttpResponseMessage> AttachAsync(CaseId id, byte[] content, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cases/{id}/attachments")
        {
            Content = new ByteArrayContent(content),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        request.Headers.Add("Idempotency-Key", key);
        // A body that is refused is not sent.
        request.Headers.ExpectContinue = true;
        return await Olga.SendAsync(request);
    }

    private async Task<int> VerifyAsync()
    {
        using var output = new StringWriter();
        return await CaseFileVerification.RunAsync(
            _compliance.Service.AppConnectionString, output, output, CancellationToken.None);
    }
}
