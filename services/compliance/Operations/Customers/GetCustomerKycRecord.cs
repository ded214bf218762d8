using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>What compliance holds about a customer and may tell the customer, in plain.</summary>
/// <param name="FirstSeenAt">When the relationship began.</param>
/// <param name="EndedOn">When it ended, where two people said so or the customer's details were erased.</param>
/// <param name="Country">Where the customer lives; missing as long as it was not heard, as is the nationality.</param>
/// <param name="Pep">Taken for a politically exposed person.</param>
/// <param name="Documents">Their bytes are got one by one, by the route of each one's content.</param>
/// <param name="Asked">What was asked for besides what the tiers need.</param>
/// <param name="Decisions">That two people agreed on; not about the risk.</param>
/// <param name="DetailsComparedAt">When each version of the details was compared with the sanctions lists.</param>
/// <param name="Transfers">When each transfer of the customer was first looked at, as every transfer is.</param>
/// <param name="NextCursor">Give it as <c>cursor</c> to get more transfers; missing when these are all.</param>
internal sealed record CustomerKycRecord(
    PartyId CustomerId, DateTimeOffset FirstSeenAt, DateOnly? EndedOn, int Tier, string? Country, string? Nationality,
    bool Pep, IReadOnlyList<KycDocumentView> Documents, IReadOnlyList<KycVerificationView> Verifications,
    IReadOnlyList<KycRecordAnswers> Answers, IReadOnlyList<KycRecordAsk> Asked,
    IReadOnlyList<KycRecordDecision> Decisions, IReadOnlyList<KycRecordDetails> DetailsComparedAt,
    IReadOnlyList<KycRecordTransfer> Transfers, string? NextCursor)
{
    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => "(personal data)";
}

internal sealed record KycRecordAnswers(
    string Form, int Version, DateTimeOffset SubmittedAt, IReadOnlyList<ReadAnswers.KycAnswerContent> Answers)
{
    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => "(personal data)";
}

internal sealed record KycRecordAsk(string Item, DateTimeOffset AskedAt, DateTimeOffset? MetAt);

internal sealed record KycRecordDecision(CustomerDecisionKind Kind, DateTimeOffset DecidedAt);

internal sealed record KycRecordDetails(int Version, DateTimeOffset At);

internal sealed record KycRecordTransfer(TransactionId TransactionId, DateTimeOffset At);

