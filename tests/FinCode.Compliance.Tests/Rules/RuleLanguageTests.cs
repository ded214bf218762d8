using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

public sealed class RuleLanguageTests
{
    [Theory]
    [InlineData("1 + 2 * 3 == 7")]
    [InlineData("(1 + 2) * 3 == 9")]
    [InlineData("10 - 3 - 2 == 5")]
    [InlineData("7 % 3 == 1 && 7.5 % 2 == 1.5")]
    [InlineData("1 / 4 == 0.25")]
    [InlineData("-3 + 5 == 2 && - -3 == 3")]
    [InlineData("!(1 > 2) && 1 < 2 && 2 <= 2 && 2 >= 2 && 1 != 2")]
    [InlineData("false || true && true")]
    [InlineData("1 == 1.0 && 2 in [1, 2.0] && !(3 in [1, 2])")]
    [InlineData("(1 > 2 ? 10 : 20) == 20")]
    [InlineData("(false ? 1 : true ? 2 : 3) == 2")]
    [InlineData("transfer.sendAmount == 100.00 GBP")]
    [InlineData("transfer.sendAmount.amount == 100 && transfer.sendAmount.currency == \"GBP\"")]
    [InlineData("transfer.sendAmount + 1 GBP > 100.99 GBP && transfer.sendAmount * 2 == 200 GBP")]
    [InlineData("transfer.sendAmount / 3 == 33.33 GBP && transfer.sendAmount / 8.00 GBP == 12.5")]
    [InlineData("1.25 * 0.10 GBP == 0.12 GBP && 1.35 * 0.10 GBP == 0.14 GBP")]
    [InlineData("500 JPY > 499 JPY && 1.250 KWD < 1.251 KWD")]
    [InlineData("convert(transfer.sendAmount, \"NGN\") == 200000.00 NGN")]
    [InlineData("convert(2000.00 NGN, \"GBP\") == 1.00 GBP && convert(5 EUR, \"EUR\") == 5.00 EUR")]
    [InlineData("transfer.corridor == \"GB-NG\" && startsWith(transfer.corridor, \"GB-\")")]
    [InlineData("contains(transfer.corridor, \"-\") && endsWith(transfer.corridor, 'NG')")]
    [InlineData("size(transfer.corridor) == 5 && size([1, 2]) == 2")]
    [InlineData("transfer.payInMethod in [\"CARD\", \"CASH\"] && transfer.payoutMethod != \"WALLET\"")]
    [InlineData("transfer.purpose == \"FAMILY_SUPPORT\" && customer.kind == recipient.kind")]
    [InlineData("24h == 1d && 90m > 1h && 2 * 3 == 6 && 1h * 24 == 1d && 1d / 1h == 24")]
    [InlineData("transfer.fundedAt - 24h < transfer.fundedAt && transfer.fundedAt + 1h - transfer.fundedAt == 1h")]
    [InlineData("transfer.fundedAt > timestamp(\"2026-03-04T15:29:59Z\")")]
    [InlineData("hourOfDay(transfer.fundedAt) == 15 && dayOfWeek(transfer.fundedAt) == 3")]
    [InlineData("days(49h) == 2 && hours(49h) == 49")]
    [InlineData("days(transfer.fundedAt - timestamp(\"2026-03-01T00:00:00Z\")) == 3")]
    [InlineData("isRound(transfer.sendAmount, 100) && !isRound(transfer.sendAmount, 1000) && isRound(3000, 1000)")]
    [InlineData("!isRound(0, 10) && min(2, 3) == 2 && max(1.00 GBP, 2.00 GBP) == 2.00 GBP")]
    [InlineData("!has(customer.kycTier) && !has(transfer.createdAt) && !has(device) && !has(phone)")]
    [InlineData("!has(convert(1 EUR, \"GBP\"))")]
    [InlineData("transfer.sendAmount > inCurrencyOf(transfer.sendAmount, 500.00 EUR, 99.00 GBP)")]
    [InlineData("!has(inCurrencyOf(transfer.sendAmount, 500.00 EUR)) && inCurrencyOf(1 JPY, 2 JPY * 2) == 4 JPY")]
    public void Conditions_mean_what_they_say(string condition) => Try(condition).Verdict.ShouldBe(RuleVerdict.Matched);

