using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Transactions.Tests.Support;

/// <summary>A transfer that a test made, and everything that the others say about it.</summary>
/// <param name="Key">Its account number or phone: what the fake provider's script goes by.</param>
/// <param name="PaymentId">The payment that funds it, at the pay-in provider.</param>
public sealed record Made(Desk Desk, TransactionId Id, string Pcn, string Key, string PaymentId, Money Total)
{
    private Task PublishAsync<TEvent>(TEvent message) where TEvent : IEvent =>
        Desk.Service.PublishAsync(Desk.Tenant, message);

    public Task<HttpResponseMessage> PayAsync(
        Money? amount = null, string? paymentId = null, string? eventId = null, string? payerName = null) =>
        Desk.CallbackAsync("pay-ins/sandbox-payin", new
        {
            eventId = eventId ?? $"evt-{paymentId ?? PaymentId}",
            paymentId = paymentId ?? PaymentId,
            reference = Pcn,
            amount = amount ?? Total,
            status = "PAID",
            payerName,
        });

    public Task BookedAsync(string step, int number = 1) =>
        PublishAsync(new EntryPosted(Id, EntryId.New(), step, number));

    public Task ScreenedAsync(
        ScreeningOutcome outcome = ScreeningOutcome.Clear, int round = 1, long lists = 1, long policy = 1) =>
        PublishAsync(new ScreeningCompleted(
            Id, ScreeningId.New(), round, outcome, outcome == ScreeningOutcome.Clear ? null
                : CaseId.New(), lists, policy));

    public Task DecidedAsync(
        CaseDecision decision, int round = 1, long lists = 1, long policy = 1, CaseId? caseId = null) =>
        PublishAsync(new CaseDecided(Id, caseId ?? CaseId.New(), round, decision, lists, policy));

    public Task FreezeEndedAsync(
        FreezeOutcome outcome, CaseId? caseId = null, int round = 1, long lists = 1, long policy = 1) =>
        PublishAsync(new FreezeEnded(Id, caseId ?? CaseId.New(), outcome, round, lists, policy));

    public Task ReservedAsync(int number = 1) => PublishAsync(new FundsReserved(Id, number, EntryId.New()));

    public Task NotReservedAsync(int number = 1) =>
        PublishAsync(new ReservationRejected(Id, number, "INSUFFICIENT_FUNDS"));

    public Task RefundReservedAsync(int number = 1) => PublishAsync(new RefundReserved(Id, number, EntryId.New()));

    /// <summary>Paid, booked, cleared and reserved: the payout leaves.</summary>
    public async Task ToProviderAsync()
    {
        await ToReservingAsync();
        await ReservedAsync();
    }

    public async Task ToReservingAsync()
    {
        (await PayAsync()).EnsureSuccessStatusCode();
        await BookedAsync(LedgerSteps.PayIn);
        await ScreenedAsync();
        await AtStageAsync("RESERVING");
    }

    public async Task ToSubmittedAsync()
    {
        await ToProviderAsync();
        await AtStageAsync("SUBMITTED");
    }

    /// <summary>Waits until its newest attempt has left, and gives its reference.</summary>
    public async Task<string> SentReferenceAsync(int count = 1)
    {
        await Eventually.TrueAsync(() => Desk.Provider.SentFor(Key).Count >= count, $"{count} instructions for {Key}");
        return Desk.Provider.SentFor(Key)[count - 1].Reference;
    }

    public Task<HttpResponseMessage> PayoutCallbackAsync(
        string reference, string status, string? code = null, bool retryable = false,
        string provider = "sandbox-bank") =>
        Desk.CallbackAsync($"payouts/{provider}", new
        {
            eventId = $"evt-{reference}-{status}",
            reference,
            providerId = "prv-1",
            status,
            failure = code is null ? null : new { code, retryable },
            fee = status == "COMPLETED" ? new { amount = "10.00", currency = "NGN" } : null,
        });

    public Task<HttpResponseMessage> CancelAsync() => Desk.Partner.PostAsync($"/v1/transactions/{Id}/cancel", null);

    public Task<HttpResponseMessage> CorrectAsync(string account) => Desk.Partner.PostAsJsonAsync(
        $"/v1/transactions/{Id}/beneficiary-corrections",
        new { payoutDetails = new { bankCode = "058", accountNumber = account } });

    public async Task<string> StatusAsync() =>
        (await Desk.GetAsync($"/v1/transactions/{Id}")).GetProperty("status").GetString()!;

    public Task<string> StageAsync() =>
        Desk.ScalarAsync<string>("select status || '/' || stage from transactions where id = $1", Id.Value);

    public Task AtStageAsync(string stage) => Eventually.HoldsAsync(
        async () => (await StageAsync()).Split('/')[1].ShouldBe(stage), TimeSpan.FromSeconds(30));

    public Task AtStatusAsync(string status) => Eventually.HoldsAsync(
        async () => (await StatusAsync()).ShouldBe(status), TimeSpan.FromSeconds(30));

    public Task<long> CountAsync(string table, string where = "true") => Desk.ScalarAsync<long>(
        $"select count(*) from {table} where transaction_id = $1 and {where}", Id.Value);

    public Task<TEvent> PublishedAsync<TEvent>(Func<TEvent, bool>? fits = null) where TEvent : IEvent =>
        Desk.Service.Events.WaitForAsync<TEvent>(e => e.EventKey() == Id.ToString() && (fits is null || fits(e)));

    /// <summary>What was published and has arrived; a message that is delivered twice is one event.</summary>
    public IReadOnlyList<TEvent> AllPublished<TEvent>() where TEvent : IEvent =>
    [
        .. Desk.Service.Events.Received
            .Where(e => e.Type == TEvent.Type && e.Tenant == Desk.Tenant && e.Key == Id.ToString())
            .DistinctBy(e => e.Id)
            .Select(e => e.Data.Deserialize<TEvent>(ContractJson.Options)!),
    ];
}
