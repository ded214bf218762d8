using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class BadInputTests
{
    [Theory]
    [InlineData("note", "a\u0000b", "/note")]
    [InlineData("relationship", "a\u0000b", "/relationship")]
    [InlineData("relationship", "a\u001bb", "/relationship")]
    public async Task A_text_with_control_characters_is_pointed_at_and_nothing_is_stored(
        string field, string text, string pointer)
    {
        var desk = await Desk.OpenAsync();
        var body = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        body[field] = text;

        await ShouldPointAtAsync(await desk.PostTransactionAsync(body), pointer);
        (await desk.ScalarAsync<long>("select count(*) from transactions where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(0);
    }

    [Theory]
    [InlineData("058", "123\n456", "/payoutDetails/accountNumber")]
    [InlineData("0\u00005", "123456", "/payoutDetails/bankCode")]
    public async Task What_goes_to_a_provider_is_one_line(string bankCode, string accountNumber, string pointer)
    {
        var desk = await Desk.OpenAsync();
        var body = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        body["payoutDetails"] = new { bankCode, accountNumber };

        await ShouldPointAtAsync(await desk.PostTransactionAsync(body), pointer);
    }

    [Theory]
    [InlineData(null, "Ada\n", "Obi", "/beneficiary/firstName")]
    [InlineData("Ada\tObi", null, null, "/beneficiary/fullName")]
    [InlineData("Ada Obi", "Ada", "Obi", "/beneficiary/fullName")]
    public async Task A_name_is_one_line_and_given_in_one_way(
        string? fullName, string? firstName, string? lastName, string pointer)
    {
        var desk = await Desk.OpenAsync();
        var body = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        body["beneficiary"] = new { kind = "PERSON", fullName, firstName, lastName, country = "NG" };

        await ShouldPointAtAsync(await desk.PostTransactionAsync(body), pointer);
    }

    [Theory]
    [InlineData("?pageSize=many", "pageSize")]
    [InlineData("?pageSize=99999999999", "pageSize")]
    [InlineData("?pcn=%00", "pcn")]
    public async Task A_parameter_that_makes_no_sense_is_pointed_at(string query, string pointer)
    {
        var desk = await Desk.OpenAsync();

        await ShouldPointAtAsync(
            await desk.Partner.GetAsync(new Uri("/v1/transactions" + query, UriKind.Relative)), pointer);
    }

    [Theory]
    [InlineData("{}", "application/json; charset=bogus", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("{}", "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE")]
    [InlineData("", "application/json", 400, "MALFORMED_REQUEST")]
    [InlineData("null", "application/json", 400, "MALFORMED_REQUEST")]
    [InlineData("""{"feeInclusive": true, "feeInclusive": false}""", "application/json", 422, "VALIDATION_ERROR")]
    public async Task A_body_that_is_no_request_gets_a_sentence_without_words_of_the_program(
        string body, string contentType, int status, string code)
    {
        var desk = await Desk.OpenAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var problem = await Desk.ProblemOf(
            await desk.Partner.PostAsync(new Uri("/v1/quotes", UriKind.Relative), content));

        (problem.Status, problem.Code).ShouldBe((status, code));
        problem.Text.ShouldContain("\"detail\"");
        problem.Text.ShouldNotContain("parameter");
        problem.Text.ShouldNotContain("Service");
    }

    [Theory]
    [InlineData("methods", "/methods/0")]
    [InlineData("payIns", "/payIns/0")]
    public async Task A_corridor_with_an_empty_item_is_refused(string list, string pointer)
    {
        var desk = await Desk.OpenAsync();
        var corridor = JsonSerializer.SerializeToNode(Desk.Corridor())!;
        corridor[list]![0] = null;

        await ShouldPointAtAsync(await desk.PutCorridorAsync("GB-GH", corridor), pointer);
    }

    [Fact]
    public async Task Who_may_not_and_what_is_not_there_are_told_in_a_sentence()
    {
        var desk = await Desk.OpenAsync();
        using var anybody = desk.Service.AnonymousClient();
        using var finance = desk.Client(Roles.Finance);

        (await Desk.ProblemOf(await anybody.GetAsync(new Uri("/v1/corridors", UriKind.Relative))))
            .Text.ShouldContain("/connect/token");
        (await Desk.ProblemOf(await finance.PostAsJsonAsync("/v1/quotes", Desk.Quote()))).Text.ShouldContain("scope");
        (await Desk.ProblemOf(await finance.GetAsync(new Uri("/v1/nothing", UriKind.Relative))))
            .Text.ShouldContain("address");
    }

    private static async Task ShouldPointAtAsync(HttpResponseMessage answer, string pointer)
    {
        var (status, code, text) = await Desk.ProblemOf(answer);
        (status, code).ShouldBe((422, "VALIDATION_ERROR"), text);
        text.ShouldContain($"\"pointer\":\"{pointer}\"");
    }
}
