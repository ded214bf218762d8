using System.Net.Sockets;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Standalone.Demo;
using FinCode.Testing;
using Xunit.Abstractions;

namespace FinCode.Flow.Tests;

/// <summary>
/// The whole platform is killed at random moments while transfers run, and started again on the same data: every
/// transfer ends, nobody is paid twice, and the books balance.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Transfers = 12;
    private const int LongestLifeMilliseconds = 4_000;
    private static readonly int Kills = Seeds.Rounds(3, 12);
    private static readonly string[] Magic = ["7777", "0005", "7777", "0007", "7777", "0008"];

    [Fact]
    public async Task Transfers_survive_the_death_of_everything_and_are_paid_once()
    {
        var random = new Random(Seeds.New(output));
        using var up = new UpProcess();
        await up.StartAsync();
        using var actors = up.Actors();
        var orders = Enumerable.Range(0, Transfers).Select(i => Scene.ToBank(Magic[i % Magic.Length])).ToArray();
        var playing = Task.WhenAll(orders.Select(order => Task.Run(() => PlayAsync(actors, order))));

        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(LongestLifeMilliseconds));
            if (kill == 1)
                up.KillPostgres();
            await up.KillAsync();
            await up.StartAsync();
        }

        var transfers = await playing;
        transfers.ShouldAllBe(transfer => transfer.Status == TransactionStatus.Paid);
        (await actors.Partner.CountAsync(CancellationToken.None)).ShouldBe(Transfers);
        foreach (var (order, transfer) in orders.Zip(transfers))
        {
            var paid = await actors.Sandbox.PayoutsToAsync(order.PayoutMethod, order.Destination,
                CancellationToken.None);
            paid.Sum(payout => payout.Payments).ShouldBe(1, $"{transfer.Pcn} to {order.Destination}");
        }
        await AssertEveryWebhookCameAsync(actors, transfers);
        (await actors.Finance.TrialBalanceAsync(CancellationToken.None)).ShouldAllBe(total => total.Difference.IsZero);
        await AssertVerifiedAsync(up);
        (await up.TerminateAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task The_platform_ends_with_an_error_when_PostgreSQL_is_gone_and_comes_back_with_everything()
    {
        using var up = new UpProcess();
        await up.StartAsync();
        using var actors = up.Actors();
        var transfer = await PlayAsync(actors, Scene.ToBank());

        up.KillPostgres();
        (await up.ExitCodeAsync()).ShouldBe(1);
        await up.StartAsync();

        var again = await TryAsync(() => actors.Partner.GetAsync(transfer.Id, CancellationToken.None));
        again.Status.ShouldBe(TransactionStatus.Paid);
        await AssertRefusedAsync(up.Folder);
        (await up.TerminateAsync()).ShouldBe(0);
    }

    /// <summary>
    /// Orders, pays and watches one transfer like a partner whose requests fail now and then: it sends them again.
    /// </summary>
    private static async Task<TransferView> PlayAsync(DemoActors actors, TransferOrder order)
    {
        var key = Guid.CreateVersion7().ToString("N");
        var quote = await TryAsync(() => actors.Partner.QuoteAsync(order, CancellationToken.None));
        var created = await TryAsync(async () =>
            (await actors.Partner.CreateAsync(order, quote, key, CancellationToken.None)).As<TransferView>());
        await TryAsync(async () =>
        {
            await actors.Sandbox.PayAsync(created.PayIn!.PayUrl, created.Pcn, CancellationToken.None);
            return true;
        });
        var seen = created;
        await Eventually.TrueAsync(
            async () => (seen = await TryAsync(() =>
                actors.Partner.GetAsync(created.Id, CancellationToken.None))).IsOver,
            $"{created.Pcn} ends", TimeSpan.FromSeconds(120));
        return seen;
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> act)
    {
        var result = default(T);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                result = await act();
                return true;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException
                or SocketException or IOException or JsonException)
            {
                // Nobody listens, or whoever did was killed half-way through the answer.
                return false;
            }
            catch (ApiException exception) when (exception.Answer.Status is >= 500 or 409 or 429)
            {
                return false;
            }
        }, "the gateway answers", TimeSpan.FromSeconds(90));
        return result!;
    }

    private static Task AssertEveryWebhookCameAsync(DemoActors actors, IReadOnlyList<TransferView> transfers) =>
        Eventually.HoldsAsync(async () =>
        {
            var received = await actors.Sandbox.ReceivedAsync(actors.Inbox, CancellationToken.None);
            received.ShouldAllBe(webhook => webhook.Verified);
            var completed = received.Where(webhook => webhook.Type == "transaction.completed")
                .Select(webhook => webhook.TransactionId!).Distinct();
            completed.ShouldBe(transfers.Select(transfer => transfer.Id), ignoreOrder: true);
        });

    /// <summary>The books, against checkpoints that were signed between the deaths, and the files of cases.</summary>
    private static async Task AssertVerifiedAsync(UpProcess up)
    {
        await Eventually.TrueAsync(
            () => Directory.GetFiles(Path.Combine(up.Folder, "checkpoints"), "*.jws").Length > 0, "a checkpoint");
        var said = await up.VerifyAsync();
        said.ShouldStartWith("Fine: 1 books");
        said.ShouldContain(" cases are whole, and the cases are what they say.");
    }

    private static async Task AssertRefusedAsync(string folder)
    {
        var start = new System.Diagnostics.ProcessStartInfo(
            "dotnet", [typeof(Standalone.Hosting.Platform).Assembly.Location, "up", "--data", folder])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var second = System.Diagnostics.Process.Start(start)!;
        var error = await second.StandardError.ReadToEndAsync();
        await second.WaitForExitAsync();
        second.ExitCode.ShouldBe(1);
        error.ShouldContain($"Another FinCode runs on the data folder {folder}");
    }
}
