using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FinCode.Notifications.Tests.Email;

/// <summary>The service with a mail server and an address book of its own, and all that it logs.</summary>
public sealed class EmailsUnderTest : IAsyncLifetime
{
    private readonly Lines _lines = new();

    public ServiceUnderTest Service { get; private set; } = null!;

    public MailServer Server { get; } = new();

    public AddressBook Book { get; private set; } = null!;

    public ShiftedClock Clock { get; } = new();

    public IReadOnlyCollection<string> Logged => _lines.All;

    public async Task InitializeAsync()
    {
        Book = await AddressBook.StartAsync();
        Service = await StartAsync(_lines, new Dictionary<string, string?>
        {
            ["services:transactions:http:0"] = Book.Url,
            ["Email:From"] = "Example Remit <no-reply@remit.example>",
            ["Email:SmtpHost"] = "127.0.0.1",
            ["Email:SmtpPort"] = $"{Server.Port}",
            ["Email:SmtpSecurity"] = "NONE",
        }, Clock);
    }

    /// <summary>One more, with other settings of e-mail.</summary>
    public static async Task<(ServiceUnderTest Service, IReadOnlyCollection<string> Logged)> StartAsync(
        Dictionary<string, string?> settings)
    {
        var lines = new Lines();
        return (await StartAsync(lines, settings, new ShiftedClock()), lines.All);
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Server.DisposeAsync();
        await Book.DisposeAsync();
    }

    private static Task<ServiceUnderTest> StartAsync(
        Lines lines, Dictionary<string, string?> settings, TimeProvider clock)
    {
        foreach (var (key, value) in NotificationsUnderTest.Settings)
            settings[key] = value;
        return ServiceUnderTest.StartAsync(NotificationsApp.Service, settings, builder =>
        {
            builder.Logging.AddProvider(lines).SetMinimumLevel(LogLevel.Debug);
            builder.Services.AddSingleton(clock);
        });
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>A transfer of a tenant of its own, and its sender.</summary>
public sealed class Sent(EmailsUnderTest emails)
{
    private long _sequence;

    public TenantId Tenant { get; } = TestTenant.New();

    public TransactionId Transaction { get; } = TransactionId.New();

    public string Address { get; } = $"{Guid.NewGuid():N}@customer.example";

    public Sent Known(string name = "Grace Hopper", string? email = "")
    {
        emails.Book.Know(Tenant, Transaction, name, email == "" ? Address : email);
        return this;
    }

    public async Task<Guid> ChangeAsync(
        TransactionStatus? from, TransactionStatus to, string? reason = null, Guid? eventId = null)
    {
        var id = eventId ?? Guid.CreateVersion7();
        await emails.Service.Events.PublishAsync(
            Tenant, Partner.Change(Transaction, from, to, reason), id, Interlocked.Increment(ref _sequence));
        return id;
    }

    /// <summary>The e-mails of the transfer as staff see them, oldest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync()
    {
        using var manager = emails.Service.Client(Tenant, Roles.Manager);
        var list = await manager.GetFromJsonAsync<JsonElement>($"/v1/customer-emails?transactionId={Transaction}");
        return [.. list.GetProperty("items").EnumerateArray().Reverse()];
    }

    /// <summary>The newest e-mail once it has this state after so many tries.</summary>
    public async Task<JsonElement> UntilAsync(string status, int tries)
    {
        var last = default(JsonElement);
        await Eventually.HoldsAsync(async () =>
        {
            last = (await ListAsync())[^1];
            (last.GetProperty("status").GetString(), last.GetProperty("tries").GetInt32()).ShouldBe((status, tries));
        });
        return last;
    }
}
