using FinCode.ServiceDefaults;

namespace FinCode.Sandbox.Instructions;

/// <param name="Match">MATCH, CLOSE_MATCH or NO_MATCH.</param>
internal sealed record SandboxNameAnswer(string Match);

/// <summary>
/// Says whether an account is in a name, as banks and operators do before anybody pays. Nothing is remembered.
/// </summary>
internal static class NameEnquiries
{
    public static void MapNameEnquiries(this WebApplication app)
    {
        app.MapPost("/bank/name-enquiries", IResult (SandboxBankBeneficiary request) =>
            Answer(request.Name, request.AccountNumber, "/accountNumber")).RequireApiKey().WithTags("bank");
        app.MapPost("/momo/name-enquiries", IResult (SandboxMomoBeneficiary request) =>
            Answer(request.Name, request.Phone, "/phone")).RequireApiKey().WithTags("momo");
    }

    private static IResult Answer(string? name, string? destination, string pointer)
    {
        var validation = new Validation();
        validation.RequireText(name, "/name", OrderForm.MaxTextLength);
        validation.RequireText(destination, pointer, OrderForm.MaxTextLength);
        return validation.Failed ? validation.ToProblem() : Magic.Of(destination) switch
        {
            Behaviour.Down => TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable),
            Behaviour.NameMismatch => TypedResults.Ok(new SandboxNameAnswer("NO_MATCH")),
            Behaviour.NameNearly => TypedResults.Ok(new SandboxNameAnswer("CLOSE_MATCH")),
            _ => TypedResults.Ok(new SandboxNameAnswer("MATCH")),
        };
    }
}
