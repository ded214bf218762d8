using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Identity;

/// <summary>
/// Takes in what a provider says of a session, from its answer, an enquiry or a callback: each may come twice, late, or
/// in another order. In a session of the tenant.
/// </summary>
internal sealed partial class IdentityDesk(
    DbSession session, CustomerVault vault, CustomerDesk desk, IdentitySetup setup, TimeProvider clock,
    ILogger<IdentityDesk> logger)
{
    /// <summary>Whether the verification is known; what it was told is stored then.</summary>
    public async Task<bool> RecordAsync(
        PartyId customer, Guid reference, IdentityAnswer answer, CancellationToken cancellationToken)
    {
        var file = await CustomerStore.LockAsync(session, customer, cancellationToken);
        if (file is null
            || await VerificationStore.FindAsync(session, reference, cancellationToken) is not { } one)
            return false;
        var now = clock.GetUtcNow();
        if (one.IsEnded || one.State == VerificationState.InReview)
            await ContradictAsync(file, one, answer, now, cancellationToken);
        else
            await TakeAsync(file, one, answer, now, cancellationToken);
        return true;
    }

    private async Task TakeAsync(CustomerFile file, Verification one, IdentityAnswer answer, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        one.SessionId ??= answer.SessionId;
        if (answer.Url is { } url && !await CustomerStore.IsErasedAsync(session, file.Id, cancellationToken))
            one.SealedUrl = await vault.SealAsync(file.Id, $"session {one.Id}", url.AbsoluteUri, cancellationToken);
        var wasOverdue = one.OverdueAt is not null;
        KycOutcome? ended = null;
        switch (answer.Status)
        {
            case IdentityStatus.Approved:
                one.Approve(answer.DocumentType!, answer.DocumentExpiresOn!.Value, null, now);
                ended = KycOutcome.Approved;
                break;
            case IdentityStatus.Refused:
                one.Refuse(Verification.NotVerified, null, now);
                ended = KycOutcome.Refused;
                break;
            case IdentityStatus.NeedsPerson:
                one.LeaveToPerson();
                break;
            case IdentityStatus.Open:
                one.Wait(VerificationState.Open, now, setup.Required.OverdueAfter);
                break;
            default:
                // A provider that had it and says nothing clear now has it still.
                one.Wait(one.State == VerificationState.Open ? VerificationState.Open : VerificationState.Unknown,
                    now, setup.Required.OverdueAfter);
                break;
        }
        if (one.IsEnded || one.State == VerificationState.InReview)
        {
            file.Note(CustomerEvent.VerificationAnswered, one.Provider, one.Id, answer.Status.ToString(), now);
            session.AfterCommit(() => LogAnswered(logger, one.Id, one.State));
        }
        else if (!wasOverdue && one.OverdueAt is not null)
            file.Note(CustomerEvent.VerificationOverdue, null, one.Id, null, now);
        await VerificationStore.SaveAsync(session, one, cancellationToken);
        if (file.NewEvents.Count > 0)
            await desk.SettleAsync(file, ended, cancellationToken);
    }

    /// <summary>The same again changes nothing. Something else is on file, for a person: what was decided
    /// stays.</summary>
    private async Task ContradictAsync(CustomerFile file, Verification one, IdentityAnswer answer, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var isTheSame = (answer.Status, one.State) is (IdentityStatus.Approved, VerificationState.Approved)
            or (IdentityStatus.Refused, VerificationState.Refused)
            or (IdentityStatus.NeedsPerson, VerificationState.InReview)
            or (IdentityStatus.Open or IdentityStatus.Unknown or IdentityStatus.NotFound, _);
        // What it left to a person, who decided since, it may say again.
        if (isTheSame || (answer.Status == IdentityStatus.NeedsPerson && one.DecidedBy is not null))
            return;
        if (await WasNotedAsync(file.Id, one.Id, answer, cancellationToken))
            return;
        file.Note(CustomerEvent.VerificationContradicted, one.Provider, one.Id, answer.Status.ToString(), now);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        session.AfterCommit(() => LogContradicted(logger, one.Id, one.State, answer.Status));
    }

    private async Task<bool> WasNotedAsync(
        PartyId customer, Guid verification, IdentityAnswer answer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select 1 from kyc_events where tenant_id = $1 and party_id = $2 and subject_id = $3 and type = $4 "
            + "and detail = $5", session.Tenant.Value, customer.Value, verification,
            CustomerEvent.VerificationContradicted, answer.Status.ToString());
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Verification {VerificationId} is {State}")]
    private static partial void LogAnswered(ILogger logger, Guid verificationId, VerificationState state);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Verification {VerificationId} is {State}, and the provider says {Status} now")]
    private static partial void LogContradicted(
        ILogger logger, Guid verificationId, VerificationState state, IdentityStatus status);
}

/// <summary>The provider, if there is one.</summary>
internal sealed record IdentitySetup(IdentitySettings? Settings)
{
    public IdentitySettings Required =>
        Settings ?? throw new InvalidOperationException("There is no provider of identity verifications.");
}
