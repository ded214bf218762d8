using FinCode.Contracts;
using FinCode.Standalone.Client;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Demo;

/// <summary>
/// Plays one transfer: orders it as the partner, then does what its script says people do, then watches until it is
/// over.
/// </summary>
internal sealed class DemoPlayer(DemoActors actors, Checks checks)
{
    private static readonly TimeSpan TransferLimit = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public async Task PlayAsync(DemoRun run, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TransferLimit);
        run.Start();
        try
        {
            await CreateAsync(run, limit.Token);
            foreach (var step in run.Transfer.Script)
                await ActAsync(run, step, limit.Token);
            run.Does($"waits for {ApiWords.Of(run.Transfer.Expected)}");
            await UntilOverAsync(run, limit.Token);
        }
        catch (ApiException exception)
        {
            run.Fails(exception.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            run.Fails($"after {TransferLimit.TotalSeconds:F0} s it was {run.Status} ({run.Doing})");
        }
        run.End();
    }

    private async Task CreateAsync(DemoRun run, CancellationToken cancellationToken)
    {
        run.Does("orders");
        var order = OrderOf(run.Transfer);
        var quote = await actors.Partner.QuoteAsync(order, cancellationToken);
        var key = Guid.CreateVersion7().ToString("N");
        var created = (await actors.Partner.CreateAsync(order, quote, key, cancellationToken)).As<TransferView>();
        run.Transaction = created;
        run.PayUrl = created.PayIn!.PayUrl;
        run.Saw(ApiWords.Of(created.Status));
        if (!run.Transfer.Does(DemoAct.Twice))
            return;
        var again = await actors.Partner.CreateAsync(order, quote, key, cancellationToken);
        checks.Equal(again.Text("id"), created.Id, $"{run.Transfer.Name}: the id that the same POST answers");
        checks.That(again.IsReplay, $"{run.Transfer.Name}: the second answer says that it is a replay", "it does not");
    }