    [Theory]
    [InlineData("customer.kycTier >= 2", "customer.kycTier is not known")]
    [InlineData("!(customer.kycTier >= 2)", "customer.kycTier is not known")]
    [InlineData("true && customer.kycTier == 1", "customer.kycTier is not known")]
    [InlineData("customer.kycTier == 1 || false", "customer.kycTier is not known")]
    [InlineData("customer.kycTier == 1 ? true : true", "customer.kycTier is not known")]
    [InlineData("customer.kycTier in [1, 2]", "customer.kycTier is not known")]
    [InlineData("1 in [2, customer.kycTier]", "customer.kycTier is not known")]
    [InlineData("transfer.sendAmount > 10.00 EUR", "GBP and EUR do not compare without convert()")]
    [InlineData("transfer.sendAmount == transfer.receiveAmount", "GBP and NGN do not compare without convert()")]
    [InlineData("transfer.sendAmount in [1.00 EUR]", "GBP and EUR do not compare without convert()")]
    [InlineData("convert(transfer.sendAmount, \"EUR\") > 1 EUR", "this transfer has no rate from GBP to EUR")]
    [InlineData("1 GBP > inCurrencyOf(transfer.sendAmount, 1 EUR)", "there is no amount in GBP to choose")]
    [InlineData("1 / (size(transfer.corridor) - 5) > 1", "something is divided by zero")]
    [InlineData("1 % 0 == 1", "something is divided by zero")]
    [InlineData("9223372036854775807 + 1 > 0", "a figure is too large to be worked out")]
    [InlineData("transfer.sendAmount * 9223372036854775807 > 1 GBP", "a figure is too large to be worked out")]
    [InlineData("99999999999999999999.0 * 99999999999999999999.0 > 1", "a figure is too large to be worked out")]
    [InlineData("transfer.fundedAt + 36500d + 36500d * 100 > transfer.fundedAt", "a time lies outside of the calendar")]
    [InlineData("count(sender, 24h) > 1", "count(sender, 24h) was not asked for")]
    [InlineData("isRound(5, 0)", "a multiple has to be positive")]
    public void What_is_not_known_makes_a_condition_undecided_with_its_reason(string condition, string reason)
    {
        var answer = Try(condition);

        answer.Verdict.ShouldBe(RuleVerdict.Undecided);
        answer.Explanation.ShouldBe($"This could not be decided: {reason}.");
    }

    [Theory]
    [InlineData("false && customer.kycTier == 1", RuleVerdict.NotMatched)]
    [InlineData("customer.kycTier == 1 && false", RuleVerdict.NotMatched)]
    [InlineData("customer.kycTier == 1 || true", RuleVerdict.Matched)]
    [InlineData("has(customer.kycTier) && customer.kycTier == 1", RuleVerdict.NotMatched)]
    [InlineData("has(customer.kycTier) ? customer.kycTier == 1 : true", RuleVerdict.Matched)]
    [InlineData("1 in [1, customer.kycTier, 1]", RuleVerdict.Undecided)]
    [InlineData("transfer.sendAmount.currency == \"EUR\" && transfer.sendAmount > 1 EUR", RuleVerdict.NotMatched)]
    public void What_is_not_known_matters_only_where_the_rest_does_not_decide(string condition, object verdict) =>
        Try(condition).Verdict.ShouldBe((RuleVerdict)verdict);

