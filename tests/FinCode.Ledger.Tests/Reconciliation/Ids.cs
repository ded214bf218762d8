global using MatchRuleId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.MatchRuleKindOfId>;
global using StatementId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.StatementKindOfId>;
global using StatementLineId = FinCode.Contracts.Id<FinCode.Ledger.Reconciliation.StatementLineKindOfId>;
