namespace FinCode.Compliance.Customers.Model;

public enum DefinitionKind
{
    Tiers,
    Forms,
    Scorecard,
    Retention,
}

public enum DefinitionState
{
    Proposed,
    InForce,
    Replaced,
    Withdrawn,
}

/// <summary>What a tenant may define as data: versioned, and changed by two people.</summary>
internal interface IDefinition<TSelf> where TSelf : IDefinition<TSelf>
{
    static abstract DefinitionKind Kind { get; }

    /// <summary>What is in force while a tenant never defined anything: version 0.</summary>
    static abstract TSelf Default { get; }

    /// <summary>JSON pointers into the content (RFC 6901), each with a sentence; none when it can be used.</summary>
    IEnumerable<(string Pointer, string Detail)> WhatIsWrong();
}

/// <summary>Limits that all definitions share.</summary>
internal static class DefinitionLimits
{
    public const int MaxCodeLength = 40;
    public const int MaxTextLength = 500;
    public const int MaxPoints = 1000;

    /// <summary>Capitals, digits and underscores.</summary>
    public static bool IsCode(string text) => text.Length is > 0 and <= MaxCodeLength
        && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    /// <summary>Two countries as GB-NG, either of which may be a star.</summary>
    public static bool IsCorridor(string text) => text.Split('-') is [var from, var to] && IsEnd(from) && IsEnd(to);

    public static bool Matches(string pattern, string corridor) =>
        pattern.Split('-') is [var from, var to] && corridor.Split('-') is [var send, var receive]
        && (from == "*" || from == send) && (to == "*" || to == receive);

    private static bool IsEnd(string text) => text == "*" || text is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];
}
