using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Notifications.Operations;

namespace FinCode.Notifications.Tests;

public sealed class EndpointTests(NotificationsUnderTest notifications) : IClassFixture<NotificationsUnderTest>
{
    [Fact]
    public async Task The_secret_is_shown_once_and_kept_encrypted()
    {
        var partner = notifications.NewPartner();
        var (id, secret) = await partner.RegisterAsync(notifications.Receiver.NewInbox());

        id.ShouldStartWith("whe_");
        var one = await partner.GetAsync($"/v1/webhook-endpoints/{id}");
        one.TryGetProperty("secret", out _).ShouldBeFalse();
        one.GetProperty("status").GetString().ShouldBe("ENABLED");
        one.GetProperty("events")[0].GetString().ShouldBe("*");
        var list = await partner.GetAsync("/v1/webhook-endpoints");
        list.GetRawText().ShouldNotContain(secret);
        await using var command = notifications.Service.Owner.CreateCommand(
            "select encode(secret, 'escape') || encode(secret, 'base64') from webhook_endpoints where tenant_id = $1");
        command.Parameters.Add(new() { Value = partner.Tenant.Value });
        var stored = (string)(await command.ExecuteScalarAsync())!;
        stored.ShouldNotContain(secret["whsec_".Length..][..20]);
    }

