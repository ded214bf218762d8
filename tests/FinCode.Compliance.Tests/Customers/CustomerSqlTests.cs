using FinCode.Compliance.Tests.Operations;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>What somebody with the service's own role in the database cannot do alone to a customer.</summary>
public sealed class CustomerSqlTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private const string TwoPeople = "two people take the mark";
    private const string OfTheRating = "is that of the last rating";
    private const string OnFile = "is on file, and stays where it is";

    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData(TwoPeople, "update kyc_customers set pep = false, pep_since = null where party_id = $1")]
    [InlineData("is not dated back", "update kyc_customers set pep_since = '2015-01-01' where party_id = $1")]
    [InlineData(OfTheRating, "update kyc_customers set risk_level = 'LOW' where party_id = $1")]
    [InlineData(OfTheRating,
        "update kyc_customers set risk_number = risk_number + 1, risk_level = 'LOW' where party_id = $1")]
    [InlineData(OnFile, "update kyc_customers set ended_on = '2015-01-01' where party_id = $1")]
    [InlineData(OnFile, "update kyc_customers set ended_on = current_date where party_id = $1")]
    public async Task What_two_people_decide_about_a_customer_is_not_done_without_them(string reason, string sql)
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        (await compliance.Officer(_tenant, "olga").PutAsync(CustomerCalls.Kyc(customer, "/pep"), null))
            .EnsureSuccessStatusCode();
        await Eventually.TrueAsync(
            async () => (await compliance.RiskAsync(_tenant, customer)).Level() == "HIGH", "it is rated");

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, customer.Value);
    }

    [Fact]
    public async Task An_end_is_not_dated_back_and_an_old_decision_clears_no_new_mark()
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        (await olga.PutAsync(CustomerCalls.Kyc(customer, "/pep"), null)).EnsureSuccessStatusCode();
        foreach (var kind in new[] { "PEP_CLEARED", "RELATIONSHIP_ENDED" })
            (await oscar.ApproveAsync(customer, await (await olga.DecideAsync(customer, kind)).IdAsync()))
                .EnsureSuccessStatusCode();
        (await olga.PutAsync(CustomerCalls.Kyc(customer, "/pep"), null)).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, OnFile,
            "update kyc_customers set ended_on = ended_on - 1 where party_id = $1", customer.Value);
        await compliance.Service.ShouldRefuseAsync(_tenant, TwoPeople,
            "update kyc_customers set pep = false, pep_since = null where party_id = $1", customer.Value);
    }

    [Theory]
    [InlineData("two people destroy a key",
        "update kyc_customer_keys set wrapped_key = null, destroyed_at = now() where party_id = $1")]
    [InlineData("never another one", "update kyc_customer_keys set wrapped_key = 'other' where party_id = $1")]
    [InlineData("is never deleted", "delete from kyc_customer_keys where party_id = $1")]
    [InlineData("is kept as long as its key", "delete from kyc_document_contents c using kyc_documents d "
        + "where d.id = c.document_id and d.party_id = $1")]
    [InlineData("is not rewritten", "update kyc_documents set sha256 = sha256(sha256) where party_id = $1")]
    [InlineData("is not rewritten", "update kyc_documents set identity_hash = repeat('0', 64) where party_id = $1")]
    [InlineData("stays closed", "update kyc_documents set expires_on = '2049-12-31' where party_id = $1")]
    [InlineData("stays closed", "update kyc_documents set reviewed_by = 'otto' where party_id = $1")]
    [InlineData("append-only", "update kyc_answers set identity_hash = repeat('0', 64) where party_id = $1")]
    [InlineData("append-only", "update kyc_answers set points = 0 where party_id = $1")]
    [InlineData("append-only", "delete from kyc_answers where party_id = $1")]
    public async Task What_was_shown_and_accepted_stays_as_it_is(string reason, string sql)
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        (await compliance.Partner(_tenant).AssessAsync(customer)).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, customer.Value);
    }

    [Fact]
    public async Task A_key_that_was_destroyed_does_not_come_back()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        await compliance.EraseAsync(_tenant, customer);

        await compliance.Service.ShouldRefuseAsync(_tenant, "is destroyed once",
            "update kyc_customer_keys set wrapped_key = 'other', destroyed_at = null where party_id = $1",
            customer.Value);
        await compliance.Service.ShouldRefuseAsync(_tenant, "is destroyed once",
            "update kyc_customer_keys set destroyed_at = now() where party_id = $1", customer.Value);
    }
}
