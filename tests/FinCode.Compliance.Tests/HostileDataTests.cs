using System.Net;
using System.Text;
using FinCode.Compliance.Customers;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests;

/// <summary>
/// Parsers, the database and other services quote what they were given; logs, dead letters and answers do not. The
/// name that is nobody's stands in everything that can fail.
/// </summary>
public sealed class HostileDataTests : IAsyncLifetime
{
    private const string Name = "Quorvexia";

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance = new();

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Theory]
    [InlineData("kyc_customers", "RefreshCustomers")]
    [InlineData("screenings", "a reaction")]
    [InlineData("list_standings", "ImportLists")]
    public async Task What_a_database_says_is_logged_by_its_kind_in_jobs_reactions_and_requests(
        string table, string where)
    {
        await VersionAsync(1);
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        (await _compliance.Partner(_tenant).GetAsync(Kyc(customer))).EnsureSuccessStatusCode();
        await ComplainAsync(table);

        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 2));
        await _compliance.FundAsync(_tenant, People.Listed, People.Innocent);
        using var broken = await _compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", NewPdf());
        _compliance.LookForLists();
        _compliance.Service.Services.GetRequiredService<JobSignal<RefreshCustomers>>().Wake();

        await LoggedAsync("PostgresException P0001");
        (await broken.Content.ReadAsStringAsync()).ShouldNotContain(Name);
        broken.StatusCode.ShouldBe(
            table == "kyc_customers" ? HttpStatusCode.InternalServerError : HttpStatusCode.Created, where);
        NobodyIsNamed();
        (await _compliance.CountAsync("select count(*) from parked_messages where reason ilike $1", $"%{Name}%"))
            .ShouldBe(0);
    }

    [Theory]
    [InlineData(Name)]
    [InlineData("[\"" + Name + "\"]")]
    [InlineData("{\"id\":\"ID\",\"version\":\"" + Name + "\"}")]
    [InlineData("{\"id\":\"ID\",\"version\":1,\"kind\":\"" + Name + "\",\"fullName\":\"" + Name + "\"}")]
    [InlineData("{\"id\":\"ID\",\"version\":1,\"kind\":\"PERSON\",\"fullName\":\"" + Name
        + "\",\"dateOfBirth\":\"" + Name + "\"}")]
    [InlineData("{\"id\":\"ID\",\"version\":1,\"kind\":\"PERSON\",\"fullName\":\"" + Name
        + "\",\"identifiers\":[{\"" + Name + " " + Name + "\":1},\"" + Name + "\"]}")]
    public async Task What_another_service_answers_is_not_quoted(string answer)
    {
        await VersionAsync(1);
        var broken = _compliance.Transactions.Add(_tenant, People.Innocent);
        _compliance.Transactions.AnswerWith(broken, answer.Replace("ID", $"{broken}", StringComparison.Ordinal));

        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(broken, PartyRole.Sender, 1));
        var facts = ComplianceUnderTest.FactsOf(broken, _compliance.Transactions.Add(_tenant, People.Innocent));
        await _compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            TransactionId.New(), facts, facts.SendAmount, "psp:sandbox", false, ScreeningRound: 1));
        using var asked = await _compliance.Partner(_tenant).GetAsync(Kyc(broken));

        asked.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await LoggedAsync("TransientException");
        NobodyIsNamed();
    }

    [Theory]
    [InlineData("sdn.csv", Name + ",\"" + Name + "\",\"individual\"\r\n")]
    [InlineData("sdn.csv", "1,\"" + Name + "\",\"individual\"\r\n1,\"" + Name + "\",\"individual\"\r\n")]
    [InlineData("sdn.csv", "\"" + Name)]
    [InlineData("alt.csv", Name + "," + Name + "," + Name + "," + Name + "\r\n")]
    public async Task What_a_damaged_list_holds_is_not_quoted(string file, string text)
    {
        await VersionAsync(1);
        var path = Path.Combine(_compliance.ListsFolder, file);
        await File.WriteAllTextAsync(path + ".next", text + await File.ReadAllTextAsync(path), Encoding.ASCII);
        File.Move(path + ".next", path, overwrite: true);
        _compliance.LookForLists();

        await LoggedAsync("is refused");
        NobodyIsNamed();
    }

    [Fact]
    public async Task What_callers_send_is_not_quoted()
    {
        await VersionAsync(1);
        var partner = _compliance.Service.ClientAs("partner", _tenant, Roles.Partner, Scopes.ScreeningsRun);
        foreach (var body in (string[])
            [$"{{\"name\":\"{Name}", $"{{\"{Name} {Name}\":1}}", $"{{\"name\":\"{Name}\",\"kind\":\"{Name}\"}}",
             $"{{\"name\":\"{Name}\\u0000\",\"country\":\"{Name}\"}}",
             $"{{\"name\":\"{Name}\",\"dateOfBirth\":\"{Name}\"}}", $"[{{\"name\":{{\"{Name}\":1}}}}]"])
        {
            using var answer = await partner.PostAsync(
                "/v1/screenings", new StringContent(body, Encoding.UTF8, "application/json"));
            answer.StatusCode.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.UnprocessableEntity);
        }
        NobodyIsNamed();
    }

    /// <summary>From now on whatever is written into the table fails with a name in all that can be said.</summary>
    private async Task ComplainAsync(string table)
    {
        await using var command = _compliance.Service.Owner.CreateCommand(
            $"""
            create function complain() returns trigger language plpgsql as $$
            begin
                raise exception '{Name} is not to be written' using detail = '{Name}', hint = '{Name}';
            end $$;
            create trigger complain before insert or update on {table} for each row execute function complain()
            """);
        await command.ExecuteNonQueryAsync();
    }

    private Task LoggedAsync(string text) => Eventually.TrueAsync(
        () => _compliance.Logged.Any(line => line.Contains(text, StringComparison.Ordinal)), $"\"{text}\" in the log");

    private void NobodyIsNamed() => _compliance.Logged.Where(
        line => line.Contains(Name, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();

    private Task VersionAsync(long version) => Eventually.TrueAsync(
        async () => await _compliance.CountAsync("select coalesce(max(active_version), 0) from list_state") == version,
        $"list version {version}");
}