    [Theory]
    [InlineData("", 1, 1, "Expected \"rule\", found the end.")]
    [InlineData("rule \"x\" when true then hold", 1, 29, "Expected \"because\", found the end.")]
    [InlineData("rule \"x\"\nwhen 1 +\nthen hold because \"y\"", 3, 1, "Expected a value, found \"then\".")]
    [InlineData("rule \"x\" when true then shout because \"y\"", 1, 25, "An action is warn, hold, block, ask or risk.")]
    [InlineData("rule \"x\" when true then ask DIARY because \"y\"", 1, 29, "\"DIARY\" is not one of PASSPORT")]
    [InlineData("rule \"x\" when true then risk 101 because \"y\"", 1, 30, "1 to 100 points")]
    [InlineData("rule \"x\" when true then hold, block because \"y\"", 1, 31, "warns, holds or blocks")]
    [InlineData("rule \"x\" when true then hold because \"y\" or", 1, 42, "Expected the end of the rule")]
    [InlineData("rule \"x\" for corridors gb-NG when true then hold because \"y\"", 1, 24, "ISO 3166-1")]
    [InlineData("rule \"x\" for payout PIGEON when true then hold because \"y\"",
        1, 21, "\"PIGEON\" is not one of BANK")]
    [InlineData("rule \"x\" for moons A when true then hold because \"y\"", 1, 14, "Expected one of corridors")]
    [InlineData("rule \"x\" for payin CARD for payin CASH when true then hold because \"y\"", 1, 29, "already")]
    [InlineData("rule \"x\" when \"abc then hold because y", 1, 15, "no closing \"")]
    [InlineData("rule \"x\" when 5 # 3 then hold because \"y\"", 1, 17, "no place for \"#\"")]
    [InlineData("rule \"x\" when 5 \u00a3 3 then hold because \"y\"", 1, 17, "the character U+00A3")]
    [InlineData("rule \"x\" when 24hours > 1 then hold because \"y\"", 1, 15, "30s, 15m, 24h or 7d")]
    [InlineData("rule \"x\" when 1 GBX > 1 then hold because \"y\"", 1, 17, "GBX is not an ISO 4217 currency.")]
    [InlineData("rule \"x\" when 1.001 GBP > 1 GBP then hold because \"y\"", 1, 15, "at most 2 decimals")]
    [InlineData("rule \"x\" when 99999999999999999999 > 1 then hold because \"y\"", 1, 15, "too large")]
    [InlineData("rule \"x\" when 40000d > 1d then hold because \"y\"", 1, 15, "at most 36500d")]
    [InlineData("rule \"x\" let when = 1 when true then hold because \"y\"", 1, 14, "word of the language")]
    [InlineData("rule \"x\" let a = 1 let a = 2 when true then hold because \"y\"", 1, 24, "defined already")]
    [InlineData("rule \"x\" when true then hold because \"a {transfer.sendAmount b\"",
        1, 41, "This brace has no other")]
    [InlineData("rule \"x\" when true then hold because \"a } b\"", 1, 41, "This brace has no other")]
    [InlineData("rule \"x\" when true then hold because \"a {1 +} b\"", 1, 45, "Expected a value")]
    [InlineData("rule \"x\" when true then hold because \"a\\q\"", 1, 40, "After \\ comes")]
    [InlineData("rule \"  \" when true then hold because \"y\"", 1, 6, "A name has 1 to 100 characters.")]
    public void A_text_that_is_no_rule_is_refused_with_the_place(string text, int line, int column, string message)
    {
        var error = ErrorOf(text);

        error.Message.ShouldContain(message);
        error.At.ShouldBe(new SourcePosition(line, column));
    }

