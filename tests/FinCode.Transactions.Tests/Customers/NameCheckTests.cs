using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

/// <summary>A provider that compares names, asked as soon as a transfer is there.</summary>
public sealed class NameCheckTests : IClassFixture<NameCheckTests.ComparingProvider>
{
    private readonly ComparingProvider _comparing;

    public NameCheckTests(ComparingProvider comparing) => _comparing = comparing;

    private Task<Desk> DeskAsync() => Desk.OpenAsync(_comparing.Under);

    private static Task AnsweredAsync(Made made, string state = "ANSWERED") => Eventually.HoldsAsync(async () =>
        (await made.Desk.ScalarAsync<string>("select name_check from transactions where id = $1", made.Id.Value))
        .ShouldBe(state));

    private static async Task<Made> CreateAsync(Desk desk, params string[] answers)
    {
        var account = Desk.NewAccount();
        desk.Provider.ScriptName(account, answers);
        return await desk.CreateAsync(account: account);
    }

    [Theory]
    [InlineData("NO_MATCH", NameMatch.NoMatch)]
    [InlineData("CLOSE_MATCH", NameMatch.CloseMatch)]
    public async Task What_the_provider_says_is_a_fact_when_the_money_comes(string answer, NameMatch expected)
    {
        var made = await CreateAsync(await DeskAsync(), answer);
        await AnsweredAsync(made);
        (await made.PayAsync()).EnsureSuccessStatusCode();
        (await made.PublishedAsync<TransactionFunded>()).Facts.NameMatch.ShouldBe(expected);
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_money_is_screened_before_anything_goes_on()
    {
        // No answer at first: the money is quicker.
        var made = await CreateAsync(await DeskAsync(), "", "", "NO_MATCH");
        (await made.PayAsync()).EnsureSuccessStatusCode();
        (await made.PublishedAsync<TransactionFunded>()).Facts.NameMatch.ShouldBeNull();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync();

        var asked = await made.PublishedAsync<ScreeningRequested>();

        (asked.ScreeningRound, asked.Facts.NameMatch).ShouldBe((2, NameMatch.NoMatch));
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task A_provider_that_never_answers_is_asked_a_few_times_and_holds_nothing_up()
    {
        var made = await CreateAsync(await DeskAsync(), "");
        await AnsweredAsync(made, "GIVEN_UP");
        made.Desk.Provider.NameEnquiriesFor(made.Key).ShouldBe(4);
        await made.ToReservingAsync();
    }

    [Fact]
    public async Task A_corrected_account_is_asked_about_anew()
    {
        var desk = await DeskAsync();
        var made = await CreateAsync(desk, "NO_MATCH");
        await AnsweredAsync(made);
        desk.Provider.Script(made.Key, Outcome.RefuseForGood);
        await made.ToProviderAsync();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        var correct = Desk.NewAccount();

        (await made.CorrectAsync(correct)).EnsureSuccessStatusCode();

        await Eventually.TrueAsync(
            () => desk.Provider.NameEnquiriesFor(correct) == 1, "the new account is asked about");
        var rounds = await made.PublishedAsync<ScreeningRequested>(e => e.Facts.NameMatch == null);
        await made.ScreenedAsync(round: rounds.ScreeningRound);
        var matched = await made.PublishedAsync<ScreeningRequested>(e => e.Facts.NameMatch == NameMatch.Match);
        await made.ScreenedAsync(round: matched.ScreeningRound);
        await made.AtStageAsync("SUBMITTED");
        desk.Provider.SentFor(correct).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cash_has_no_account_whose_name_could_be_compared()
    {
        var made = await (await DeskAsync()).CreateAsync("CASH_PICKUP");
        await AnsweredAsync(made, "NONE");
        await made.ToReservingAsync();
    }

    public sealed class ComparingProvider : IAsyncLifetime
    {
        private TransactionsUnderTest? _under;

        public TransactionsUnderTest Under => _under!;

        public async Task InitializeAsync() => _under = await TransactionsUnderTest.StartAsync(new()
        {
            ["Providers:sandbox-bank:NameEnquiry"] = "true",
        });

        public async Task DisposeAsync()
        {
            await Under.Service.DisposeAsync();
            await Under.Provider.DisposeAsync();
        }
    }
}
