using CsCheck;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Figures as the database works them out, against a model that looks at every transfer.</summary>
public sealed class RuleWindowTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PartyId[] Parties = [.. Enumerable.Range(0, 4).Select(_ => PartyId.New())];

    /// <summary>Hours that fall on the ends of windows as well as between them.</summary>
    private static readonly int[] Hours = [0, 1, 2, 5, 23, 24, 25, 48, 167, 168, 169, 500, 719, 720, 721, 800];

    private static AmountChoice[] Choices { get; } =
    [
        new(AmountTest.Between, Money.Of(200, "GBP"), Money.Of(500, "GBP")),
        new(AmountTest.AtLeast, Money.Of(300, "EUR")),
        new(AmountTest.RoundTo, Money.Of(3, "GBP")),
    ];

    private static IReadOnlyCollection<WindowRequest> AllWindows { get; } =
    [
        .. from key in Enum.GetValues<WindowKey>()
           from window in OfKey(key)
           select window,
    ];

    /// <summary>By who it is, whatever ids it has; a third sender has the name of a beneficiary.</summary>
    private static Gen<LinkKeys> AnyKeys { get; } = Gen.Select(
        Gen.OneOf("s1", "s2", "s3"), Gen.OneOf("b1", "b2", "b3"), Gen.OneOf("d1", "d2", ""), Gen.OneOf("p1", ""),
        (sender, beneficiary, device, phone) => new LinkKeys(sender, beneficiary, "name " + sender[1..],
            "name " + beneficiary[1..], device.Length == 0 ? null : device, phone.Length == 0 ? null : phone));

    private static Gen<FundedTransfer> AnyTransfer { get; } = Gen.Select(
        Gen.Select(Gen.OneOf(Parties), Gen.OneOf(Parties), Gen.Int[1, 900]),
        Gen.Select(Gen.OneOf("GBP", "GBP", "GBP", "EUR"), Gen.OneOf("NGN", "NGN", "GBP"), Gen.OneOf("GB", "DE")),
        Gen.Select(Gen.OneOf(Hours), Gen.OneOf(0, 0, 1, 3599), AnyKeys),
        (who, what, when) => new FundedTransfer(TransactionId.New(), who.Item1, who.Item2,
            Money.Of(who.Item3, what.Item1), Money.Of(who.Item3 * 7, what.Item2), what.Item3, "NG",
            who.Item3 % 2 == 0 ? PayoutMethod.Bank : PayoutMethod.Wallet,
            Start.AddHours(when.Item1).AddSeconds(when.Item2), when.Item3));

    [Fact]
    public void Figures_that_take_too_long_are_not_known_and_the_session_goes_on()
    {
        var tenant = TestTenant.New();
        var transfer = AnyTransfer.Single();
        InSession(tenant, session => FundedTransfers.RememberAsync(session, transfer, default));
        using var blocker = compliance.Service.Owner.OpenConnection();
        using var blocking = blocker.BeginTransaction();
        using (var take = new Npgsql.NpgsqlCommand("lock table funded_transfers in access exclusive mode", blocker))
            take.ExecuteNonQuery();

        var figures = InSession(tenant, async session =>
        {
            var found = await TransferWindows.TryReadAsync(
                session, transfer.Id, AllWindows, TimeSpan.FromMilliseconds(50), default);
            await using var next = session.Command("select count(*) from cases");
            (await next.ExecuteScalarAsync()).ShouldBe(0L);
            return found;
        });

        figures.Count.ShouldBe(AllWindows.Select(window => window.Name).Distinct().Count());
        figures.Values.ShouldAllBe(figure => figure.Unknown != null);
    }

    [Fact]
    public void Every_figure_is_what_a_look_at_every_transfer_gives() =>
        AnyTransfer.Array[1, 40].Sample(history =>
        {
            var tenant = TestTenant.New();
            var found = InSession(tenant, async session =>
            {
                // Not in the order of their time: what comes late counts where it belongs.
                foreach (var transfer in history)
                    (await FundedTransfers.RememberAsync(session, transfer, default)).ShouldBe(transfer.FundedAt);
                return await TransferWindows.ReadAsync(
                    session, history.Select(one => (one.Id, AllWindows)), default);
            });

            foreach (var transfer in history)
            {
                foreach (var window in AllWindows)
                {
                    found[transfer.Id][window.Name].ShouldBe(
                        Naive(history, transfer, window), $"{window.Name} of {transfer}");
                }
            }
        }, iter: Seeds.Rounds(25, 500), threads: 1);

    [Fact]
    public void Windows_of_another_tenant_hold_nothing_of_this_one()
    {
        var one = new FundedTransfer(TransactionId.New(), Parties[0], Parties[1], Money.Of(1, "GBP"),
            Money.Of(1, "NGN"), "GB", "NG", PayoutMethod.Bank, Start, new LinkKeys("s1", "b1", "n1", "n2"));
        foreach (var _ in new[] { 1, 2 })
        {
            var other = one with { Id = TransactionId.New() };
            InSession(TestTenant.New(), async session =>
            {
                await FundedTransfers.RememberAsync(session, other, default);
                return await TransferWindows.ReadAsync(session, [(other.Id, AllWindows)], default);
            })[other.Id]["count(sender, 30d)"].Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_count_without_a_length_stops_at_its_limit()
    {
        var tenant = TestTenant.New();
        var one = new FundedTransfer(TransactionId.New(), Parties[0], Parties[1], Money.Of(1, "GBP"),
            Money.Of(1, "NGN"), "GB", "NG", PayoutMethod.Bank, Start, new LinkKeys("s1", "b1", "n1", "n2"));
        InSession(tenant, session => FundedTransfers.RememberAsync(session, one, default));
        await compliance.Service.ByHandAsync(["funded_transfers"],
            "insert into funded_transfers (tenant_id, transaction_id, sender_id, beneficiary_id, send_minor, "
            + "send_currency, receive_minor, receive_currency, send_country, receive_country, payout_method, "
            + "funded_at, sender_key, beneficiary_key, sender_name_key, beneficiary_name_key, keys_of_round) "
            + "select tenant_id, gen_random_uuid(), sender_id, beneficiary_id, send_minor, send_currency, "
            + "receive_minor, receive_currency, send_country, receive_country, payout_method, funded_at, sender_key, "
            + "beneficiary_key, sender_name_key, beneficiary_name_key, 1 "
            + "from funded_transfers, generate_series(1, $2) where tenant_id = $1",
            tenant.Value, WindowRequest.MostCounted);

        var figures = InSession(tenant, session => TransferWindows.ReadAsync(session, [(one.Id, AllWindows)], default));

        figures[one.Id]["count(sender)"].Count.ShouldBe(WindowRequest.MostCounted);
        figures[one.Id]["count(sender, 1h)"].Count.ShouldBe(WindowRequest.MostCounted + 1);
    }

    [Fact]
    public void An_account_that_is_corrected_counts_where_it_is_now_and_an_older_round_changes_nothing()
    {
        var first = new FundedTransfer(TransactionId.New(), Parties[0], Parties[1], Money.Of(1, "GBP"),
            Money.Of(1, "NGN"), "GB", "NG", PayoutMethod.Bank, Start, new LinkKeys("s1", "wrong", "n1", "n2"));
        var other = first with { Id = TransactionId.New(), Keys = new LinkKeys("s2", "right", "n3", "n4") };
        var figures = InSession(TestTenant.New(), async session =>
        {
            await FundedTransfers.RememberAsync(session, other, default);
            await FundedTransfers.RememberAsync(session, first, default);
            await FundedTransfers.RememberAsync(
                session, first with { Keys = first.Keys with { Beneficiary = "right" } }, default, round: 2);
            await FundedTransfers.RememberAsync(session, first, default);
            return await TransferWindows.ReadAsync(session, [(other.Id, AllWindows)], default);
        });
        figures[other.Id]["distinct(beneficiary, 7d, sender)"].Count.ShouldBe(2);
    }

    /// <summary>A figure that the model works out by looking at each transfer.</summary>
    private static Figure Naive(FundedTransfer[] history, FundedTransfer of, WindowRequest window)
    {
        var key = KeyOf(of, window.Key);
        if (key is null)
            return Figure.NotKnown($"the {window.Key.ToString().ToLowerInvariant()} is not known");
        var matching = history.Where(other => MatchOf(other, window.Key) == key && other.FundedAt <= of.FundedAt);
        if (window is { Hours: 0, Measure: WindowMeasure.Count })
            return new Figure(Count: matching.Count());
        if (!window.IsOverWindow)
        {
            var times = matching.Where(other => window.Measure == WindowMeasure.First
                    || (other.Id != of.Id && other.FundedAt <= of.FundedAt.AddHours(-window.Hours)))
                .Select(other => other.FundedAt).Order().ToArray();
            return times.Length == 0
                ? Figure.NotKnown($"there is no {window.Name}")
                : new Figure(At: window.Measure == WindowMeasure.First ? times[0] : times[^1]);
        }
        var inside = matching.Where(other => other.FundedAt > of.FundedAt.AddHours(-window.Hours)
                && Counts(window.Key == WindowKey.Incoming ? other.ReceiveAmount : other.SendAmount, window.Only))
            .ToArray();
        switch (window.Measure)
        {
            case WindowMeasure.Count:
                return new Figure(Count: inside.Length);
            case WindowMeasure.Distinct:
                return new Figure(Count: inside.Select(other => FieldOf(other, window.Field))
                    .Where(value => value is not null).Distinct().Count());
        }
        var isSent = window.Field == WindowField.SendAmount;
        var amounts = inside.Select(other => isSent ? other.SendAmount : other.ReceiveAmount).ToArray();
        var currency = isSent || window.Key == WindowKey.Incoming ? of.SendAmount.Currency : of.ReceiveAmount.Currency;
        return amounts.Any(amount => amount.Currency != currency)
            ? Figure.NotKnown($"{window.Name} holds amounts in other currencies than {currency.Code}")
            : new Figure(Sum: amounts.Aggregate(Money.Zero(currency), (sum, amount) => sum + amount));
    }

    private static bool Counts(Money amount, AmountChoice? only) => only is null
        || (amount.Currency == only.First.Currency && only.Test switch
        {
            AmountTest.AtLeast => amount >= only.First,
            AmountTest.RoundTo => amount.MinorUnits % only.First.MinorUnits == 0,
            _ => amount >= only.First && amount < only.Second,
        });

    private static string? KeyOf(FundedTransfer one, WindowKey key) => key switch
    {
        WindowKey.Incoming => one.Keys.SenderName,
        _ => MatchOf(one, key),
    };

    private static string? MatchOf(FundedTransfer one, WindowKey key) => key switch
    {
        WindowKey.Sender => one.Keys.Sender,
        WindowKey.Beneficiary => one.Keys.Beneficiary,
        WindowKey.Incoming => one.Keys.BeneficiaryName,
        WindowKey.Pair => $"{one.Keys.Sender} {one.Keys.Beneficiary}",
        WindowKey.Device => one.Keys.Device,
        WindowKey.Phone => one.Keys.Phone,
        _ => $"{one.SendCountry}-{one.ReceiveCountry}",
    };

    private static string? FieldOf(FundedTransfer one, WindowField field) => field switch
    {
        WindowField.Sender => one.Keys.Sender,
        WindowField.Beneficiary => one.Keys.Beneficiary,
        WindowField.Device => one.Keys.Device,
        WindowField.Phone => one.Keys.Phone,
        WindowField.Corridor => $"{one.SendCountry}-{one.ReceiveCountry}",
        WindowField.SendCountry => one.SendCountry,
        WindowField.ReceiveCountry => one.ReceiveCountry,
        WindowField.SendCurrency => one.SendAmount.Currency.Code,
        _ => one.PayoutMethod.ToString(),
    };

    private static IEnumerable<WindowRequest> OfKey(WindowKey key)
    {
        yield return new WindowRequest(WindowMeasure.Previous, key, 0, WindowField.None);
        yield return new WindowRequest(WindowMeasure.First, key, 0, WindowField.None);
        yield return new WindowRequest(WindowMeasure.Count, key, 0, WindowField.None);
        yield return new WindowRequest(WindowMeasure.Previous, key, 168, WindowField.None);
        foreach (var only in Choices)
        {
            yield return new WindowRequest(WindowMeasure.Count, key, 168, WindowField.None, only);
            yield return new WindowRequest(WindowMeasure.Sum, key, 24, WindowField.SendAmount, only);
            yield return new WindowRequest(WindowMeasure.Sum, key, 720, WindowField.ReceiveAmount, only);
            yield return new WindowRequest(WindowMeasure.Distinct, key, 720, WindowField.Beneficiary, only);
        }
        foreach (var hours in WindowRequest.Lengths)
        {
            yield return new WindowRequest(WindowMeasure.Count, key, hours, WindowField.None);
            yield return new WindowRequest(WindowMeasure.Sum, key, hours, WindowField.SendAmount);
            yield return new WindowRequest(WindowMeasure.Sum, key, hours, WindowField.ReceiveAmount);
        }
        foreach (var field in Enum.GetValues<WindowField>().Where(field => field > WindowField.ReceiveAmount))
            yield return new WindowRequest(WindowMeasure.Distinct, key, 168, field);
    }

    private T InSession<T>(TenantId tenant, Func<DbSession, Task<T>> act) => Task.Run(async () =>
    {
        await using var scope = compliance.Service.Services.CreateAsyncScope();
        var session = scope.ServiceProvider.GetRequiredService<DbSession>();
        await session.BeginAsync(tenant, default);
        var result = await act(session);
        await session.CommitAsync(default);
        return result;
    }).GetAwaiter().GetResult();
}
