using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Statements;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

/// <summary>The statement of an account over days of booking (UTC), as JSON, CSV or camt.053.</summary>
internal static class GetStatement
{
    public const int MaxLines = 50_000;
    private const int MaxDays = 366;
    private static readonly DateOnly s_firstDay = new(2000, 1, 1);
    private static readonly DateOnly s_lastDay = new(9998, 12, 31);

    /// <param name="Amount">Below zero when it lowers the balance.</param>
    public sealed record LedgerStatementLine(
        EntryId EntryId, TransactionId? TransactionId, string Step, DateTimeOffset BookedAt, DateOnly ValueDate,
        string? Reference, string? Description, Money Amount, Money Balance);

    /// <summary>Posted movements, oldest first: opening + amounts = closing.</summary>
    public sealed record LedgerStatement(
        string Account, DateOnly From, DateOnly To, Money Opening, Money Closing,
        IReadOnlyList<LedgerStatementLine> Lines);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts/{account}/{currency}/statement", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerStatement").WithTags("Ledger")
        .WithSummary("The statement of an account over days of booking: format json, csv or camt.053")
        .Produces<LedgerStatement>(
            StatusCodes.Status200OK, "application/json", StatementCsv.ContentType, StatementCamt053.ContentType)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, DateOnly from, DateOnly to, Caller caller, DbSession session,
        AccountStore accounts, AccountHistory history, StatementStore statements, TimeProvider clock,
        CancellationToken cancellationToken, string format = "json")
    {
        var validation = new Validation();
        var known = validation.RequireCurrency(currency, "currency");
        validation.Check(format is "json" or "csv" or "camt.053", "format", "One of json, csv, camt.053.");
        validation.Check(from >= s_firstDay && to <= s_lastDay, "from", "Days from 2000 to 9998 can be asked for.");
        validation.Check(from <= to && to.DayNumber - from.DayNumber < MaxDays, "to",
            $"A statement is over 1 to {MaxDays} days.");
        if (known is null || validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await accounts.FindAsync(new AccountName(account, known), cancellationToken) is not { } found)
            return Problems.NotFound("There is no such account in your book.");

        var before = await history.PositionAtAsync(Before(from), cancellationToken);
        var last = await history.PositionAtAsync(Before(to.AddDays(1)), cancellationToken);
        var lines = await statements.ReadAsync(found, before, last, MaxLines + 1, cancellationToken);
        if (lines.Count > MaxLines)
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                $"These days have more than {MaxLines} movements; ask for fewer days.");
        var opening = await history.BalanceAtAsync(found, before, cancellationToken);
        var closing = await history.BalanceAtAsync(found, last, cancellationToken);
        var statement = new AccountStatement(found, from, to, opening, closing, lines, clock.GetUtcNow()).Checked();
        return format switch
        {
            "csv" => TypedResults.Text(StatementCsv.Write(statement), $"{StatementCsv.ContentType}; charset=utf-8"),
            "camt.053" => TypedResults.Bytes(StatementCamt053.Write(statement), StatementCamt053.ContentType),
            _ => TypedResults.Ok(Of(statement)),
        };
    }

    /// <summary>The last instant before a day begins, in the database's microseconds.</summary>
    private static DateTimeOffset Before(DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMicroseconds(-1);

    private static LedgerStatement Of(AccountStatement statement)
    {
        var currency = statement.Account.Name.Currency;
        return new LedgerStatement(statement.Account.Name.Code, statement.From, statement.To,
            new Money(statement.Opening, currency), new Money(statement.Closing, currency),
            [.. statement.Lines.Select(line => new LedgerStatementLine(
                line.Entry, line.Transaction, line.Step, line.BookedAt, line.ValueDate, line.Reference,
                line.Description, new Money(statement.Signed(line), currency), new Money(line.Balance, currency)))]);
    }
}