    [Fact]
    public async Task A_url_is_registered_once_even_at_the_same_moment_and_again_after_it_was_deleted()
    {
        var (partner, inbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            partner.Client.PostAsJsonAsync("/v1/webhook-endpoints", new { url = inbox.Url })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.Created);
        await ShouldBeProblemAsync(refused, HttpStatusCode.Conflict, "WEBHOOK_ENDPOINT_EXISTS");

        var created = answers.Single(answer => answer.StatusCode == HttpStatusCode.Created);
        (await partner.Client.DeleteAsync(created.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await partner.Client.DeleteAsync(created.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await partner.RegisterAsync(inbox);
    }

    [Fact]
    public async Task A_tenant_has_a_bounded_number_of_endpoints()
    {
        var partner = notifications.NewPartner();
        for (var i = 0; i < CreateWebhookEndpoint.MaxEndpoints; i++)
            await partner.RegisterAsync(notifications.Receiver.NewInbox());
        var one_more = await partner.Client.PostAsJsonAsync(
            "/v1/webhook-endpoints", new { url = notifications.Receiver.NewInbox().Url });
        await ShouldBeProblemAsync(one_more, HttpStatusCode.UnprocessableEntity, "LIMIT_EXCEEDED");
        (await partner.GetAsync("/v1/webhook-endpoints")).GetProperty("items").GetArrayLength()
            .ShouldBe(CreateWebhookEndpoint.MaxEndpoints);
    }

    [Theory]
    [InlineData("""{"url": 5}""", HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR")]
    [InlineData("""{"url": "https://example.com/", "unknown": 1}""", HttpStatusCode.UnprocessableEntity,
        "VALIDATION_ERROR")]
    [InlineData("""{"url": ""}""", HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR")]
    [InlineData("""{"url": "ftp://example.com/"}""", HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR")]
    [InlineData("""{"url": "https://user:pass@example.com/"}""", HttpStatusCode.UnprocessableEntity,
        "VALIDATION_ERROR")]
    [InlineData("""{"url": "https://example.com/", "events": []}""", HttpStatusCode.UnprocessableEntity,
        "VALIDATION_ERROR")]
    [InlineData("""{"url": "https://example.com/", "events": ["case.opened"]}""",
        HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR")]
    [InlineData("{", HttpStatusCode.BadRequest, "MALFORMED_REQUEST")]
    public async Task Bad_input_is_the_callers_fault_and_stores_nothing(string body, HttpStatusCode status, string code)
    {
        var partner = notifications.NewPartner();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await ShouldBeProblemAsync(await partner.Client.PostAsync("/v1/webhook-endpoints", content), status, code);
        (await partner.GetAsync("/v1/webhook-endpoints")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("?endpointId=whe_1")]
    [InlineData("?transactionId=abc")]
    [InlineData("?status=LOST")]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?before=txn_00000000000000000000000000000000")]
    public async Task A_query_that_makes_no_sense_is_refused(string query) => await ShouldBeProblemAsync(
        await notifications.NewPartner().Client.GetAsync("/v1/webhook-deliveries" + query),
        HttpStatusCode.UnprocessableEntity, "VALIDATION_ERROR");

    [Fact]
    public async Task Another_tenants_endpoint_and_deliveries_do_not_exist()
    {
        var (owner, stranger) = (notifications.NewPartner(), notifications.NewPartner());
        var (id, _) = await owner.RegisterAsync(notifications.Receiver.NewInbox());
        var delivery = await owner.TestAsync(id);

        (await stranger.Client.GetAsync($"/v1/webhook-endpoints/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Client.DeleteAsync($"/v1/webhook-endpoints/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var action in new[] { "disable", "enable", "rotate-secret", "test" })
            (await stranger.Client.PostAsync($"/v1/webhook-endpoints/{id}/{action}", null))
                .StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.Client.PostAsync($"/v1/webhook-deliveries/{delivery}/redeliver", null))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.DeliveriesAsync()).ShouldBeEmpty();
        (await stranger.GetAsync("/v1/webhook-endpoints")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await owner.GetAsync($"/v1/webhook-endpoints/{id}")).GetProperty("status").GetString().ShouldBe("ENABLED");
    }

    [Fact]
    public async Task Row_level_security_stands_behind_the_queries()
    {
        var owner = notifications.NewPartner();
        var (id, _) = await owner.RegisterAsync(notifications.Receiver.NewInbox());
        await owner.TestAsync(id);
        await using var source = Npgsql.NpgsqlDataSource.Create(notifications.Service.AppConnectionString);
        foreach (var table in new[] { "webhook_endpoints", "webhook_messages", "webhook_deliveries" })
        {
            (await CountAsync(source, table, Guid.NewGuid())).ShouldBe(0, table);
            (await CountAsync(source, table, owner.Tenant.Value)).ShouldBe(1, table);
        }
    }

    [Theory]
    [InlineData(Roles.Cashier)]
    [InlineData(Roles.Customer)]
    [InlineData(Scopes.TransactionsWrite)]
    public async Task Who_may_not_manage_webhooks_is_refused(string roleOrScope)
    {
        var client = notifications.Service.Client(notifications.NewPartner().Tenant, roleOrScope);
        await ShouldBeProblemAsync(await client.GetAsync("/v1/webhook-endpoints"), HttpStatusCode.Forbidden,
            "FORBIDDEN");
        await ShouldBeProblemAsync(await notifications.Service.AnonymousClient().GetAsync("/v1/webhook-deliveries"),
            HttpStatusCode.Unauthorized, "AUTH_REQUIRED");
    }

    [Fact]
    public async Task A_manager_may_as_well() =>
        (await notifications.Service.Client(notifications.NewPartner().Tenant,
            Roles.Manager).GetAsync("/v1/webhook-endpoints"))
            .StatusCode.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task The_partners_document_describes_every_operation_but_those_of_staff()
    {
        using var client = notifications.Service.AnonymousClient();
        foreach (var name in new[] { "v1", "partners" })
        {
            var document = await client.GetFromJsonAsync<JsonElement>($"/openapi/{name}.json");
            var operations = document.GetProperty("paths").EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject().Select(o =>
                    o.Value.GetProperty("operationId").GetString()));
            string[] ofStaff = name == "v1" ? ["listCustomerEmails"] : [];
            operations.ShouldBe([
                .. ofStaff,
                "createWebhookEndpoint", "listWebhookEndpoints", "getWebhookEndpoint", "deleteWebhookEndpoint",
                "disableWebhookEndpoint", "enableWebhookEndpoint", "rotateWebhookSecret", "testWebhookEndpoint",
                "listWebhookDeliveries", "redeliverWebhook"], ignoreOrder: true);
        }
    }

    private static async Task<long> CountAsync(Npgsql.NpgsqlDataSource source, string table, Guid tenant)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var set = new Npgsql.NpgsqlCommand("select set_config('fincode.tenant', $1, true)", connection,
            transaction);
        set.Parameters.Add(new() { Value = tenant.ToString() });
        await set.ExecuteNonQueryAsync();
        await using var count = new Npgsql.NpgsqlCommand($"select count(*) from {table}", connection, transaction);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private static async Task ShouldBeProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }
}
