using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

/// <summary>What our own services read in order to write to a sender.</summary>
public sealed class SenderAddressTests
{
    [Fact]
    public async Task Only_services_read_whom_to_write_to_and_only_of_its_tenant()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync(change: request => request["sender"] = new
        {
            kind = "PERSON", fullName = "Grace Hopper", dateOfBirth = "1980-12-09", country = "GB",
            address = "1 Bank Street", email = "grace@example.com",
        });
        var path = Path(made.Id, desk.Tenant);
        using var service = desk.Service.ClientAs("notifications", null, Roles.Service, Scopes.PartiesInternal);

        (await Desk.BodyOf(await service.GetAsync(path))).GetRawText()
            .ShouldBe("""{"fullName":"Grace Hopper","email":"grace@example.com"}""");
        foreach (var other in (Uri[])
            [Path(made.Id, TestTenant.New()), Path(TransactionId.New(), desk.Tenant)])
            (await service.GetAsync(other)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.GetAsync($"/internal/transactions/{made.Id}/sender-address")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var manager = desk.Client(Roles.Manager, Scopes.PartiesInternal);
        using var withoutScope = desk.Service.ClientAs("notifications", null, Roles.Service);
        foreach (var denied in (HttpClient[])[desk.Partner, manager, withoutScope])
            (await denied.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_sender_without_an_address_has_none_and_an_erased_one_is_not_there()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        using var service = desk.Service.ClientAs("notifications", null, Roles.Service, Scopes.PartiesInternal);
        (await Desk.BodyOf(await service.GetAsync(Path(made.Id, desk.Tenant)))).TryGetProperty("email", out _)
            .ShouldBeFalse();
        await desk.ExecuteAsync("update parties set restricted_at = now(), erase_after = now(), erased_at = now(), "
            + "erasure_asked_by = 'one', erasure_approved_by = 'two', wrapped_key = '', sealed = '' "
            + "where tenant_id = $1", desk.Tenant.Value);
        (await service.GetAsync(Path(made.Id, desk.Tenant))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static Uri Path(TransactionId id, TenantId tenant) =>
        new($"/internal/transactions/{id}/sender-address?tenant={tenant}", UriKind.Relative);
}
