using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>
/// A hold is released only by the approving event: all else that a transfer hears while its case is open, every
/// message, request and job of the service, leaves it where it is. What is new in the service fails here until it is
/// tried, too.
/// </summary>
public sealed class HoldTests
{
    /// <summary>What names no transfer, nor a party of one.</summary>
    private static readonly IReadOnlyList<string> AboutNoTransfer =
    [
        "POST /v1/quotes", "POST /v1/transactions", "POST /v1/customers", "POST /v1/customers/{id}/beneficiaries",
        "PUT /v1/corridors/{from}-{to}", "PUT /v1/customer-retention", "POST /v1/customer-retention/approvals",
        "PUT /v1/travel-rules", "POST /v1/travel-rules/versions/{version:int}/approve",
        "POST /internal/messaging/parked/{eventId:guid}/replay",
    ];

    [Theory]
    [InlineData("IN_REVIEW", "SCREENING")]
    [InlineData("REFUND_IN_REVIEW", "REFUND_SCREENING")]
    public async Task A_hold_is_released_only_by_the_approving_event(string held, string released)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.AtStageAsync("IN_REVIEW");
        if (held == "REFUND_IN_REVIEW")
            (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.AtStageAsync(held);
        var parties = await desk.PartiesOfAsync(made);

        await HearAsync(desk, MessagesTo(made, parties.Sender));
        await AskAsync(desk, RequestsOf(made, parties.Sender, parties.Beneficiary));
        await RunJobsAsync(desk, made);

        (await made.StageAsync()).Split('/')[1].ShouldBe(held);
        (await made.CountAsync("timeline", $"at > (select min(at) from timeline where transaction_id = $1 "
            + $"and stage = '{held}') and stage <> '{held}'")).ShouldBe(0);
        (await made.CountAsync("payout_attempts") + await made.CountAsync("refund_attempts")).ShouldBe(0);
        desk.Provider.SentFor(made.Key).Concat(desk.Provider.SentFor(made.PaymentId)).ShouldBeEmpty();
        // Lists are newer by now: it is let go, and looked at again.
        await made.DecidedAsync(CaseDecision.Release);
        await made.AtStageAsync(released);
        await made.PublishedAsync<ScreeningRequested>(e => e.ScreeningRound == 2);
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    /// <summary>All that the service reacts to, but what decides this round of the case.</summary>
    private static List<Message> MessagesTo(Made made, PartyId sender)
    {
        var report = Id<SafeguardingReportKind>.New();
        var money = Money.Of(1, "NGN");
        return
        [
            .. typeof(LedgerSteps).GetFields().Select(step => Of(new EntryPosted(
                made.Id, EntryId.New(), (string)step.GetRawConstantValue()!, 1))),
            Of(new FundsReserved(made.Id, 1, EntryId.New())),
            Of(new ReservationRejected(made.Id, 1, "INSUFFICIENT_FUNDS")),
            Of(new ReservationRejected(made.Id, 1, "NOT_PAYABLE")),
            Of(new RefundReserved(made.Id, 1, EntryId.New())),
            .. Enum.GetValues<BalanceCrossing>().Select(crossing => Of(new BalanceCrossed(
                MonitorId.New(), "prefund:sandbox-bank:NGN", money, money, crossing, EntryId.New()))),
            Of(new SafeguardingShortfall(report, DateOnly.MinValue, money, money, money)),
            Of(new SafeguardingRestored(report, report)),
            .. from outcome in Enum.GetValues<ScreeningOutcome>()
               from round in (int[])[0, 1, 2]
               select Of(new ScreeningCompleted(made.Id, ScreeningId.New(), round, outcome, CaseId.New(), 9, 9)),
            Of(new CaseDecided(made.Id, CaseId.New(), 0, CaseDecision.Release, 9, 9)),
            Of(new CaseDecided(made.Id, CaseId.New(), 0, CaseDecision.Reject, 9, 9)),
            .. from outcome in Enum.GetValues<FreezeOutcome>()
               from round in (int[])[0, 1, 2]
               select Of(new FreezeEnded(made.Id, CaseId.New(), outcome, round, 9, 9)),
            Of(new CustomerFrozen(sender, CaseId.New())),
            Of(new ScreeningBasisChanged(made.Desk.Tenant, 9, 9)),
        ];

        static Message Of<TEvent>(TEvent message) where TEvent : IEvent => new(
            typeof(TEvent), (desk, id) => desk.Service.PublishAsync(desk.Tenant, message, id));
    }

    /// <summary>
    /// What names the transfer or its parties, but for what ends them: by method and route. A cancel of what is held
    /// is answered and stays held, which others test.
    /// </summary>
    private static Dictionary<string, Func<Task<HttpResponseMessage>>> RequestsOf(
        Made made, PartyId sender, PartyId beneficiary)
    {
        var desk = made.Desk;
        var reference = $"att_{new string('0', 21)}1";
        return new()
        {
            ["POST /v1/callbacks/pay-ins/{provider}"] = () => made.PayAsync(paymentId: $"{made.PaymentId}-2"),
            ["POST /v1/callbacks/payouts/{provider}"] = () => made.PayoutCallbackAsync(reference, "COMPLETED"),
            ["POST /v1/callbacks/refunds/{provider}"] = () => desk.CallbackAsync("refunds/sandbox-payin", new
            {
                eventId = $"evt-{made.Id}", reference = made.Id.ToString(), providerId = "prv-1", status = "COMPLETED",
            }),
            ["POST /v1/transactions/{id}/beneficiary-corrections"] = () => made.CorrectAsync(Desk.NewAccount()),
            ["PUT /v1/customers/{id}"] = () => desk.PutAsync($"/v1/customers/{sender}", new
            {
                kind = "PERSON", fullName = "Grace B. Hopper", dateOfBirth = "1980-12-09", country = "GB",
            }),
            ["PUT /v1/customers/{id}/beneficiaries/{beneficiaryId}"] = () => desk.PutAsync(
                $"/v1/customers/{sender}/beneficiaries/{beneficiary}",
                new { beneficiary = new { kind = "PERSON", fullName = "Ada B. Obi", country = "NG" } }),
            ["POST /v1/transactions/{id}/cancel"] = async () =>
                (await made.StageAsync()).EndsWith("/REFUND_IN_REVIEW", StringComparison.Ordinal)
                    ? await made.CancelAsync()
                    : await desk.Partner.GetAsync(new Uri($"/v1/transactions/{made.Id}", UriKind.Relative)),
            ["DELETE /v1/customers/{id}"] = () => desk.Client(Roles.Manager).DeleteAsync(
                new Uri($"/v1/customers/{sender}", UriKind.Relative)),
            ["POST /v1/customers/{id}/erasure-approvals"] = () => desk.Client(Roles.Manager).PostAsJsonAsync(
                $"/v1/customers/{sender}/erasure-approvals", new { }),
        };
    }

    private static async Task HearAsync(Desk desk, List<Message> messages)
    {
        var reactsTo = typeof(TransactionsApp).Assembly.GetTypes().SelectMany(type => type.GetInterfaces())
            .Where(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IReaction<>))
            .Select(one => one.GetGenericArguments()[0]);
        messages.Select(message => message.Type).Distinct().ShouldBe(reactsTo, ignoreOrder: true);
        var ids = messages.Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var (message, id) in messages.Zip(ids))
            await message.PublishAsync(desk, id);
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select count(*) from inbox where event_id = any ($1)", ids)).ShouldBe(ids.Length));
        (await desk.ScalarAsync<long>("select count(*) from parked_messages where event_id = any ($1)", ids))
            .ShouldBe(0);
    }

    private static async Task AskAsync(Desk desk, Dictionary<string, Func<Task<HttpResponseMessage>>> requests)
    {
        var routes = desk.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Where(method => method != "GET").Select(method => $"{method} {route.RoutePattern.RawText}"));
        requests.Keys.Concat(AboutNoTransfer).ShouldBe(routes, ignoreOrder: true);
        foreach (var (route, request) in requests)
        {
            using var answer = await request();
            ((int)answer.StatusCode).ShouldBeLessThan(500, route);
            answer.StatusCode.ShouldNotBe(System.Net.HttpStatusCode.MethodNotAllowed, route);
        }
    }

    /// <summary>Each job of the service, when whatever waits for a time has waited for it.</summary>
    private static async Task RunJobsAsync(Desk desk, Made made)
    {
        await desk.ExecuteAsync("update transactions set due_at = now() - interval '1 day' where id = $1",
            made.Id.Value);
        foreach (var job in typeof(TransactionsApp).Assembly.GetTypes().Where(typeof(IJob).IsAssignableFrom))
        {
            await using var scope = desk.Service.Services.CreateAsyncScope();
            await ((IJob)scope.ServiceProvider.GetRequiredService(job)).RunOnceAsync(CancellationToken.None);
        }
    }

    private sealed record Message(Type Type, Func<Desk, Guid, Task> PublishAsync);
}