    [Theory]
    [InlineData("1", 15, "A condition is bool; this is int.")]
    [InlineData("1 + true > 2", 17, "+ does not go with: these are int and bool.")]
    [InlineData("true && 1 == 1 && 2", 30, "&& takes two bools: these are bool and int.")]
    [InlineData("transfer.sendAmount > 5", 35, "> does not go with: these are money and int.")]
    [InlineData("1.00 GBP > 1.00 EUR", 24, "GBP and EUR do not compare; convert() one of them.")]
    [InlineData("convert(transfer.sendAmount, \"USD\") < 1 GBP", 51, "USD and GBP do not compare")]
    [InlineData("inCurrencyOf(1 GBP) > 1 GBP", 15, "inCurrencyOf takes an amount, and those to choose from.")]
    [InlineData("inCurrencyOf(1 GBP, transfer.sendAmount) > 1 GBP", 15, "amounts whose currency is certain.")]
    [InlineData("inCurrencyOf(1, 1 GBP) > 1 GBP", 15, "inCurrencyOf takes an amount, and amounts")]
    [InlineData("inCurrencyOf(1 GBP, 1 GBP, 2 GBP) > 1 GBP", 15, "inCurrencyOf takes one amount of each currency.")]
    [InlineData("max(1 GBP, 2 EUR) > 1 GBP", 15, "GBP and EUR do not compare")]
    [InlineData("transfer.payoutMethod == \"PIGEON\"", 37, "\"PIGEON\" is not one of BANK")]
    [InlineData("transfer.payInMethod in [\"CARD\", \"SHELLS\"]", 39, "\"SHELLS\" is not one of BANK_TRANSFER")]
    [InlineData("transfer.sendAmount.currency != \"GBX\"", 44, "\"GBX\" is not one of the words known here")]
    [InlineData("transfer == 1", 15, "\"transfer\" has sendAmount")]
    [InlineData("transfer.secret == 1", 24, "\"transfer\" has no \"secret\"")]
    [InlineData("System.Environment == 1", 15, "There is no \"System\".")]
    [InlineData("transfer.sendAmount.GetType == 1", 35, "An amount of money has \"amount\" and \"currency\".")]
    [InlineData("exec(\"x\")", 15, "There is no function \"exec\".")]
    [InlineData("matches(transfer.corridor, \".*\")", 15, "There is no function \"matches\".")]
    [InlineData("now() > transfer.fundedAt", 15, "There is no function \"now\".")]
    [InlineData("has(transfer.sendAmount)", 28, "This is always there")]
    [InlineData("count(sender, 2h) > 1", 29, "A window is 1h, 24h, 7d or 30d long.")]
    [InlineData("count(sender, 1) > 1", 29, "A window is 1h, 24h, 7d or 30d long.")]
    [InlineData("count(nobody, 24h) > 1", 21, "A window is kept for one of sender, beneficiary")]
    [InlineData("distinct(device, 30d, sendAmount) > 1", 37, "distinct is over one of sender")]
    [InlineData("sum(sender, 24h, beneficiary) > 1 GBP", 32, "sum is over one of sendAmount, receiveAmount.")]
    [InlineData("count() > 1", 15, "It is count(key, length) or count(key)")]
    [InlineData("sum(sender) > 1 GBP", 15, "It is sum(key, length)")]
    [InlineData("previous(sender, 24h, 1) > transfer.fundedAt", 15, "It is previous(key)")]
    [InlineData("first(sender, 24h) > transfer.fundedAt", 15, "It is first(key)")]
    [InlineData("count(sender, atLeast(1 GBP)) > 1", 29, "A window is 1h, 24h, 7d or 30d long.")]
    [InlineData("count(sender, 7d, between(1 GBP)) > 1", 33, "between takes 2 values.")]
    [InlineData("count(sender, 7d, atLeast(1)) > 1", 33, "atLeast takes amounts of money.")]
    [InlineData("count(sender, 7d, roundTo(1 GBP)) > 1", 33, "roundTo takes an int.")]
    [InlineData("count(sender, 7d, atLeast(sum(sender, 30d) / 9)) > 1", 33,
        "atLeast goes by the transfer and the customer, not by the history.")]
    [InlineData("roundTo(100) > 1", 15, "There is no function \"roundTo\".")]
    [InlineData("sum(sender, 24h) > 5", 32, "> does not go with: these are money and int.")]
    [InlineData("[] == [1]", 15, "A list has at least one item.")]
    [InlineData("1 in [1, \"a\"]", 24, "The items of a list are of one type: int, not string.")]
    [InlineData("1 in [[1]]", 20, "A list holds no lists.")]
    [InlineData("(1 > 0 ? 1 : \"a\") == 1", 22, "Both sides of : are of one type")]
    [InlineData("1 ? true : false", 15, "What ? asks is bool, not int.")]
    [InlineData("timestamp(\"yesterday\") < transfer.fundedAt", 15, "timestamp takes a text such as")]
    [InlineData("1 < 2 < 3", 21, "< does not go with: these are bool and int.")]
    [InlineData("\"a\" < \"b\"", 19, "< does not go with: these are string and string.")]
    public void A_type_error_is_told_with_its_place(string condition, int column, string message)
    {
        var error = ErrorOf(RuleOf(condition));

        error.Message.ShouldContain(message);
        error.At.ShouldBe(new SourcePosition(1, column + 5));
    }

    [Fact]
    public void All_type_errors_of_a_text_are_told_at_once()
    {
        var (_, errors) = CompiledRule.Compile("""
            rule "x"
            let a = 1 + true
            when a > 2 && nothing == 1
              && transfer.oops
            then hold
            because "{true} and {who}"
            """);

        errors.Select(error => (error.At.Line, error.At.Column))
            .ShouldBe([(2, 11), (3, 15), (4, 15), (6, 11), (6, 22)]);
    }

    [Fact]
    public void An_explanation_shows_its_figures_the_same_in_every_culture()
    {
        var rule = Compile(RuleOf("true", because: "{transfer.sendAmount} \\{not\\} {1 / 3} {transfer.corridor}, "
            + "{transfer.fundedAt}, {49h} {count(sender, 24h)} {customer.kycTier} {min(1, 2)} {'a\\'b'}"));

        rule.Try(Facts, new Dictionary<string, Figure> { ["count(sender, 24h)"] = Count(3) }).Explanation.ShouldBe(
            "100.00 GBP {not} 0.3333333333 GB-NG, 2026-03-04 15:30:00Z, 2 d 1 h 0 min 3 unknown 1 a'b");
    }

