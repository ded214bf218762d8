using FinCode.Compliance.Rules;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// Which transfers are behind the figures of a trial, and what became of them, only COMPLIANCE reads: others who may
/// change policies and rules count.
/// </summary>
internal static class FiguresForCaller
{
    private static readonly IReadOnlyDictionary<string, int> s_none = new Dictionary<string, int>();

    public static TrialFigures For(this TrialFigures figures, Caller caller)
    {
        return caller.IsIn(Roles.Compliance)
            ? figures
            : figures with { Gained = Counted(figures.Gained), Lost = Counted(figures.Lost) };

        static TrialDifference Counted(TrialDifference one) => one with { Examples = [] };
    }

    public static BacktestFigures For(this BacktestFigures figures, Caller caller)
    {
        return caller.IsIn(Roles.Compliance)
            ? figures
            : new BacktestFigures(figures.Transfers, Counted(figures.Candidate), Counted(figures.Present),
                Counted(figures.Gained), Counted(figures.Lost));

        static BacktestAlerts Counted(BacktestAlerts one) => one with { ByLabel = s_none, Examples = [] };
    }
}
