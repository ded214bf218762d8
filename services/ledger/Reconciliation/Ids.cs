global using BreakId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.BreakKindOfId>;
global using MatchId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.MatchKindOfId>;
global using MatchRuleId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.MatchRuleKindOfId>;
global using StatementId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.StatementKindOfId>;
global using StatementLineId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.StatementLineKindOfId>;
using FinCode.Contracts;

namespace FinCode.Ledger.Reconciliation;

/// <summary>A statement that was imported.</summary>
public sealed class StatementKindOfId : IEntityKind
{
    public static string Prefix => "stm";
}

public sealed class StatementLineKindOfId : IEntityKind
{
    public static string Prefix => "stl";
}

public sealed class MatchRuleKindOfId : IEntityKind
{
    public static string Prefix => "rul";
}

public sealed class MatchKindOfId : IEntityKind
{
    public static string Prefix => "mat";
}

public sealed class BreakKindOfId : IEntityKind
{
    public static string Prefix => "brk";
}
