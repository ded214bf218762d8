using FinCode.Compliance.Storage;

namespace FinCode.Compliance.Rules.Language;

/// <summary>Something that a rule can look at.</summary>
/// <param name="Read">Null when it is not known of this transfer.</param>
internal sealed record RuleAttribute(string Path, StaticType Type, bool IsOptional, Func<RuleFacts, Value?> Read);

/// <summary>
/// All that rules can look at, besides windows of history. There is no other way out of the language.
/// </summary>
internal static class Attributes
{
    private static readonly StaticType Bool = new(ValueKind.Bool);
    private static readonly StaticType Int = new(ValueKind.Int);
    private static readonly StaticType Money = new(ValueKind.Money);
    private static readonly StaticType Text = new(ValueKind.Text);
    private static readonly StaticType Time = new(ValueKind.Time);

    public static IReadOnlyList<RuleAttribute> All { get; } =
    [
        Always("transfer.sendAmount", Money, facts => Value.Of(facts.SendAmount)),
        Always("transfer.receiveAmount", Money, facts => Value.Of(facts.ReceiveAmount)),
        Always("transfer.sendCountry", Text, facts => Value.Of(facts.SendCountry)),
        Always("transfer.receiveCountry", Text, facts => Value.Of(facts.ReceiveCountry)),
        Always("transfer.corridor", Text, facts => Value.Of(facts.Corridor)),
        Always("transfer.payInMethod", OneOf(RuleWords.PayInMethods), facts => Word(facts.PayInMethod)),
        Always("transfer.payoutMethod", OneOf(RuleWords.PayoutMethods), facts => Word(facts.PayoutMethod)),
        Always("transfer.purpose", OneOf(RuleWords.Purposes), facts => Word(facts.Purpose)),
        Sometimes("transfer.sourceOfFunds", OneOf(RuleWords.SourcesOfFunds),
            facts => facts.SourceOfFunds is { } source ? Word(source) : null),
        Always("transfer.fundedAt", Time, facts => Value.Of(facts.FundedAt)),
        Sometimes("transfer.createdAt", Time, facts => facts.CreatedAt is { } at ? Value.Of(at) : null),
        Always("customer.kind", OneOf(RuleWords.PartyKinds), facts => Value.Of(facts.SenderKind)),
        Sometimes("customer.kycTier", Int, facts => facts.KycTier is { } tier ? Value.Of(tier) : null),
        Sometimes("customer.riskLevel", OneOf(RuleWords.RiskLevels),
            facts => facts.RiskLevel is { } level ? Value.Of(level) : null),
        Sometimes("customer.isPep", Bool, facts => facts.IsPep is { } isPep ? Value.Of(isPep) : null),
        Sometimes("customer.country", Text, facts => facts.SenderCountry is { } code ? Value.Of(code) : null),
        Sometimes("customer.nationality", Text, facts => facts.SenderNationality is { } code ? Value.Of(code) : null),
        Sometimes("customer.ageYears", Int, facts => facts.SenderAgeYears is { } years ? Value.Of(years) : null),
        Sometimes("customer.relationshipDays", Int,
            facts => facts.RelationshipDays is { } days ? Value.Of(days) : null),
        Always("recipient.kind", OneOf(RuleWords.PartyKinds), facts => Value.Of(facts.BeneficiaryKind)),
        Sometimes("payout.nameMatch", OneOf(RuleWords.NameMatches),
            facts => facts.NameMatch is { } match ? Value.Of(match) : null),
    ];

    private static readonly Dictionary<string, RuleAttribute> ByPath =
        All.ToDictionary(attribute => attribute.Path, StringComparer.Ordinal);

    public static RuleAttribute? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>The members of "transfer", "customer", "recipient" or "payout"; none when it is no such word.</summary>
    public static IReadOnlyList<string> MembersOf(string root) =>
        [.. All.Where(one => one.Path.StartsWith(root + ".", StringComparison.Ordinal))
            .Select(one => one.Path[(root.Length + 1)..])];

    private static RuleAttribute Always(string path, StaticType type, Func<RuleFacts, Value> read) =>
        new(path, type, IsOptional: false, facts => read(facts));

    private static RuleAttribute Sometimes(string path, StaticType type, Func<RuleFacts, Value?> read) =>
        new(path, type, IsOptional: true, read);

    private static StaticType OneOf(IReadOnlyCollection<string> words) => Text with { Words = words };

    private static Value Word<TEnum>(TEnum value) where TEnum : struct, Enum => Value.Of(Words.Of(value));
}
