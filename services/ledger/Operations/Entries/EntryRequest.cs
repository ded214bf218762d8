using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Entries;

/// <param name="Account">The account's code, such as "suspense" or "own:GBP".</param>
/// <param name="Side">DEBIT or CREDIT.</param>
public sealed record LegRequest(string? Account, Side? Side, Money? Amount)
{
    internal Leg ToLeg() => new(Account!, Side!.Value, Amount!.Value);
}

/// <summary>
/// An entry to book: its legs (as <paramref name="Kind"/> says), or what it posts, voids or reverses.
/// </summary>
/// <param name="Kind">POSTED (unless given), PENDING, or LIEN (blocks what an account has, need not balance).</param>
/// <param name="Legs">2 to 1000 (a lien: from 1). With <paramref name="Posts"/>: the part to post, else all.</param>
/// <param name="Posts">The pending entry to post; what is not posted of it is let go.</param>
/// <param name="Voids">The pending entry or lien to let go.</param>
/// <param name="Reverses">The posted entry to take back.</param>
/// <param name="ValueDate">A day of an open period; today (UTC) unless given.</param>
/// <param name="ExpiresAt">When a pending entry or a lien lets go by itself; never unless given.</param>
/// <param name="Reference">What the other side's statement names the movement by; at most 140 characters.</param>
/// <param name="Metadata">At most 20 names (letters, digits, dots, hyphens, underscores) with texts.</param>
public sealed record EntryRequest(
    string? Kind, IReadOnlyList<LegRequest>? Legs, string? Posts, string? Voids, string? Reverses,
    DateOnly? ValueDate, DateTimeOffset? ExpiresAt, string? Reference, string? Description,
    IReadOnlyDictionary<string, string>? Metadata)
{
    public const int MaxLinked = 50;
    private const int MaxReferenceLength = 140;
    private const int MaxDescriptionLength = 500;
    private const int MaxCodeLength = 200;

    /// <summary>How far from today a value date may be.</summary>
    private const int MaxDaysBack = 3_660;
    private const int MaxDaysAhead = 366;

    internal static void Check(
        IReadOnlyList<EntryRequest>? entries, DateOnly today, Validation validation, string pointer = "/entries")
    {
        if (!validation.Require(entries, pointer)
            || !validation.Check(entries.Count is >= 1 and <= MaxLinked, pointer, $"From 1 to {MaxLinked} entries."))
            return;
        for (var i = 0; i < entries.Count; i++)
        {
            if (validation.Require(entries[i], $"{pointer}/{i}"))
                entries[i].Check(validation, $"{pointer}/{i}", today);
        }
    }

    /// <summary>As an instruction, under its key, once it is checked.</summary>
    internal Instruction ToInstruction(EntryKey key)
    {
        var details = new EntryDetails(ValueDate, Reference, Description, Model.Metadata.Write(Metadata));
        var legs = Legs?.Select(leg => leg.ToLeg()).ToArray();
        Instruction instruction = (Posts, Voids, Reverses, Kind) switch
        {
            ({ } pending, _, _, _) => new Commit(key, EntryId.Parse(pending), legs),
            (_, { } held, _, _) => new Release(key, EntryId.Parse(held)),
            (_, _, { } original, _) => new Reverse(key, EntryId.Parse(original)),
            (_, _, _, "PENDING") => new Hold(key, legs!, ExpiresAt),
            (_, _, _, "LIEN") => new Block(key, legs!, ExpiresAt),
            _ => new Post(key, legs!),
        };
        return instruction with { Details = details };
    }

    private void Check(Validation validation, string pointer, DateOnly today)
    {
        string?[] targets = [Posts, Voids, Reverses];
        var named = targets.Count(target => target is not null);
        validation.Check(named <= 1, pointer, "An entry posts, voids or reverses one other, not several.");
        foreach (var (target, name) in targets.Zip(["posts", "voids", "reverses"]))
            validation.Check(target is null || EntryId.TryParse(target, null, out _), $"{pointer}/{name}",
                "The id of an entry is ent_ and 32 hexadecimal digits.");
        validation.Check(Kind is null or "POSTED" or "PENDING" or "LIEN", $"{pointer}/kind",
            "One of POSTED, PENDING, LIEN.");
        validation.Check(Kind is null || named == 0, $"{pointer}/kind",
            "What posts, voids or reverses another entry has no kind of its own.");
        validation.Check(ExpiresAt is null || (named == 0 && Kind is "PENDING" or "LIEN"), $"{pointer}/expiresAt",
            "Only what is pending or a lien expires.");
        validation.Check(
            ValueDate is not { } day || (day >= today.AddDays(-MaxDaysBack) && day <= today.AddDays(MaxDaysAhead)),
            $"{pointer}/valueDate", "A value date is at most ten years back and one year ahead.");
        validation.OptionalText(Reference, $"{pointer}/reference", MaxReferenceLength);
        validation.OptionalText(Description, $"{pointer}/description", MaxDescriptionLength);
        MetadataRules.Check(Metadata, validation, $"{pointer}/metadata");
        if (Voids is not null || Reverses is not null)
            validation.Check(Legs is null, $"{pointer}/legs", "Voiding and reversing is in full: without legs.");
        else if (Posts is null || Legs is not null)
            CheckLegs(validation, $"{pointer}/legs");
    }

    private void CheckLegs(Validation validation, string pointer)
    {
        if (!validation.Require(Legs, pointer)
            || !validation.Check(Legs.Count is >= 1 and <= PostingRules.MaxLegsPerEntry, pointer,
                $"An entry has at most {PostingRules.MaxLegsPerEntry} legs."))
            return;
        for (var i = 0; i < Legs.Count; i++)
        {
            if (!validation.Require(Legs[i], $"{pointer}/{i}"))
                continue;
            validation.RequireText(Legs[i].Account, $"{pointer}/{i}/account", MaxCodeLength);
            validation.Require(Legs[i].Side, $"{pointer}/{i}/side");
            if (validation.Require(Legs[i].Amount, $"{pointer}/{i}/amount"))
                validation.Check(Legs[i].Amount!.Value.IsPositive, $"{pointer}/{i}/amount",
                    "The amount of a leg is more than zero.");
        }
        if (Kind == "LIEN" || validation.Failed)
            return;
        var uneven = Legs.GroupBy(leg => leg.Amount!.Value.Currency.Code)
            .Where(legs => legs.Aggregate(Int128.Zero, (sum, leg) => leg.Side == Side.Debit
                ? sum + leg.Amount!.Value.MinorUnits : sum - leg.Amount!.Value.MinorUnits) != 0)
            .Select(legs => legs.Key).Order(StringComparer.Ordinal).ToArray();
        validation.Check(uneven.Length == 0, pointer, $"Debits and credits differ in {string.Join(", ", uneven)}.");
    }
}
