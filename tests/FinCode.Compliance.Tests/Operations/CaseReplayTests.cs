using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Testing;
using Case = FinCode.Compliance.Model.Case;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>Files whose chain is whole, of steps that no case may take.</summary>
public sealed class CaseReplayTests
{
    private static readonly DateTimeOffset Opened = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    private readonly TenantId _tenant = TestTenant.New();
    private readonly CaseId _case = CaseId.New();
    private readonly CaseReplay _replay = new();
    private byte[] _chain = new byte[CaseEvent.HashBytes];
    private int _count;

    [Theory]
    [InlineData("olga", CaseDecision.Release, "event 3 approves what it may not")]
    [InlineData("oscar", CaseDecision.Reject, "event 3 approves what it may not")]
    [InlineData("oscar", CaseDecision.Release, null)]
    public void A_second_person_approves_what_was_proposed(string actor, CaseDecision decision, string? wrong)
    {
        Add(CaseEvent.Opened).ShouldBeNull();
        Add(CaseEvent.DecisionProposed, "olga", CaseDecision.Release).ShouldBeNull();

        Add(CaseEvent.DecisionApproved, actor, decision).ShouldBe(wrong);
    }

    [Theory]
    [InlineData(CaseEvent.DecisionProposed)]
    [InlineData(CaseEvent.Assigned)]
    [InlineData(CaseEvent.InvestigationBegun)]
    [InlineData(CaseEvent.Escalated)]
    [InlineData(CaseEvent.Snoozed)]
    [InlineData(CaseEvent.Opened)]
    [InlineData("DELETED")]
    public void Nothing_but_an_answer_follows_a_proposal(string type)
    {
        Add(CaseEvent.Opened);
        Add(CaseEvent.DecisionProposed, "olga", CaseDecision.Release);

        Add(type, "olga", CaseDecision.Release).ShouldBe($"event 3 ({type}) cannot be there");
    }

    [Theory]
    [InlineData(CaseEvent.ProposalReturned)]
    [InlineData(CaseEvent.DecisionApproved)]
    public void What_was_not_proposed_is_neither_returned_nor_approved(string type)
    {
        Add(CaseEvent.Opened);

        Add(type, "oscar", CaseDecision.Release).ShouldBe($"event 2 ({type}) cannot be there");
    }

    [Fact]
    public void A_case_goes_up_twice_and_sleeps_no_longer_than_it_may_take()
    {
        Add(CaseEvent.Opened);
        Add(CaseEvent.Escalated).ShouldBeNull();
        Add(CaseEvent.Escalated).ShouldBeNull();
        Add(CaseEvent.Snoozed, until: 2).ShouldBe("event 4 (SNOOZED) cannot be there");
        Add(CaseEvent.Escalated).ShouldBe("event 5 (ESCALATED) cannot be there");
    }

    [Theory]
    [InlineData("olga", "event 5 approves what it may not")]
    [InlineData("oscar", null)]
    public void A_freeze_ends_by_two_people_after_it_was_decided(string actor, string? wrong)
    {
        const string terms =
            """{"licence":{"number":"1","issuer":"OFSI","validUntil":"2026-12-31"},"outcome":"REFUND"}""";
        Add(CaseEvent.Opened);
        Add(CaseEvent.DecisionProposed, "olga", CaseDecision.Freeze);
        Add(CaseEvent.DecisionApproved, "oscar", CaseDecision.Freeze).ShouldBeNull();

        Add(CaseEvent.FreezeEndProposed, "olga", terms: terms).ShouldBeNull();
        Add(CaseEvent.FreezeEndApproved, actor).ShouldBe(wrong);
    }

    [Theory]
    [InlineData(CaseEvent.FreezeEndProposed)]
    [InlineData(CaseEvent.FreezeEndApproved)]
    [InlineData(CaseEvent.FreezeEndReturned)]
    [InlineData(CaseEvent.FreezeReported)]
    [InlineData(CaseEvent.Noted)]
    public void What_is_not_frozen_does_not_thaw(string type)
    {
        Add(CaseEvent.Opened);
        Add(CaseEvent.DecisionProposed, "olga", CaseDecision.Release);
        Add(CaseEvent.DecisionApproved, "oscar", CaseDecision.Release);

        Add(type, "olga", terms: "{}").ShouldBe($"event 4 ({type}) cannot be there");
    }

    [Theory]
    [InlineData(true, false, "its transaction_id is not what its file says")]
    [InlineData(true, true, null)]
    [InlineData(false, false, null)]
    public void A_case_is_about_what_its_first_step_says_unless_the_file_is_older(
        bool says, bool isSame, string? wrong)
    {
        var subject = new CaseSubject(TransactionId.New(), ScreeningId.New(), 1, null, null, 2, 3);
        var stored = isSame ? subject : subject with { TransactionId = TransactionId.New() };
        Add(CaseEvent.Opened, terms: says ? subject.ToTerms() : null).ShouldBeNull();

        _replay.Compare(new CaseRow("NEW", null, 0, Opened.AddMinutes(1), Opened.AddDays(1), null, null, null, null,
            null, null, null, 1, _chain, new FreezeRow(null, null, null, null, null, null), stored)).ShouldBe(wrong);
    }

    [Fact]
    public void Licences_are_proposed_until_the_file_is_full_and_the_last_one_can_still_be_answered()
    {
        var clock = TimeProvider.System;
        var text = new SealedText([1]);
        var frozen = Case.OpenForCustomer(_tenant, new CustomerAlert(
            Guid.NewGuid(), PartyId.New(), 1, 1, 1, null!, [], clock.GetUtcNow()), TimeSpan.FromHours(1), clock);
        frozen.Propose(CaseDecision.Freeze, text, "olga", clock).ShouldBeNull();
        frozen.Approve(2, "oscar", isScreeningPending: false, clock).ShouldBeNull();

        while (frozen.EventCount < 3 * Case.MaxSteps - 1)
        {
            frozen.ProposeFreezeEnd(FreezeOutcome.Release, "{}", text, "olga", clock).ShouldBeNull();
            frozen.ReturnFreezeEnd(text, "oscar", clock).ShouldBeNull();
        }
        frozen.ProposeFreezeEnd(FreezeOutcome.Release, "{}", text, "olga", clock).ShouldBeNull();
        frozen.ReturnFreezeEnd(text, "oscar", clock).ShouldBeNull();

        frozen.ProposeFreezeEnd(FreezeOutcome.Release, "{}", text, "olga", clock).ShouldBe(Refusal.Full);
    }

    [Fact]
    public void Nothing_follows_the_end()
    {
        Add(CaseEvent.Opened);
        Add(CaseEvent.Superseded).ShouldBeNull();

        Add(CaseEvent.Noted, "olga").ShouldBe("event 3 (NOTED) cannot be there");
    }

    /// <param name="until">In days after the case was opened; it is due after one.</param>
    private string? Add(string type, string? actor = null, CaseDecision? decision = null, int until = 1,
        string? terms = null)
    {
        var draft = new CaseEvent(_tenant, _case, ++_count, type, actor, decision, actor, Opened.AddDays(until), null,
            Opened.AddMinutes(_count), [], terms is null ? null : CaseEvent.HashTerms(terms));
        _chain = CaseEvent.Chain(_chain, draft.Line());
        return _replay.Add(draft with { ChainHash = _chain }, null, terms);
    }
}
