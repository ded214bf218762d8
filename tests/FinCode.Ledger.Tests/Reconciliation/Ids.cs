global using MatchRuleId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.MatchRuleKindOfId>;
global using StatementLineId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.StatementLineKindOfId>;