    [Theory]
    [InlineData("for corridors GB-NG", true)]
    [InlineData("for corridors US-*, *-NG", true)]
    [InlineData("for corridors US-*, GB-KE", false)]
    [InlineData("for currencies GBP, EUR", true)]
    [InlineData("for currencies EUR", false)]
    [InlineData("for payin CARD for payout WALLET", false)]
    [InlineData("for payin CARD for payout BANK", true)]
    [InlineData("for senders ENTITY", false)]
    [InlineData("for purposes FAMILY_SUPPORT", true)]
    [InlineData("", true)]
    public void A_rule_speaks_only_of_the_transfers_in_its_scope(string scope, bool concerns)
    {
        var rule = Compile($"rule \"x\" {scope} when customer.kycTier == 1 then hold because \"y\"");

        rule.Concerns(Facts).ShouldBe(concerns);
        rule.Try(Facts, new Dictionary<string, Figure>()).Verdict
            .ShouldBe(concerns ? RuleVerdict.Undecided : RuleVerdict.NotMatched);
    }

    [Fact]
    public void Amounts_to_count_go_by_the_transfer_and_never_by_the_history()
    {
        var rule = Compile("""
            rule "x"
            let near = inCurrencyOf(transfer.sendAmount, 9.00 GBP, 900 JPY)
            let often = count(sender, 7d, atLeast(near)) > 1
            when often && count(sender, 7d, between(near, near * 2)) > 1 && sum(sender, 1h, roundTo(50)) > near
            then hold because "{sum(sender, 1h, receiveAmount, atLeast(near))}"
            """);

        Names(Facts).ShouldBe([
            "count(sender, 7d, atLeast(9.00 GBP))", "count(sender, 7d, between(9.00 GBP, 18.00 GBP))",
            "sum(sender, 1h, receiveAmount, atLeast(9.00 GBP))", "sum(sender, 1h, sendAmount, roundTo(50.00 GBP))"]);
        Names(Sending(1, "JPY")).ShouldContain("sum(sender, 1h, sendAmount, roundTo(50 JPY))");
        // No amount is said in this currency, so nothing is read for it, and the rule cannot be decided.
        Names(Sending(1, "EUR")).ShouldBe(["sum(sender, 1h, sendAmount, roundTo(50.00 EUR))"]);
        rule.Try(Sending(1, "EUR"), new Dictionary<string, Figure>()).ShouldBe(new RuleAnswer(
            RuleVerdict.Undecided, "This could not be decided: there is no amount in EUR to choose."));
        Try("count(sender, 7d, atLeast(1 EUR)) > 1").Explanation.ShouldBe(
            "This could not be decided: the amounts to count are in EUR and this transfer is in GBP.");
        Try("count(sender, 7d, roundTo(1 - 1)) > 1").Explanation.ShouldBe(
            "This could not be decided: a multiple has to be positive, and an amount.");

        string[] Names(RuleFacts facts) =>
            [.. rule.WindowsFor(facts).Select(window => window.Name).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void What_looks_back_under_another_name_looks_back_too() =>
        ErrorOf("rule \"x\" let past = sum(sender, 7d) let half = past / 2 "
            + "when count(sender, 7d, atLeast(half)) > 1 then hold because \"y\"")
            .Message.ShouldStartWith("atLeast goes by the transfer");

    [Fact]
    public void A_rule_says_in_advance_which_figures_of_the_history_it_needs()
    {
        var rule = Compile("""
            rule "x"
            let often = count(sender, 24h) > 3
            when often && sum(pair, 7d, receiveAmount) > 1 NGN && count(sender, 1d) < 9 && has(previous(device))
            then hold
            because "{distinct(beneficiary, 30d, sender)} of {sum(sender, 1h)}"
            """);

        rule.WindowsFor(Facts).Select(window => window.Name).Order(StringComparer.Ordinal).ShouldBe([
            "count(sender, 24h)", "distinct(beneficiary, 30d, sender)", "previous(device)",
            "sum(pair, 7d, receiveAmount)", "sum(sender, 1h, sendAmount)"]);
    }
}
