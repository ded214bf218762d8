using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>Takes the answers to a form; they are kept sealed.</summary>
internal static class SubmitAnswers
{
    public const string FormChanged = "FORM_CHANGED";

    private const int MaxAnswers = 100;
    private const int MaxValues = 50;

    /// <param name="Version">Of the form that was answered, as GET /v1/kyc/forms said.</param>
    public sealed record KycAnswersRequest(string? Form, int? Version, IReadOnlyList<KycAnswerInput>? Answers);

    /// <param name="Values">Codes of options, or one text.</param>
    public sealed record KycAnswerInput(string? Question, IReadOnlyList<string>? Values);

    public sealed record KycAnswersView(Guid Id, string Form, int Version, DateTimeOffset SubmittedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/answers", HandleAsync)
        .RequireAccess(Scopes.KycWrite, Roles.Compliance)
        .WithName("SubmitKycAnswers").WithSummary("Bring a customer's answers to a form")
        .WithTags(CustomerRequests.Tag).WithGroupName("partners").NeedsIdempotencyKey()
        .Produces<KycAnswersView>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409).ProducesProblem(410).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> HandleAsync(HttpContext http, PartyId id, KycAnswersRequest request,
        Caller caller, IdempotentRequests idempotent, Handler handler)
    {
        var validation = new Validation();
        validation.Require(request.Form, "/form");
        validation.Require(request.Version, "/version");
        if (validation.Require(request.Answers, "/answers"))
            validation.Check(request.Answers.Count <= MaxAnswers && request.Answers.All(one =>
                    one is { Question: not null, Values: { Count: <= MaxValues } values }
                    && values.All(value => value is not null)),
                "/answers", $"At most {MaxAnswers} answers, each with its question and at most {MaxValues} values.");
        if (validation.Failed)
            return validation.ToProblem();
        return await idempotent.RunAsync(http, caller.Tenant, $"submit-kyc-answers {id}", request,
            () => handler.RunAsync(id, request, caller, http.RequestAborted));
    }

    internal sealed class Handler(
        DbSession session, CustomerRequests requests, CustomerVault vault, CustomerDesk desk, TimeProvider clock)
    {
        public async Task<(Reply?, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult?)> RunAsync(PartyId id,
            KycAnswersRequest request, Caller caller, CancellationToken cancellationToken)
        {
            var (file, problem) = await requests.OpenAsync(id, cancellationToken);
            if (file is null)
                return (null, problem);
            var book = await DefinitionStore.InForceAsync<FormBook>(session, cancellationToken);
            if (book.Content.Find(request.Form) is not { } form)
                return (null, Problems.Invalid("/form", "There is no such form."));
            if (book.Version != request.Version)
                return (null, Problems.Conflict(FormChanged, "The form has changed; read it again."));
            List<FormAnswer> answers =
                [.. request.Answers!.Select(one => new FormAnswer(one.Question!, one.Values!))];
            var validation = new Validation();
            foreach (var (question, detail) in FormBook.WhatIsWrong(form, answers))
            {
                var at = answers.FindIndex(one => one.Question == question);
                validation.Check(false, at < 0 ? $"/answers/{question}" : $"/answers/{at}", detail);
            }
            if (validation.Failed)
                return (null, validation.ToProblem());
            var now = clock.GetUtcNow();
            var answersId = Guid.CreateVersion7(now);
            byte[] box;
            try
            {
                box = await vault.SealAsync(id, $"answers {answersId}", answers, cancellationToken);
            }
            catch (CustomerErasedException)
            {
                return (null, CustomerRequests.Erased());
            }
            var (points, pep) = FormBook.Rate(form, answers);
            await using var add = session.Command(
                "insert into kyc_answers (tenant_id, id, party_id, form, form_version, sealed, points, submitted_by, "
                + "submitted_at, identity_hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text)",
                session.Tenant.Value, answersId, id.Value, form.Code, book.Version, box, points, caller.Subject, now,
                file.IdentityHash);
            await add.ExecuteNonQueryAsync(cancellationToken);
            file.Note(CustomerEvent.AnswersReceived, caller.Subject, answersId, form.Code, now);
            if (pep)
                file.MarkAsPep(null, answersId, now);
            await desk.SettleAsync(file, null, cancellationToken);
            return (new Reply(StatusCodes.Status201Created,
                new KycAnswersView(answersId, form.Code, book.Version, now)), null);
        }
    }
}
