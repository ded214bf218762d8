using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Customers;

public sealed class ChangedPartyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_that_commits_while_the_payout_is_about_to_leave_is_screened_first(bool ofSender)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        var (sender, beneficiary) = await desk.PartiesOfAsync(made);
        await using var connection = await desk.Service.Owner.OpenConnectionAsync();
        await using var change = await connection.BeginTransactionAsync();
        await using var update = connection.CreateCommand();
        update.CommandText = "update parties set version = version + 1 where id = $1";
        update.Parameters.AddWithValue((ofSender ? sender : beneficiary).Value);
        await update.ExecuteNonQueryAsync();

        await made.ReservedAsync();
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select count(*) from pg_locks where not granted and $1 = any (pg_blocking_pids(pid))",
            connection.ProcessID)).ShouldBe(1));
        await change.CommitAsync();

        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_counts_together_goes_by_the_names_and_phones_that_are_screened()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var created = (await made.PublishedAsync<TransactionCreated>()).Facts.Keys!;
        var (sender, beneficiary) = await desk.PartiesOfAsync(made);
        await RenameAsync("Grace Murray", "+447700900112", "Ada Nwosu");

        (await made.PayAsync()).EnsureSuccessStatusCode();

        var funded = (await made.PublishedAsync<TransactionFunded>()).Facts.Keys!;
        funded.SenderName.ShouldNotBe(created.SenderName);
        funded.BeneficiaryName.ShouldNotBe(created.BeneficiaryName);
        created.Phone.ShouldBeNull();
        funded.Phone.ShouldNotBeNull();
        await RenameAsync("Grace Hopper", "+447700900113", "Ada Obi");
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync();
        var again = (await made.PublishedAsync<ScreeningRequested>()).Facts.Keys!;
        (again.SenderName, again.BeneficiaryName).ShouldBe((created.SenderName, created.BeneficiaryName));
        again.Phone.ShouldNotBe(funded.Phone);

        async Task RenameAsync(string name, string phone, string to)
        {
            await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{sender}", new
            {
                kind = "PERSON", fullName = name, dateOfBirth = "1980-12-09", country = "GB", phone,
            }));
            await Desk.BodyOf(await desk.PutAsync($"/v1/customers/{sender}/beneficiaries/{beneficiary}",
                new { beneficiary = new { kind = "PERSON", fullName = to, country = "NG" } }));
        }
    }

    [Fact]
    public async Task A_text_of_one_line_has_no_control_characters()
    {
        var desk = await Desk.OpenAsync();
        var request = Desk.Transaction(await desk.QuoteAsync(), Desk.NewAccount());
        request["payoutDetails"] = new { bankCode = "058", accountNumber = "1", bankName = "Bank\u0007 of Bells" };
        var (status, _, text) = await Desk.ProblemOf(await desk.PostTransactionAsync(request));
        status.ShouldBe(422);
        text.ShouldContain("/payoutDetails/bankName");
    }
}