    private Task ActAsync(DemoRun run, DemoStep step, CancellationToken cancellationToken) => step.Act switch
    {
        DemoAct.Twice => Task.CompletedTask,
        DemoAct.Pay => PayAsync(run, cancellationToken),
        DemoAct.Expire => UntilAsync(run, "nobody pays", TransactionStatus.Expired, cancellationToken),
        DemoAct.Release => DecideAsync(run, CaseDecision.Release, cancellationToken),
        DemoAct.Reject => DecideAsync(run, CaseDecision.Reject, cancellationToken),
        DemoAct.Freeze => DecideAsync(run, CaseDecision.Freeze, cancellationToken),
        DemoAct.Correct => CorrectAsync(run, step.Argument!, cancellationToken),
        DemoAct.Collect => CollectAsync(run, cancellationToken),
        DemoAct.TopUp => TopUpAsync(run, step.Argument!, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private Task PayAsync(DemoRun run, CancellationToken cancellationToken)
    {
        run.Does("payer pays");
        return actors.Sandbox.PayAsync(run.PayUrl!, run.Transfer.PayerReference, cancellationToken);
    }

    /// <summary>One officer proposes and is refused when approving it alone; the other approves.</summary>
    private async Task DecideAsync(DemoRun run, CaseDecision decision, CancellationToken cancellationToken)
    {
        run.Does("waits for a case");
        string? caseId;
        while ((caseId = await actors.Officers[0].OpenCaseAsync(run.Transaction!.Id, cancellationToken)) is null)
            await LookAsync(run, cancellationToken);
        run.Does($"officers {ApiWords.Of(decision)}");
        (await actors.Officers[0].ProposeAsync(caseId, decision, $"Demo: {run.Transfer.Name}.",
            cancellationToken)).Must();
        var alone = await actors.Officers[0].ApproveAsync(caseId, cancellationToken);
        checks.Equal(alone.Status, StatusCodes.Status403Forbidden,
            $"{run.Transfer.Name}: the answer to approving one's own proposal");
        (await actors.Officers[1].ApproveAsync(caseId, cancellationToken)).Must();
    }

    private async Task CorrectAsync(DemoRun run, string destination, CancellationToken cancellationToken)
    {
        await UntilAsync(run, "waits for the bank's no", TransactionStatus.FailedToDeliver, cancellationToken);
        checks.Equal(run.Transaction!.Reason, StatusReasons.DetailsNeedCorrection,
            $"{run.Transfer.Name}: the reason of the failure");
        run.Does("partner corrects the account");
        var corrected = OrderOf(run.Transfer) with { Destination = destination };
        (await actors.Partner.CorrectAsync(run.Transaction.Id, corrected, cancellationToken)).Must();
    }

    private async Task CollectAsync(DemoRun run, CancellationToken cancellationToken)
    {
        run.Does("waits for the cash to lie ready");
        while (true)
        {
            var orders = await actors.Sandbox.PayoutsToAsync(
                PayoutMethod.CashPickup, run.Transfer.Destination, cancellationToken);
            if (orders.Count > 0 && await StageAsync(run, cancellationToken) == "AWAITING_COLLECTION")
            {
                checks.Equal(run.Status, ApiWords.Of(TransactionStatus.Verifying),
                    $"{run.Transfer.Name}: the status before the cash is collected");
                run.Does("beneficiary collects");
                await actors.Sandbox.CollectAsync(orders[0].Reference, cancellationToken);
                return;
            }
            await LookAsync(run, cancellationToken);
        }
    }

    private async Task TopUpAsync(DemoRun run, string amount, CancellationToken cancellationToken)
    {
        run.Does("waits for the partner's balance");
        while (await StageAsync(run, cancellationToken) != "AWAITING_FUNDS")
            await LookAsync(run, cancellationToken);
        run.Does("FINANCE tops up, and a second person approves");
        var transfer = run.Transfer;
        await actors.Finance.TopUpAsync(
            new SeedTopUp(Seed.ProviderOf(transfer.PayoutMethod), Money.Parse(amount, transfer.ReceiveCurrency),
                transfer.SendAmount),
            cancellationToken);
    }

    private async Task<string> StageAsync(DemoRun run, CancellationToken cancellationToken) =>
        (await actors.Officers[0].InsideAsync(run.Transaction!.Id, cancellationToken)).Stage;

    private async Task UntilAsync(DemoRun run, string doing, TransactionStatus status,
        CancellationToken cancellationToken)
    {
        run.Does(doing);
        while (run.Transaction!.Status != status)
            await LookAsync(run, cancellationToken);
    }

    /// <summary>A frozen transfer never ends; it is over for the demo when it is frozen.</summary>
    private async Task UntilOverAsync(DemoRun run, CancellationToken cancellationToken)
    {
        while (run.Transfer.Does(DemoAct.Freeze)
            ? await StageAsync(run, cancellationToken) != "FROZEN"
            : run.Transaction!.Status != run.Transfer.Expected)
            await LookAsync(run, cancellationToken);
    }

    private async Task LookAsync(DemoRun run, CancellationToken cancellationToken)
    {
        await Task.Delay(LookInterval, TimeProvider.System, cancellationToken);
        run.Transaction = await actors.Partner.GetAsync(run.Transaction!.Id, cancellationToken);
        run.Saw(ApiWords.Of(run.Transaction.Status));
    }

    private static TransferOrder OrderOf(DemoTransfer transfer) => new(
        transfer.SendCountry, transfer.ReceiveCountry, transfer.SendAmount, transfer.PayInMethod, transfer.PayoutMethod,
        transfer.Sender, transfer.Beneficiary, transfer.Provider, transfer.Destination)
    {
        SenderEmail = $"{transfer.Sender.Replace(' ', '.').ToLowerInvariant()}@example.com",
    };
}
