using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>Says how an account is reconciled; every change is kept as a version.</summary>
internal static class ConfigureReconciliation
{
    public const int MaxMissingAfterDays = 60;

    /// <param name="ExternalAccount">The account as the other side names it: an IBAN, a merchant id.</param>
    /// <param name="MissingAfterDays">After so many days a leg that is on no statement is missing there; 3 unless
    /// given.</param>
    /// <param name="Csv">How CSV files are read, if they come.</param>
    public sealed record ReconciliationSettings(string? ExternalAccount, int? MissingAfterDays, CsvMapping? Csv);

    /// <param name="Version">Counts the changes, from 1.</param>
    public sealed record ReconciledAccountView(
        string Account, string Currency, int Version, string? ExternalAccount, int MissingAfterDays, CsvMapping? Csv,
        string ChangedBy, DateTimeOffset ChangedAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/ledger/reconciliation/accounts/{account}/{currency}", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("configureReconciliation").WithTags(ReconciliationViews.Tag)
        .WithSummary("Say how an account is reconciled")
        .Produces<ReconciledAccountView>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static ReconciledAccountView Of(ReconciledAccount account) => new(
        account.Name.Code, account.Currency.Code, account.Version, account.ExternalAccount, account.MissingAfterDays,
        account.Csv, account.ChangedBy, account.ChangedAt);

    private static async Task<IResult> HandleAsync(
        string account, string currency, ReconciliationSettings request, Caller caller, DbSession session,
        AccountStore accounts, ReconciledAccounts reconciled, RuleStore rules, CancellationToken cancellationToken)
    {
        var days = request.MissingAfterDays ?? ReconciledAccounts.DefaultMissingAfterDays;
        var external = request.ExternalAccount?.Replace(" ", "", StringComparison.Ordinal);
        var validation = new Validation();
        validation.Check(external is null or { Length: > 0 and <= StatementReader.MaxReferenceLength }
            && external?.Any(char.IsControl) != true, "/externalAccount",
            $"An account has 1 to {StatementReader.MaxReferenceLength} characters.");
        validation.Check(days is >= 0 and <= MaxMissingAfterDays, "/missingAfterDays",
            $"0 to {MaxMissingAfterDays} days.");
        foreach (var (member, problem) in request.Csv?.Problems() ?? [])
            validation.Check(false, $"/csv/{member}", problem);
        if (validation.Failed)
            return validation.ToProblem();

        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (ReconciliationViews.AccountOf(account, currency) is not { } name
            || await accounts.FindAsync(name, cancellationToken) is not { } found)
            return ReconciliationViews.NoAccount();
        if (found.Class != AccountClass.Asset)
            return Problems.Invalid("account", "Only an account of assets is kept by somebody else.");
        var before = await reconciled.OpenAsync(found.Id, caller.Subject, cancellationToken);
        await reconciled.ChangeAsync(before, external, days, request.Csv, caller.Subject, cancellationToken);
        await rules.AddDefaultsAsync(found.Id, caller.Subject, cancellationToken);
        var after = await reconciled.FindAsync(name, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(Of(after!));
    }
}
