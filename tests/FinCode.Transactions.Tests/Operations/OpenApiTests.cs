using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Partners_get_a_document_of_what_is_theirs_and_the_other_one_has_everything()
    {
        var under = await TransactionsUnderTest.SharedAsync();
        using var anybody = under.Service.AnonymousClient();
        var all = await Desk.BodyOf(await anybody.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var partners = await Desk.BodyOf(await anybody.GetAsync(new Uri("/openapi/partners.json", UriKind.Relative)));

        var paths = all.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        var theirs = partners.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        paths.ShouldContain("/internal/parties/{id}");
        paths.ShouldContain("/v1/callbacks/pay-ins/{provider}");
        theirs.ShouldBeSubsetOf(paths);
        theirs.ShouldContain("/v1/quotes");
        theirs.ShouldContain("/v1/transactions/{id}/beneficiary-corrections");
        theirs.ShouldAllBe(path => !path.Contains("internal") && !path.Contains("callbacks"));
        theirs.ShouldNotContain("/v1/anomalies");
        foreach (var document in (string[])[all.ToString(), partners.ToString()])
        {
            document.ShouldContain("\"amount\"");
            document.ShouldNotContain("\"integer\",\"string\"");
        }
    }
}
