using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>An officer asks a customer for a document or a form, anew even where an older one is valid.</summary>
internal static class AskCustomer
{
    /// <param name="Item">A type of document, or <c>FORM:</c> and the code of a form.</param>
    public sealed record KycAskRequest(string? Item);

    /// <param name="Since">When it was asked for.</param>
    public sealed record KycAskView(string Item, AskCause Cause, DateTimeOffset Since);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(CustomerRequests.Path + "/asks", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("AskCustomer").WithSummary("Ask a customer for a document or a form")
        .WithDescription("While it is asked for already, the answer is the earlier one.")
        .WithTags(CustomerRequests.Tag)
        .Produces<KycAskView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(PartyId id, KycAskRequest request, Caller caller,
        CustomerRequests requests, DbSession session, CustomerAsks asks, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        var forms = (await DefinitionStore.InForceAsync<FormBook>(session, cancellationToken)).Content.Forms;
        string[] items =
            [.. DocumentTypes.All, .. forms.Select(form => DocumentTypes.FormPrefix + form.Code)];
        if (!items.Contains(request.Item))
            return Problems.Invalid("/item", $"One of {string.Join(", ", items)}.");
        await asks.AskAsync(
            file, request.Item!, AskCause.Regulation, caller.Subject, clock.GetUtcNow(), cancellationToken);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        var open = await asks.OpenAsync(id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        var asked = open.Single(one => one.Item == request.Item);
        return TypedResults.Ok(new KycAskView(asked.Item, asked.Cause, asked.AskedAt));
    }
}
