using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reports;

/// <summary>What was earned (fees, spread) and spent, per account and currency, over days of value.</summary>
internal static class GetIncome
{
    private const int MaxDays = 3_660;

    /// <param name="Amount">Of income: credits less debits. Of an expense: debits less credits.</param>
    public sealed record IncomeLine(string Account, string Kind, Money Amount);

    /// <param name="Income">Income less expenses.</param>
    public sealed record IncomeTotal(string Currency, Money Earned, Money Spent, Money Income);

    public sealed record IncomeReport(
        DateOnly From, DateOnly To, IReadOnlyList<IncomeTotal> Currencies, IReadOnlyList<IncomeLine> Accounts);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reports/income", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerIncome").WithTags("Ledger reports")
        .WithSummary("Fees, spread and expenses over days of value, per account and currency")
        .Produces<IncomeReport>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        DateOnly from, DateOnly to, Caller caller, DbSession session, ReportStore reports,
        CancellationToken cancellationToken)
    {
        if (from > to || to.DayNumber - from.DayNumber >= MaxDays || from == DateOnly.MinValue)
            return Problems.Invalid("to", $"A report is over 1 to {MaxDays} days.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var sums = await reports.SumAsync(
            [AccountClass.Income, AccountClass.Expense], from.AddDays(-1), to, cancellationToken);
        var totals = sums.GroupBy(sum => sum.Currency).OrderBy(group => group.Key.Code, StringComparer.Ordinal)
            .Select(group =>
            {
                var earned = -group.Where(sum => sum.Class == AccountClass.Income).Sum(sum => sum.Net);
                var spent = group.Where(sum => sum.Class == AccountClass.Expense).Sum(sum => sum.Net);
                return new IncomeTotal(group.Key.Code, new Money(earned, group.Key), new Money(spent, group.Key),
                    new Money(checked(earned - spent), group.Key));
            });
        return TypedResults.Ok(new IncomeReport(from, to, [.. totals],
            [.. sums.Select(sum => new IncomeLine(sum.Code, Views.Upper(sum.Class),
                new Money(sum.Class == AccountClass.Income ? -sum.Net : sum.Net, sum.Currency)))]));
    }
}
