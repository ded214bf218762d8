using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>A form as customers see it; how answers count is not in it.</summary>
/// <param name="Version">Answers name it.</param>
public sealed record KycFormView(string Code, int Version, string Title, IReadOnlyList<KycQuestionView> Questions);

/// <param name="Options">For CHOICE and CHOICES.</param>
public sealed record KycQuestionView(
    string Code, string Text, QuestionType Type, bool Required, IReadOnlyList<KycOptionView>? Options);

public sealed record KycOptionView(string Code, string Text);

/// <summary>A form in force.</summary>
internal static class GetForm
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/kyc/forms/{code}", HandleAsync)
        .RequireAccess(Scopes.KycWrite, Roles.Compliance, Roles.Manager)
        .WithName("GetKycForm").WithSummary("A form that customers fill in").WithTags(CustomerRequests.Tag)
        .WithGroupName("partners")
        .Produces<KycFormView>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(
        string code, Caller caller, DbSession session, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var book = await DefinitionStore.InForceAsync<FormBook>(session, cancellationToken);
        return book.Content.Find(code) is { } form
            ? TypedResults.Ok(new KycFormView(form.Code, book.Version, form.Title,
                [.. form.Questions.Select(one => new KycQuestionView(one.Code, one.Text, one.Type, one.Required,
                    one.Options?.Select(option => new KycOptionView(option.Code, option.Text)).ToList()))]))
            : Problems.NotFound();
    }
}
