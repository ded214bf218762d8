using FinCode.Contracts;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <summary>An e-mail to the sender of a transfer; whom it went to is kept nowhere.</summary>
/// <param name="Error">Why it was skipped or has failed, or what the last try met.</param>
/// <param name="NextAttemptAt">While it is PENDING.</param>
/// <param name="SettledAt">Since when it is not.</param>
internal sealed record CustomerEmailView(
    CustomerEmailId Id, TransactionId TransactionId, EmailKind Kind, EmailStatus Status, int Tries, string? Error,
    DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? SettledAt)
{
    public static CustomerEmailView Of(CustomerEmail email) => new(
        new CustomerEmailId(email.Id), new TransactionId(email.TransactionId), email.Kind, email.Status, email.Tries,
        email.Error, email.Status == EmailStatus.Pending ? email.NextAttemptAt : null, email.CreatedAt,
        email.SettledAt);
}

/// <param name="NextBefore">The <c>before</c> of the next page; missing on the last one.</param>
internal sealed record CustomerEmailList(IReadOnlyList<CustomerEmailView> Items, CustomerEmailId? NextBefore);

/// <summary>What senders were told, newest first.</summary>
internal static class ListCustomerEmails
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 200;

    public static void Map(WebApplication app) => app.MapGet("/v1/customer-emails", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("listCustomerEmails").WithSummary("List e-mails to senders and what became of them")
        .WithTags("emails")
        .Produces<CustomerEmailList>()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, TenantStore store, string? transactionId, string? status, string? before, int? limit,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var transaction = validation.Id<Contracts.TransactionKind>(transactionId, "transactionId");
        var beforeId = validation.Id<CustomerEmailKind>(before, "before");
        validation.Check(status is null or "PENDING" or "SENT" or "SKIPPED" or "FAILED", "status",
            "One of PENDING, SENT, SKIPPED, FAILED.");
        validation.Check(limit is null or (>= 1 and <= MaxPageSize), "limit", $"From 1 to {MaxPageSize}.");
        if (validation.Failed)
            return validation.ToProblem();

        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var query = db.Emails.AsNoTracking().Where(email => email.TenantId == caller.Tenant.Value);
        if (transaction is not null)
            query = query.Where(email => email.TransactionId == transaction);
        if (status is not null && Enum.Parse<EmailStatus>(status, ignoreCase: true) is var wanted)
            query = query.Where(email => email.Status == wanted);
        if (beforeId is { } last)
            query = query.Where(email => email.Id.CompareTo(last) < 0);
        var size = limit ?? DefaultPageSize;
        var page = await query.OrderByDescending(email => email.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new CustomerEmailList(
            [.. page.Take(size).Select(CustomerEmailView.Of)],
            page.Count > size ? new CustomerEmailId(page[size - 1].Id) : null));
    }
}
