using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Standalone.Seeding;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>Four eyes are two people with sign-ins of their own, not two tokens.</summary>
public sealed class FourEyesFlowTests
{
    private const string Likely = "Samuel Okonjo";
    private const int Rounds = 4;

    [Fact]
    public async Task One_person_who_signed_in_twice_does_not_both_propose_and_approve()
    {
        using var scene = await Scene.NewAsync();
        await using var events = new EventProbe(scene.Platform.Kafka);
        var person = scene.Tenant.Officers[0];
        using var first = await SignIn.OfAsync(scene, person);
        using var again = await SignIn.OfAsync(scene, person);
        using var inCapitals = await SignIn.OfAsync(scene, person with { Email = person.Email.ToUpperInvariant() });
        new[] { first.Token, again.Token, inCapitals.Token }.Distinct().Count().ShouldBe(3);
        var (transfer, held) = await HoldAsync(scene);

        (await first.ProposeAsync(held)).Must();

        foreach (var session in (SignIn[])[again, inCapitals, first])
        {
            var refused = await session.ApproveAsync(held);
            (refused.Status, refused.Code).ShouldBe((403, "FOUR_EYES"));
        }
        (await StatusAsync(first, held)).ShouldBe("PROPOSED");
        // Nor once the first sign-in has ended.
        (await first.Client.PostAsync("v1/auth/sign-out", new { }, CancellationToken.None)).Must();
        (await again.ApproveAsync(held)).Status.ShouldBe(403);
        events.All<CaseDecided>().ShouldAllBe(decided => decided.CaseId.ToString() != held);

        using var other = await SignIn.OfAsync(scene, scene.Tenant.Officers[1]);
        (await other.ApproveAsync(held)).Must();
        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await DecidedOfAsync(events, held)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_people_who_approve_at_once_one_does_and_the_other_is_told()
    {
        using var scene = await Scene.NewAsync();
        await using var events = new EventProbe(scene.Platform.Kafka);
        using var maker = await SignIn.OfAsync(scene, scene.Tenant.Officers[0]);
        using var second = await SignIn.OfAsync(scene, scene.Tenant.Officers[1]);
        using var third = await SignIn.OfAsync(scene, await scene.AddOfficerAsync());
        var cases = new List<(TransferView Transfer, string Case)>();
        for (var i = 0; i < Rounds; i++)
            cases.Add(await HoldAsync(scene));

        foreach (var (_, held) in cases)
        {
            (await maker.ProposeAsync(held)).Must();
            var steps = await second.StepsAsync(held);

            var answers = await Task.WhenAll(second.ApproveAsync(held, steps), third.ApproveAsync(held, steps));

            answers.Select(answer => answer.Status).Order().ShouldBe([200, 409]);
            answers.Single(answer => answer.Status == 409).Code.ShouldBe("INVALID_TRANSITION");
            var file = (await maker.Client.GetAsync($"v1/cases/{held}", CancellationToken.None)).Must().Body;
            file.GetProperty("steps").EnumerateArray()
                .Count(step => step.GetProperty("type").GetString() == "DECISION_APPROVED").ShouldBe(1);
        }

        foreach (var (transfer, held) in cases)
        {
            await scene.UntilAsync(transfer, TransactionStatus.Paid);
            (await DecidedOfAsync(events, held)).ShouldHaveSingleItem().Decision.ShouldBe(CaseDecision.Release);
        }
    }

    [Fact]
    public async Task One_person_who_approves_twice_at_once_has_approved_once()
    {
        using var scene = await Scene.NewAsync();
        await using var events = new EventProbe(scene.Platform.Kafka);
        using var maker = await SignIn.OfAsync(scene, scene.Tenant.Officers[0]);
        using var checker = await SignIn.OfAsync(scene, scene.Tenant.Officers[1]);
        using var again = await SignIn.OfAsync(scene, scene.Tenant.Officers[1]);
        var (transfer, held) = await HoldAsync(scene);
        (await maker.ProposeAsync(held)).Must();
        var steps = await checker.StepsAsync(held);

        var answers = await Task.WhenAll(checker.ApproveAsync(held, steps), again.ApproveAsync(held, steps));

        answers.Select(answer => answer.Status).ShouldBe([200, 200]);
        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await DecidedOfAsync(events, held)).Count.ShouldBe(1);
    }

    private static async Task<(TransferView Transfer, string Case)> HoldAsync(Scene scene)
    {
        var transfer = await scene.OrderAndPayAsync(Scene.ToBank() with { Beneficiary = Likely });
        return (transfer, await scene.UntilCaseAsync(transfer));
    }

    private static async Task<string?> StatusAsync(SignIn session, string held) =>
        (await session.Client.GetAsync($"v1/cases/{held}", CancellationToken.None)).Must().Body
            .GetProperty("case").GetProperty("status").GetString();

    /// <summary>What came of the case, once it is read; its transfer is paid, so nothing is still to be sent.</summary>
    private static async Task<IReadOnlyList<CaseDecided>> DecidedOfAsync(EventProbe events, string held)
    {
        await events.WaitForAsync<CaseDecided>(decided => decided.CaseId.ToString() == held);
        return [.. events.All<CaseDecided>().Where(decided => decided.CaseId.ToString() == held)];
    }

    /// <summary>A person's one sign-in, with its own token.</summary>
    private sealed class SignIn(ApiClient client, string token) : IDisposable
    {
        public ApiClient Client => client;

        public string Token => token;

        public static async Task<SignIn> OfAsync(Scene scene, StaffLogin person)
        {
            using var http = new HttpClient { BaseAddress = scene.Platform.Gateway };
            using var response = await http.PostAsJsonAsync(new Uri("v1/auth/sign-in", UriKind.Relative),
                new { principal = scene.Tenant.Tenant, email = person.Email, password = person.Password });
            var fetched = (await ApiClient.ReadAsync("sign-in", response, CancellationToken.None)).As<FetchedToken>();
            return new SignIn(ApiClient.For(scene.Platform.Gateway,
                _ => new AccessToken(_ => Task.FromResult(fetched))), fetched.AccessToken);
        }

        public Task<ApiAnswer> ProposeAsync(string held) => client.PostAsync($"v1/cases/{held}/proposals",
            new { decision = CaseDecision.Release, reason = "For a test." }, CancellationToken.None);

        public async Task<int> StepsAsync(string held) =>
            (await client.GetAsync($"v1/cases/{held}", CancellationToken.None)).Must().Body
                .GetProperty("steps").GetArrayLength();

        /// <param name="steps">As many as the case had when it was read; it is read now unless given.</param>
        public async Task<ApiAnswer> ApproveAsync(string held, int? steps = null)
        {
            steps ??= await StepsAsync(held);
            return await client.PostAsync($"v1/cases/{held}/approvals", new { steps }, CancellationToken.None);
        }

        public void Dispose() => client.Dispose();
    }
}
