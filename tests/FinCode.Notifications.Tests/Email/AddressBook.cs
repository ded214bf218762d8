using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FinCode.Notifications.Tests.Email;

/// <summary>The transactions service, where it says whom to write to.</summary>
public sealed class AddressBook : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Tenant, string Transaction), (string Name, string? Email)> _known =
        new();

    private readonly ConcurrentDictionary<string, bool> _away = new();
    private readonly WebApplication _app;

    private AddressBook(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<AddressBook> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var book = new AddressBook(builder.Build());
        book._app.MapGet("/internal/transactions/{id}/sender-address", book.Answer);
        await book._app.StartAsync();
        return book;
    }

    public void Know(TenantId tenant, TransactionId transaction, string name, string? email) =>
        _known[(tenant.ToString(), transaction.ToString())] = (name, email);

    /// <summary>For this tenant it does not answer.</summary>
    public void Away(TenantId tenant, bool isAway) => _away[tenant.ToString()] = isAway;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Answer(string id, string tenant, HttpContext http) =>
        !http.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
            ? Results.Unauthorized()
            : _away.GetValueOrDefault(tenant) ? Results.StatusCode(503)
            : _known.TryGetValue((tenant, id), out var found)
                ? Results.Json(new { fullName = found.Name, email = found.Email })
                : Results.NotFound();
}
