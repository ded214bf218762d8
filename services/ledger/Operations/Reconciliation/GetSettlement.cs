using System.Globalization;
using System.Text;
using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Model.Reports;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Ledger.Statements;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>The daily settlement report per provider account and currency, as things are matched now.</summary>
internal static class GetSettlement
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger/reconciliation/accounts/{account}/{currency}/settlement", OfAccountAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("getSettlement").WithTags(ReconciliationViews.Tag)
            .WithSummary("An account's day: statement and books, matched and broken; format JSON or CSV")
            .Produces<SettlementReport>(StatusCodes.Status200OK, "application/json", StatementCsv.ContentType)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/v1/ledger/reconciliation/settlement", OfAllAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listSettlement").WithTags(ReconciliationViews.Tag)
            .WithSummary("The day of every account that is reconciled; format JSON or CSV")
            .Produces<SettlementReports>(StatusCodes.Status200OK, "application/json", StatementCsv.ContentType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> OfAccountAsync(
        string account, string currency, DateOnly day, Caller caller, DbSession session, ReconciledAccounts reconciled,
        SettlementStore settlement, CancellationToken cancellationToken, string? format = null)
    {
        if (format is not (null or "JSON" or "CSV"))
            return Problems.Invalid("format", "A format is JSON or CSV.");
        if (ReconciliationViews.ProblemOf(day) is { } impossible)
            return impossible;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (ReconciliationViews.AccountOf(account, currency) is not { } name
            || await reconciled.FindAsync(name, cancellationToken) is not { } found)
            return ReconciliationViews.NotReconciled();
        if (await settlement.ReadAsync(found.Id, day, cancellationToken) is not { } figures)
            return Problems.NotFound("The first statement of this account begins later.");
        var report = SettlementReport.Of(found, figures);
        return format == "CSV" ? Csv([report]) : TypedResults.Ok(report);
    }

    private static async Task<IResult> OfAllAsync(
        DateOnly day, Caller caller, DbSession session, ReconciledAccounts reconciled, SettlementStore settlement,
        CancellationToken cancellationToken, string? format = null)
    {
        if (format is not (null or "JSON" or "CSV"))
            return Problems.Invalid("format", "A format is JSON or CSV.");
        if (ReconciliationViews.ProblemOf(day) is { } impossible)
            return impossible;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var reports = new List<SettlementReport>();
        foreach (var account in await reconciled.ListAsync(cancellationToken))
        {
            if (await settlement.ReadAsync(account.Id, day, cancellationToken) is { } figures)
                reports.Add(SettlementReport.Of(account, figures));
        }
        return format == "CSV" ? Csv(reports) : TypedResults.Ok(new SettlementReports(reports));
    }

    private static ContentHttpResult Csv(IReadOnlyList<SettlementReport> reports)
    {
        var text = new StringBuilder("day,account,currency,ties,covered,statement_opening,statement_in,statement_out,"
            + "gaps,statement_closing,books_opening,books_in,books_out,books_closing,lines,matched_lines,matched,"
            + "breaks,difference,open_on_statement,open_in_books,elsewhen,all_gaps,before_first\r\n");
        foreach (var one in reports)
        {
            Money[] amounts =
            [
                one.Statement.Opening, one.Statement.In, one.Statement.Out, one.Gaps, one.Statement.Closing,
                one.Books.Opening, one.Books.In, one.Books.Out, one.Books.Closing,
            ];
            Money[] last =
            [
                one.Difference, one.Explained.OpenOnStatement, one.Explained.OpenInBooks, one.Explained.Elsewhen,
                one.Explained.Gaps, one.Explained.BeforeFirst,
            ];
            text.Append(CultureInfo.InvariantCulture,
                $"{one.Day:yyyy-MM-dd},{one.Account},{one.Currency},{Word(one.Ties)},{Word(one.Covered)},");
            text.AppendJoin(',', amounts.Select(amount => amount.ToAmountString()));
            text.Append(CultureInfo.InvariantCulture,
                $",{one.Lines},{one.MatchedLines},{one.Matched.ToAmountString()},{one.Breaks.Sum(b => b.Count)},");
            text.AppendJoin(',', last.Select(amount => amount.ToAmountString())).Append("\r\n");
        }
        return TypedResults.Text(text.ToString(), StatementCsv.ContentType, Encoding.UTF8);

        static string Word(bool value) => value ? "true" : "false";
    }
}

/// <summary>A day of one side: opening + in - out = closing.</summary>
public sealed record SettlementSide(Money Opening, Money In, Money Out, Money Closing);

/// <param name="Kind">MISSING_HERE, AMOUNT_DIFFERS or DUPLICATE.</param>
public sealed record SettlementBreaks(string Kind, int Count, Money Amount);

/// <summary>What makes up the difference between the closing balances.</summary>
/// <param name="OpenOnStatement">Lines that no leg is found for.</param>
/// <param name="OpenInBooks">Legs that no line is found for (counts against the difference).</param>
/// <param name="Elsewhen">Matched, but of other days on the two sides.</param>
/// <param name="Gaps">Between statements.</param>
/// <param name="BeforeFirst">From before the first statement: its opening less what was open in the books.</param>
public sealed record SettlementExplanation(
    Money OpenOnStatement, Money OpenInBooks, Money Elsewhen, Money Gaps, Money BeforeFirst);

/// <summary>
/// An account's day. It ties when opening and movements give the closing on both sides, matched and broken lines give
/// the statement's movements, and the difference of the closing balances is explained to the last minor unit.
/// </summary>
/// <param name="Covered">A statement covers the day; otherwise its last balance is carried forward.</param>
/// <param name="Statement">With its gaps, if any: closing = opening + in - out + gaps.</param>
/// <param name="Difference">The statement's closing less the books'.</param>
public sealed record SettlementReport(
    string Account, string Currency, DateOnly Day, bool Ties, bool Covered, SettlementSide Statement, Money Gaps,
    SettlementSide Books, int Lines, int MatchedLines, Money Matched, IReadOnlyList<SettlementBreaks> Breaks,
    Money Difference, SettlementExplanation Explained)
{
    internal static SettlementReport Of(ReconciledAccount account, SettlementDay day)
    {
        var statement = day.Statement;
        return new SettlementReport(account.Name.Code, account.Currency.Code, day.Day, day.Ties, day.IsCovered,
            new SettlementSide(Of(statement.Opening), Of(statement.In), Of(statement.Out), Of(day.StatementClosing)),
            Of(day.Gaps),
            new SettlementSide(Of(day.Books.Opening), Of(day.Books.In), Of(day.Books.Out), Of(day.Books.Closing)),
            day.Lines, day.MatchedLines, Of(day.MatchedAmount),
            [.. day.Breaks.Select(one => new SettlementBreaks(one.Kind, one.Count, Of(one.Amount)))],
            Of(day.Difference), new SettlementExplanation(Of(day.OpenOnStatement), Of(day.OpenInBooks),
                Of(day.Elsewhen), Of(day.AllGaps), Of(day.BeforeFirst)));

        Money Of(long minorUnits) => new(minorUnits, account.Currency);
    }
}

public sealed record SettlementReports(IReadOnlyList<SettlementReport> Items);
