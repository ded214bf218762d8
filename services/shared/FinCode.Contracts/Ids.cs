namespace FinCode.Contracts;

/// <summary>A Principal: the tenant that every row, event and token belongs to.</summary>
public sealed class TenantKind : IEntityKind
{
    public static string Prefix => "prn";
}

public sealed class TransactionKind : IEntityKind
{
    public static string Prefix => "txn";
}

/// <summary>A sender or a beneficiary.</summary>
public sealed class PartyKind : IEntityKind
{
    public static string Prefix => "pty";
}

/// <summary>One attempt to pay out or to refund; its id is our reference at the provider.</summary>
public sealed class AttemptKind : IEntityKind
{
    public static string Prefix => "att";
}

public sealed class ScreeningKind : IEntityKind
{
    public static string Prefix => "scr";
}

public sealed class CaseKind : IEntityKind
{
    public static string Prefix => "cas";
}

/// <summary>A ledger entry.</summary>
public sealed class EntryKind : IEntityKind
{
    public static string Prefix => "ent";
}

/// <summary>A threshold on what a ledger account has available.</summary>
public sealed class MonitorKind : IEntityKind
{
    public static string Prefix => "mon";
}

/// <summary>What a person asks the ledger to do, until a second person decides.</summary>
public sealed class ProposalKind : IEntityKind
{
    public static string Prefix => "prp";
}

/// <summary>A daily report of what is owed to customers and held for them.</summary>
public sealed class SafeguardingReportKind : IEntityKind
{
    public static string Prefix => "sgr";
}
