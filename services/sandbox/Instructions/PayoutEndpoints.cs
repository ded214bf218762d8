using System.Text.Json.Serialization;
using FinCode.ServiceDefaults;

namespace FinCode.Sandbox.Instructions;

// Fields that a provider does not know are skipped, as real ones do.
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxBankBeneficiary(string? Name, string? BankCode, string? AccountNumber, string? Country);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxBankPayout(
    string? Reference, Money? Amount, SandboxBankBeneficiary? Beneficiary, string? CallbackUrl);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxMomoBeneficiary(string? Name, string? Operator, string? Phone, string? Country);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxMomoPayout(
    string? Reference, Money? Amount, SandboxMomoBeneficiary? Beneficiary, string? CallbackUrl);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxCashBeneficiary(string? Name, string? Phone, string? PickupPoint, string? Country);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxCashPayout(
    string? Reference, Money? Amount, SandboxCashBeneficiary? Beneficiary, string? CallbackUrl);

/// <summary>A bank, a mobile-money operator and a cash pick-up network.</summary>
internal static class PayoutEndpoints
{
    private const int MaxListed = 200;

    public static void MapPayouts(this WebApplication app)
    {
        MapRail(app, "bank", Rail.Bank).MapPost("", (
            SandboxBankPayout request, InstructionDesk desk, HttpContext http, TimeProvider clock,
            IHostApplicationLifetime lifetime) =>
                TakeAsync(Rail.Bank, request.Reference, request.Amount, request.CallbackUrl,
                Check(request.Beneficiary), request.Beneficiary?.AccountNumber, OrderForm.Digest(request),
                desk, http, clock, lifetime));
        MapRail(app, "momo", Rail.Momo).MapPost("", (
            SandboxMomoPayout request, InstructionDesk desk, HttpContext http, TimeProvider clock,
            IHostApplicationLifetime lifetime) =>
                TakeAsync(Rail.Momo, request.Reference, request.Amount, request.CallbackUrl,
                Check(request.Beneficiary), request.Beneficiary?.Phone, OrderForm.Digest(request),
                desk, http, clock, lifetime));
        var cash = MapRail(app, "cash", Rail.Cash);
        cash.MapPost("", (
            SandboxCashPayout request, InstructionDesk desk, HttpContext http, TimeProvider clock,
            IHostApplicationLifetime lifetime) =>
                TakeAsync(Rail.Cash, request.Reference, request.Amount, request.CallbackUrl,
                Check(request.Beneficiary), request.Beneficiary?.Phone, OrderForm.Digest(request),
                desk, http, clock, lifetime));
        cash.MapPost("/{reference}/collect", IResult (string reference, InstructionDesk desk) =>
            desk.Collect(reference) is { } answer ? TypedResults.Ok(answer) : Problems.NotFound());
    }

    private static RouteGroupBuilder MapRail(WebApplication app, string path, Rail rail)
    {
        var group = app.MapGroup($"/{path}/payouts").RequireApiKey().WithTags(path);
        group.MapGet("/{reference}", IResult (string reference, InstructionDesk desk) =>
            desk.Find(rail, reference) is { } answer ? TypedResults.Ok(answer) : Problems.NotFound());
        group.MapGet("", (InstructionDesk desk, string? reference, string? account) =>
            TypedResults.Ok(new InstructionList(desk.List(rail, reference, account, MaxListed))));
        group.MapPost("/{reference}/cancel", (string reference, InstructionDesk desk, HttpContext http,
            TimeProvider clock, IHostApplicationLifetime lifetime) =>
            OrderForm.AnswerAsync(http, desk.Cancel(rail, reference), clock, lifetime));
        return group;
    }

    private static async Task<IResult> TakeAsync(
        Rail rail, string? reference, Money? amount, string? callbackUrl, Validation validation, string? destination,
        string content, InstructionDesk desk, HttpContext http, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        OrderForm.Check(validation, reference, amount, callbackUrl);
        if (validation.Failed)
            return validation.ToProblem();
        var order = new Order(rail, reference!, amount!.Value, destination!, callbackUrl!, content,
            PaymentReference: null);
        return await OrderForm.AnswerAsync(http, desk.Take(order), clock, lifetime);
    }

    private static Validation Check(SandboxBankBeneficiary? beneficiary)
    {
        var validation = new Validation();
        if (!validation.Require(beneficiary, "/beneficiary"))
            return validation;
        validation.RequireText(beneficiary.Name, "/beneficiary/name", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.BankCode, "/beneficiary/bankCode", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.AccountNumber, "/beneficiary/accountNumber", OrderForm.MaxTextLength);
        validation.RequireCountry(beneficiary.Country, "/beneficiary/country");
        return validation;
    }

    private static Validation Check(SandboxMomoBeneficiary? beneficiary)
    {
        var validation = new Validation();
        if (!validation.Require(beneficiary, "/beneficiary"))
            return validation;
        validation.RequireText(beneficiary.Name, "/beneficiary/name", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.Operator, "/beneficiary/operator", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.Phone, "/beneficiary/phone", OrderForm.MaxTextLength);
        validation.RequireCountry(beneficiary.Country, "/beneficiary/country");
        return validation;
    }

    private static Validation Check(SandboxCashBeneficiary? beneficiary)
    {
        var validation = new Validation();
        if (!validation.Require(beneficiary, "/beneficiary"))
            return validation;
        validation.RequireText(beneficiary.Name, "/beneficiary/name", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.Phone, "/beneficiary/phone", OrderForm.MaxTextLength);
        validation.RequireText(beneficiary.PickupPoint, "/beneficiary/pickupPoint", OrderForm.MaxTextLength);
        validation.RequireCountry(beneficiary.Country, "/beneficiary/country");
        return validation;
    }
}
