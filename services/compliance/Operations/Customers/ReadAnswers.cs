using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>Hands answers to an officer; that they were read is on file.</summary>
internal static class ReadAnswers
{
    public sealed record KycAnswersContentView(
        Guid Id, string Form, int Version, DateTimeOffset SubmittedAt, string SubmittedBy,
        IReadOnlyList<KycAnswerContent> Answers);

    public sealed record KycAnswerContent(string Question, IReadOnlyList<string> Values);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(CustomerRequests.Path + "/answers/{answersId:guid}", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReadKycAnswers").WithSummary("Read a customer's answers; the reading is recorded")
        .WithTags(CustomerRequests.Tag)
        .Produces<KycAnswersContentView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(410);

    private static async Task<IResult> HandleAsync(PartyId id, Guid answersId, Caller caller,
        CustomerRequests requests, DbSession session, CustomerVault vault, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        byte[] box;
        Func<IReadOnlyList<KycAnswerContent>, KycAnswersContentView> make;
        await using (var command = session.Command(
            "select form, form_version, submitted_at, submitted_by, sealed from kyc_answers "
            + "where tenant_id = $1 and party_id = $2 and id = $3", session.Tenant.Value, id.Value, answersId))
        {
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (!await row.ReadAsync(cancellationToken))
                return Problems.NotFound();
            var (form, version, at, by) = (row.GetString(0), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2),
                row.GetString(3));
            box = row.GetFieldValue<byte[]>(4);
            make = answers => new KycAnswersContentView(answersId, form, version, at, by, answers);
        }
        try
        {
            var answers = await vault.OpenAsync<List<FormAnswer>>(
                id, $"answers {answersId}", box, cancellationToken);
            file.Note(CustomerEvent.AnswersRead, caller.Subject, answersId, null, clock.GetUtcNow());
            await CustomerStore.SaveAsync(session, file, cancellationToken);
            await session.CommitAsync(cancellationToken);
            return TypedResults.Ok(make([.. answers.Select(one => new KycAnswerContent(one.Question, one.Values))]));
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
    }
}
