namespace FinCode.Sandbox.Instructions;

/// <summary>What happens to an instruction, chosen by the last four characters of its destination.</summary>
internal enum Behaviour
{
    Works,
    Down,
    DownTwice,
    AccountClosed,
    SlowAnswer,
    ErrorAfterTaking,
    ErrorWithoutTaking,
    CallbackThreeTimes,
    NoCallback,
    NameMismatch,
    ErrorOnce,
    RejectedLater,
    LimitLater,
    CompletedAtOnce,
    NameNearly,
    NotTakenBack,
    TakenBackInSilence,
}

/// <summary>The magic values. The README lists the same ones for people; a test compares the two.</summary>
internal static class Magic
{
    private const int SuffixLength = 4;

    public static IReadOnlyDictionary<string, Behaviour> Values { get; } = new Dictionary<string, Behaviour>
    {
        ["0001"] = Behaviour.Down,
        ["0002"] = Behaviour.DownTwice,
        ["0003"] = Behaviour.AccountClosed,
        ["0004"] = Behaviour.SlowAnswer,
        ["0005"] = Behaviour.ErrorAfterTaking,
        ["0006"] = Behaviour.ErrorWithoutTaking,
        ["0007"] = Behaviour.CallbackThreeTimes,
        ["0008"] = Behaviour.NoCallback,
        ["0009"] = Behaviour.NameMismatch,
        ["0010"] = Behaviour.ErrorOnce,
        ["0011"] = Behaviour.RejectedLater,
        ["0012"] = Behaviour.LimitLater,
        ["0013"] = Behaviour.CompletedAtOnce,
        ["0014"] = Behaviour.NameNearly,
        ["0015"] = Behaviour.NotTakenBack,
        ["0016"] = Behaviour.TakenBackInSilence,
    };

    /// <param name="destination">An account number, a phone number or a payer's reference; blanks do not count.</param>
    public static Behaviour Of(string? destination)
    {
        var text = destination?.Replace(" ", "", StringComparison.Ordinal) ?? "";
        return text.Length >= SuffixLength
            ? Values.GetValueOrDefault(text[^SuffixLength..], Behaviour.Works)
            : Behaviour.Works;
    }
}
