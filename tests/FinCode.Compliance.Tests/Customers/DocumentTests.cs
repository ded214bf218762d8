using System.Net;
using System.Text;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

public sealed class DocumentTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private PartyId NewCustomer(string name = "Samuel Okonjo") =>
        compliance.Transactions.Add(_tenant, new StandInParty(name));

    [Fact]
    public async Task Passport_and_selfie_lead_to_tier_1_and_two_more_to_tier_2_each_announced_once()
    {
        var customer = NewCustomer();
        var before = await compliance.StandingAsync(_tenant, customer);
        (before.GetProperty("tier").GetInt32(), before.GetProperty("status").GetString())
            .ShouldBe((0, "AWAITING_COMPLIANCE_REQUIREMENTS"));
        before.Awaited().ShouldBe(["IDENTITY_DOCUMENT AWAITED TO_VERIFY", "SELFIE AWAITED TO_VERIFY"]);

        var passport = await (await compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", NewPdf())).IdAsync();
        (await compliance.StandingAsync(_tenant, customer)).Awaited()[0]
            .ShouldBe("IDENTITY_DOCUMENT IN_REVIEW TO_VERIFY");
        (await compliance.WorklistAsync(_tenant)).ShouldBe(["DOCUMENT"]);
        await compliance.Officer(_tenant, "olga").ReviewAsync(customer, passport);
        await compliance.ShowAsync(_tenant, customer, "SELFIE", null);
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);

        await compliance.ShowAsync(_tenant, customer, "UTILITY_BILL");
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        await compliance.ShowAsync(_tenant, customer, "BANK_STATEMENT");
        var after = await compliance.StandingAsync(_tenant, customer);
        (after.GetProperty("tier").GetInt32(), after.GetProperty("status").GetString()).ShouldBe((2, "COMPLETE"));

        await Eventually.TrueAsync(() => Told(customer).Count == 2, "both tiers are announced");
        Told(customer).ShouldBe([
            new KycVerificationCompleted(customer, KycOutcome.Approved, 1, 0),
            new KycVerificationCompleted(customer, KycOutcome.Approved, 2, 1)]);
    }

    [Fact]
    public async Task The_same_document_twice_is_one()
    {
        var customer = NewCustomer();
        var content = NewJpeg();
        var first = await compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", content, Jpeg);
        var second = await compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", content, Jpeg);

        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.Created, HttpStatusCode.OK));
        (await second.IdAsync()).ShouldBe(await first.IdAsync());
        (await compliance.CountAsync("select count(*) from kyc_documents where party_id = $1", customer.Value))
            .ShouldBe(1);
    }

    [Fact]
    public async Task What_was_decided_may_be_shown_again_in_the_same_bytes()
    {
        var (customer, content, olga) = (NewCustomer(), NewJpeg(), compliance.Officer(_tenant, "olga"));
        var partner = compliance.Partner(_tenant);
        var refused = await (await partner.UploadAsync(customer, "PASSPORT", content, Jpeg)).IdAsync();
        (await olga.ReviewAsync(customer, refused, "REFUSE", refusalCode: "UNREADABLE")).EnsureSuccessStatusCode();

        var again = await partner.UploadAsync(customer, "PASSPORT", content, Jpeg);

        again.StatusCode.ShouldBe(HttpStatusCode.Created);
        var accepted = await again.IdAsync();
        (await olga.ReviewAsync(customer, accepted, expiresOn: "2031-01-01")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await partner.UploadAsync(customer, "PASSPORT", content, Jpeg)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("<html><script>alert(1)</script>", Pdf)]
    [InlineData("GIF89a and what follows is long enough to be looked at, and then some more of it.", Png)]
    [InlineData("%PDF-1.7 a page that is called a picture, and is long enough to be looked at by us.", Jpeg)]
    [InlineData("%PDF-1.7 <HTML> a page that a browser would rather read in another way, long enough.", Pdf)]
    [InlineData("%PDF-1.7", Pdf)]
    public async Task What_is_no_document_or_two_things_at_once_is_refused(string text, string mediaType)
    {
        var answer = await compliance.Partner(_tenant)
            .UploadAsync(NewCustomer(), "PASSPORT", Encoding.ASCII.GetBytes(text), mediaType);

        (answer.StatusCode, await answer.CodeAsync()).ShouldBe((HttpStatusCode.UnprocessableEntity, "NOT_A_DOCUMENT"));
    }

    [Fact]
    public async Task Pictures_that_are_archives_or_pages_as_well_are_refused()
    {
        byte[] zipEnd = [(byte)'P', (byte)'K', 5, 6, .. new byte[18]];
        byte[][] polyglots = [[.. NewPng(), .. zipEnd], [.. NewPng(), .. "%PDF-1.4"u8.ToArray(), .. new byte[50]]];
        foreach (var polyglot in polyglots)
            (await compliance.Partner(_tenant).UploadAsync(NewCustomer(), "PASSPORT", polyglot, Png)).StatusCode
                .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await compliance.Partner(_tenant).UploadAsync(NewCustomer(), "PASSPORT", NewPng(), Png)).StatusCode
            .ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Size_type_and_media_type_have_limits()
    {
        var (customer, partner) = (NewCustomer(), compliance.Partner(_tenant));
        (await partner.UploadAsync(customer, "PASSPORT", NewPdf(), "text/html")).StatusCode
            .ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await partner.UploadAsync(customer, "LETTER", NewPdf())).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        byte[] large = [.. NewPdf(), .. new byte[10 * 1024 * 1024]];
        (await partner.UploadAsync(customer, "PASSPORT", large)).StatusCode
            .ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await partner.UploadAsync(customer, "PASSPORT", large[..^1024])).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await partner.UploadAsync(PartyId.New(), "PASSPORT", NewPdf())).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_officer_reads_what_was_uploaded_as_an_attachment_and_the_reading_is_on_file()
    {
        var (customer, content) = (NewCustomer("Ignatius Brightwater"), NewPdf());
        var id = await (await compliance.Partner(_tenant).UploadAsync(customer, "BANK_STATEMENT", content)).IdAsync();

        var read = await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, $"/documents/{id}/content"));

        (await read.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        read.Content.Headers.ContentType!.MediaType.ShouldBe(Pdf);
        read.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        read.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        read.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await compliance.CountAsync("select count(*) from kyc_events where party_id = $1 and type = 'DOCUMENT_READ' "
            + "and actor = 'olga'", customer.Value)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from kyc_document_contents where document_id = $1 "
            + "and position($2 in sealed) > 0", Guid.Parse(id), content[..40])).ShouldBe(0);
        compliance.Logged.ShouldNotContain(line => line.Contains("Brightwater", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_officers_review_and_read_and_another_tenant_sees_nothing()
    {
        var customer = NewCustomer();
        var id = await (await compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", NewPdf())).IdAsync();
        HttpClient[] others =
        [
            compliance.Partner(_tenant), compliance.Service.ClientAs("mia", _tenant, Roles.Manager),
            compliance.Service.ClientAs("carl", _tenant, Roles.Cashier),
        ];
        foreach (var other in others)
        {
            (await other.ReviewAsync(customer, id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await other.GetAsync(Kyc(customer, $"/documents/{id}/content"))).StatusCode
                .ShouldBe(HttpStatusCode.Forbidden);
        }
        (await others[2].GetAsync(Kyc(customer))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await others[0].GetAsync(Kyc(customer, "/risk"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var stranger = compliance.Officer(TestTenant.New(), "olga");
        (await stranger.GetAsync(Kyc(customer))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync(Kyc(customer, $"/documents/{id}/content"))).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_uploaded_never_reviews_and_a_refusal_is_neutral_and_final()
    {
        var (customer, olga) = (NewCustomer(), compliance.Officer(_tenant, "olga"));
        var own = await (await olga.UploadAsync(customer, "PASSPORT", NewPdf())).IdAsync();
        (await (await olga.ReviewAsync(customer, own)).CodeAsync()).ShouldBe("FOUR_EYES");
        await compliance.Service.ShouldRefuseAsync(_tenant, "document_needs_two_people",
            "update kyc_documents set state = 'ACCEPTED', expires_on = '2035-01-01', reviewed_by = 'olga', "
            + "reviewed_at = now() where id = $1", Guid.Parse(own));
        await compliance.Service.ShouldRefuseAsync(_tenant, "is not rewritten",
            "update kyc_documents set uploaded_by = 'otto' where id = $1", Guid.Parse(own));

        var oscar = compliance.Officer(_tenant, "oscar");
        (await oscar.ReviewAsync(customer, own, expiresOn: null)).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await oscar.ReviewAsync(customer, own, expiresOn: "2020-01-01")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await oscar.ReviewAsync(customer, own, "REFUSE", refusalCode: "ON_A_LIST")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await oscar.ReviewAsync(customer, own, "REFUSE", refusalCode: "UNREADABLE")).StatusCode
            .ShouldBe(HttpStatusCode.OK);
        (await oscar.ReviewAsync(customer, own, "REFUSE", refusalCode: "UNREADABLE")).StatusCode
            .ShouldBe(HttpStatusCode.OK);
        (await (await oscar.ReviewAsync(customer, own)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        await compliance.Service.ShouldRefuseAsync(_tenant, "stays closed",
            "update kyc_documents set state = 'ACCEPTED', refusal_code = null, expires_on = '2035-01-01' where id = $1",
            Guid.Parse(own));
        var standing = await compliance.StandingAsync(_tenant, customer);
        standing.Awaited()[0].ShouldBe("IDENTITY_DOCUMENT REFUSED TO_VERIFY");
        standing.GetProperty("awaited")[0].GetProperty("refusalCode").GetString().ShouldBe("UNREADABLE");
    }

    [Fact]
    public async Task What_was_accepted_may_be_refused_later_and_the_tier_falls()
    {
        var customer = NewCustomer();
        await compliance.ReachTierOneAsync(_tenant, customer);
        var passport = (await compliance.StandingAsync(_tenant, customer)).GetProperty("documents").EnumerateArray()
            .Single(one => one.GetProperty("type").GetString() == "PASSPORT").GetProperty("id").GetString()!;

        (await compliance.Officer(_tenant, "oscar").ReviewAsync(customer, passport, "REFUSE",
            refusalCode: "NOT_ACCEPTED")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        await Eventually.TrueAsync(() => Told(customer).Contains(
            new KycVerificationCompleted(customer, KycOutcome.Lapsed, 0, 1)), "the fall is announced");
    }

    [Theory]
    [InlineData("append-only", "update kyc_events set actor = 'otto' where party_id = $1")]
    [InlineData("append-only", "delete from kyc_events where party_id = $1")]
    [InlineData("is never deleted", "delete from kyc_documents where party_id = $1")]
    [InlineData("begins RECEIVED", "insert into kyc_documents (tenant_id, id, party_id, type, media_type, size, "
        + "sha256, state, expires_on, uploaded_by, uploaded_at, reviewed_by, reviewed_at) select tenant_id, "
        + "gen_random_uuid(), party_id, 'SELFIE', media_type, size, sha256, 'ACCEPTED', '2035-01-01', 'olga', now(), "
        + "'oscar', now() "
        + "from kyc_documents where party_id = $1")]
    public async Task The_file_of_a_customer_is_not_rewritten_by_sql(string reason, string sql)
    {
        var customer = NewCustomer();
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, customer.Value);
    }

    private List<KycVerificationCompleted> Told(PartyId customer) =>
        [.. compliance.Service.Events.All<KycVerificationCompleted>(_tenant).Where(one => one.PartyId == customer)];
}
