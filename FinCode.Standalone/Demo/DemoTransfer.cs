using System.Globalization;
using FinCode.Contracts;

namespace FinCode.Standalone.Demo;

/// <summary>One row of the demo: a transfer, what people do about it, and how it has to end.</summary>
internal sealed record DemoTransfer
{
    public required string Name { get; init; }

    public required string SendCountry { get; init; }

    public required string ReceiveCountry { get; init; }

    public required Money SendAmount { get; init; }

    public required Currency ReceiveCurrency { get; init; }

    public required PayInMethod PayInMethod { get; init; }

    public required PayoutMethod PayoutMethod { get; init; }

    public required string Sender { get; init; }

    public required string Beneficiary { get; init; }

    /// <summary>Bank code, mobile-money operator or pick-up point; empty for a wallet.</summary>
    public required string Provider { get; init; }

    /// <summary>
    /// Account or phone number; its end may be one of the sandbox's magic values. A customer's name for a wallet.
    /// </summary>
    public required string Destination { get; init; }

    public required IReadOnlyList<DemoStep> Script { get; init; }

    public required TransactionStatus Expected { get; init; }

    /// <summary>How many payout attempts it takes.</summary>
    public required int Attempts { get; init; }

    /// <summary>How often each type of webhook comes.</summary>
    public required IReadOnlyDictionary<string, int> Webhooks { get; init; }

    public string Corridor => $"{SendCountry}-{ReceiveCountry} {SendAmount.Currency.Code}-{ReceiveCurrency.Code}";

    /// <summary>What the payer writes on the payment; the refund goes back to it.</summary>
    public string PayerReference => Name;

    /// <summary>All accounts that the beneficiary's money may go to: the one ordered, and the corrected one.</summary>
    public IEnumerable<string> Destinations => Script
        .Where(step => step.Act == DemoAct.Correct).Select(step => step.Argument!).Prepend(Destination);

    public bool Does(DemoAct act) => Script.Any(step => step.Act == act);
}

/// <summary>What somebody does, in the order of the script.</summary>
internal enum DemoAct
{
    /// <summary>The partner sends the same POST twice with one Idempotency-Key.</summary>
    Twice,

    /// <summary>The payer pays.</summary>
    Pay,

    /// <summary>Nobody pays until the transfer has expired.</summary>
    Expire,

    /// <summary>Two officers release the case.</summary>
    Release,

    /// <summary>Two officers reject the transfer.</summary>
    Reject,

    /// <summary>Two officers freeze the money.</summary>
    Freeze,

    /// <summary>The partner corrects the destination to the step's argument.</summary>
    Correct,

    /// <summary>The beneficiary collects the cash.</summary>
    Collect,

    /// <summary>
    /// FINANCE tops the payout partner up once the transfer waits for it; the argument is the amount.
    /// </summary>
    TopUp,
}

/// <summary>One act of a script, written <c>act</c> or <c>act=argument</c>.</summary>
internal sealed record DemoStep(DemoAct Act, string? Argument)
{
    private static readonly Dictionary<string, (DemoAct Act, bool HasArgument)> Words = new()
    {
        ["twice"] = (DemoAct.Twice, false),
        ["pay"] = (DemoAct.Pay, false),
        ["expire"] = (DemoAct.Expire, false),
        ["release"] = (DemoAct.Release, false),
        ["reject"] = (DemoAct.Reject, false),
        ["freeze"] = (DemoAct.Freeze, false),
        ["correct"] = (DemoAct.Correct, true),
        ["collect"] = (DemoAct.Collect, false),
        ["top-up"] = (DemoAct.TopUp, true),
    };

    /// <exception cref="FormatException">No such act, or its argument is missing or too many.</exception>
    public static DemoStep Parse(string text)
    {
        var parts = text.Split('=', 2);
        if (!Words.TryGetValue(parts[0], out var word) || word.HasArgument != (parts.Length == 2))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"\"{text}\" is not a step of a script."));
        return new DemoStep(word.Act, parts.Length == 2 ? parts[1] : null);
    }
}
