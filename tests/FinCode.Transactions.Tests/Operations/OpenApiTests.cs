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
        var created = partners.GetProperty("paths").GetProperty("/v1/transactions").GetProperty("post");
        created.GetProperty("parameters")[0].GetProperty("name").GetString().ShouldBe("Idempotency-Key");
        created.GetProperty("security")[0].TryGetProperty("bearer", out _).ShouldBeTrue();
        var schemas = partners.GetProperty("components").GetProperty("schemas");
        schemas.GetProperty("IdOfTransactionKind").GetProperty("pattern").GetString()
            .ShouldBe("^txn_[0-9a-f]{32}$");
        var promised = schemas.GetProperty("TransactionResponse").GetProperty("required").EnumerateArray()
            .Select(name => name.GetString()).ToList();
        promised.ShouldContain("id");
        promised.ShouldNotContain("payIn", "an answer leaves it out once the transfer is paid");
        foreach (var document in (string[])[all.ToString(), partners.ToString()])
        {
            document.ShouldContain("\"amount\"");
            document.ShouldNotContain("\"integer\",\"string\"");
        }
    }
}
