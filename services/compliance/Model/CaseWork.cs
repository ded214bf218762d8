namespace FinCode.Compliance.Model;

/// <summary>What officers put on a case's file beside the way to its decision, and when they come back to it.</summary>
internal sealed partial class Case
{
    /// <summary>Nobody has put anything on its file since it was opened.</summary>
    public bool IsUntouched => Status == CaseStatus.New && EventCount == 1;

    /// <summary>What was appended is in the database: the next step appends to it.</summary>
    public void StepsAreSaved()
    {
        _events.Clear();
        _texts.Clear();
        _terms.Clear();
    }

    /// <summary>Puts a text on file; possible as long as the case is not closed.</summary>
    public Refusal? AddNote(SealedText text, string actor, TimeProvider clock)
    {
        if (Status == CaseStatus.Closed)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        Note(CaseEvent.Noted, actor, new CaseEventDetails(Text: text), Now(clock));
        return null;
    }

    /// <summary>Puts a file on the case; possible as long as it is not closed.</summary>
    /// <param name="hasRoom">It has fewer files than it may have.</param>
    /// <param name="terms">The file, as <see cref="AttachmentTerms"/>.</param>
    public Refusal? Attach(bool hasRoom, string terms, string actor, TimeProvider clock)
    {
        if (Status == CaseStatus.Closed)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps || !hasRoom)
            return Refusal.Full;
        Note(CaseEvent.Attached, actor, new CaseEventDetails(Terms: terms), Now(clock));
        return null;
    }

    /// <summary>Out of the worklist until then, which is after now and not after it is due.</summary>
    public Refusal? Snooze(DateTimeOffset until, SealedText reason, string actor, TimeProvider clock)
    {
        if (!IsInWork)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        var wakes = AsStored(until);
        if (wakes <= Now(clock) || wakes > DueAt)
            return Refusal.NotInTime;
        SnoozedUntil = wakes;
        Note(CaseEvent.Snoozed, actor, new CaseEventDetails(Until: wakes, Text: reason), Now(clock));
        return null;
    }

    public Refusal? ChangeDueTime(DateTimeOffset dueAt, SealedText reason, string actor, TimeProvider clock)
    {
        if (Status == CaseStatus.Closed)
            return Refusal.InvalidTransition;
        if (EventCount >= MaxSteps)
            return Refusal.Full;
        var due = AsStored(dueAt);
        if (due <= Now(clock))
            return Refusal.NotInTime;
        DueAt = due;
        if (SnoozedUntil > due)
            SnoozedUntil = due;
        Note(CaseEvent.DueTimeChanged, actor, new CaseEventDetails(Until: due, Text: reason), Now(clock));
        return null;
    }
}