/// <summary>
/// Subject access, for whoever answers it. It has the same parts for everybody: cases, alerts, hits, outcomes, later
/// screenings, rules, ratings (which rules raise), reasons and reports of suspicion are not in it, for saying that
/// there are any can be an offence. The details themselves are the transactions service's to tell.
/// </summary>
internal static partial class GetCustomerKycRecord
{
    private const int PageSize = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(CustomerRequests.Path + "/data", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Mlro)
        .WithName("GetCustomerKycRecord").WithSummary("Everything about a customer that the customer may be told")
        .WithTags(CustomerRequests.Tag)
        .Produces<CustomerKycRecord>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(410)
        .ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(PartyId id, string? cursor, Caller caller,
        CustomerRequests requests, DbSession session, CustomerVault vault, TimeProvider clock,
        ILogger<CustomerKycRecord> logger, CancellationToken cancellationToken)
    {
        var before = default(TransactionId);
        if (cursor is not null && !TransactionId.TryParse(cursor, null, out before))
            return Problems.Invalid("cursor", "This is not a cursor.");
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await CustomerStore.IsErasedAsync(session, id, cancellationToken))
            return CustomerRequests.Erased();
        var profile = file.Profile is null ? null
            : await vault.OpenAsync<CustomerProfile>(id, "profile", file.Profile, cancellationToken);
        var transfers = await TransfersAsync(session, id, cursor is null ? null : before.Value, cancellationToken);
        var page = transfers.Take(PageSize).ToList();
        var record = new CustomerKycRecord(id, file.FirstSeenAt, file.EndedOn, file.Tier, profile?.Country,
            profile?.Nationality, file.Pep,
            [.. (await DocumentStore.OfCustomerAsync(session, id, cancellationToken)).Select(KycDocumentView.Of)],
            [.. (await VerificationStore.OfCustomerAsync(session, id, cancellationToken))
                .Select(one => KycVerificationView.Of(one, null))],
            await AnswersAsync(session, vault, id, cancellationToken),
            await AskedAsync(session, id, cancellationToken),
            [.. (await DecisionStore.OfCustomerAsync(session, id, cancellationToken)).Where(MayBeTold)
                .Select(one => new KycRecordDecision(one.Kind, one.ClosedAt!.Value))],
            await DetailsAsync(session, id, cancellationToken), page,
            transfers.Count > PageSize ? page[^1].TransactionId.ToString() : null);
        // That it was given is on file before it leaves.
        file.Note(CustomerEvent.RecordGiven, caller.Subject, null, null, clock.GetUtcNow());
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        await session.CommitAsync(cancellationToken);
        LogGiven(logger, id, caller.Subject);
        return TypedResults.Ok(record);
    }

    private static bool MayBeTold(StoredDecision one) => one is
    {
        State: CustomerDecisionState.Approved,
        Kind: CustomerDecisionKind.RelationshipEnded or CustomerDecisionKind.EnhancedDueDiligence
            or CustomerDecisionKind.PepCleared,
    };

    private static async Task<List<KycRecordAnswers>> AnswersAsync(
        DbSession session, CustomerVault vault, PartyId customer, CancellationToken cancellationToken)
    {
        var given = await ReadAsync(session,
            "select id, form, form_version, submitted_at, sealed from kyc_answers "
            + "where tenant_id = $1 and party_id = $2 order by submitted_at desc, id",
            row => (Id: row.GetGuid(0), Form: row.GetString(1), Version: row.GetInt32(2),
                At: row.GetFieldValue<DateTimeOffset>(3), Box: row.GetFieldValue<byte[]>(4)),
            cancellationToken, customer.Value);
        var answers = new List<KycRecordAnswers>();
        foreach (var (id, form, version, at, box) in given)
        {
            var opened = await vault.OpenAsync<List<FormAnswer>>(customer, $"answers {id}", box, cancellationToken);
            answers.Add(new KycRecordAnswers(form, version, at,
                [.. opened.Select(one => new ReadAnswers.KycAnswerContent(one.Question, one.Values))]));
        }
        return answers;
    }

    /// <summary>Without why: a rule may have asked.</summary>
    private static Task<List<KycRecordAsk>> AskedAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) => ReadAsync(session,
        "select item, asked_at, met_at from kyc_asks where tenant_id = $1 and party_id = $2 "
        + "order by asked_at desc, item",
        row => new KycRecordAsk(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1),
            row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2)),
        cancellationToken, customer.Value);

    private static Task<List<KycRecordDetails>> DetailsAsync(
        DbSession session, PartyId customer, CancellationToken cancellationToken) => ReadAsync(session,
        "select party_version, screened_at from screenings "
        + "where tenant_id = $1 and party_id = $2 and subject = 'PARTY' order by party_version desc",
        row => new KycRecordDetails(row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1)),
        cancellationToken, customer.Value);

    /// <summary>The first round only: that there were others may tell why.</summary>
    private static Task<List<KycRecordTransfer>> TransfersAsync(
        DbSession session, PartyId customer, Guid? before, CancellationToken cancellationToken) => ReadAsync(session,
        "select f.transaction_id, min(s.screened_at) from funded_transfers f join screenings s "
        + "on s.tenant_id = f.tenant_id and s.transaction_id = f.transaction_id and s.subject = 'TRANSFER' "
        + "where f.tenant_id = $1 and f.sender_id = $2 and ($3::uuid is null or f.transaction_id < $3) "
        + "group by f.transaction_id order by f.transaction_id desc limit $4",
        row => new KycRecordTransfer(new TransactionId(row.GetGuid(0)), row.GetFieldValue<DateTimeOffset>(1)),
        cancellationToken, customer.Value, before, PageSize + 1);

    private static async Task<List<T>> ReadAsync<T>(DbSession session, string sql, Func<Npgsql.NpgsqlDataReader, T> of,
        CancellationToken cancellationToken, params object?[] arguments)
    {
        await using var command = session.Command(sql, [session.Tenant.Value, .. arguments]);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<T>();
        while (await rows.ReadAsync(cancellationToken))
            found.Add(of(rows));
        return found;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "What is held about {PartyId} was given to {Subject}")]
    private static partial void LogGiven(ILogger logger, PartyId partyId, string subject);
}
