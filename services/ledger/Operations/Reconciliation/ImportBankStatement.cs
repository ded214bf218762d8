using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Reconciliation.Model.Statements;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>A bank or a provider says what is on an account. The file is taken whole or not at all.</summary>
internal static partial class ImportBankStatement
{
    public const string StatementKnown = "STATEMENT_KNOWN";
    public const string StatementGap = "STATEMENT_GAP";
    public const string OtherAccount = "STATEMENT_OF_ANOTHER_ACCOUNT";

    /// <summary>The statements of the file, in its order.</summary>
    public sealed record ImportedStatements(IReadOnlyList<ReconciliationStatement> Statements);

    /// <summary>What stands in the query.</summary>
    /// <param name="AcceptGap">Why a gap between statements is accepted; it becomes a break.</param>
    internal sealed record Asked(
        StatementFormat Format, string? AcceptGap, string? Opening, string? Closing, int? Rows, string? Id);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/accounts/{account}/{currency}/statements", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("importBankStatement").WithTags(ReconciliationViews.Tag)
        .WithSummary("Import a statement file (camt.053, MT940, CSV) and match it")
        .WithDescription(
            "The body is the file. The same file again answers the same and changes nothing (200). A CSV also needs "
            + "opening, closing and rows: it says nothing of balances nor of its own end.")
        .WithMetadata(new FileLimit())
        .Accepts<Stream>("application/octet-stream", "application/xml", "text/xml", "text/plain", "text/csv")
        .Produces<ImportedStatements>(StatusCodes.Status201Created)
        .Produces<ImportedStatements>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, string format, Caller caller, HttpRequest http, DbSession session,
        Handler handler, CancellationToken cancellationToken, string? acceptGap = null, string? opening = null,
        string? closing = null, int? rows = null, string? id = null)
    {
        var validation = new Validation();
        validation.Check(Words.TryParse<StatementFormat>(format, out var known), "format",
            "A format is CAMT053, MT940 or CSV.");
        validation.OptionalText(acceptGap, "acceptGap", ReconciliationViews.MaxReasonLength);
        validation.Check(id is null or { Length: > 0 and <= 64 } && id?.All(c => c is > ' ' and <= '~') != false, "id",
            "An id of a statement has 1 to 64 visible ASCII characters.");
        if (validation.Failed)
            return validation.ToProblem();
        if (ReconciliationViews.AccountOf(account, currency) is not { } name)
            return ReconciliationViews.NoAccount();
        if (http.ContentLength > StatementReader.MaxFileBytes)
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, Problems.PayloadTooLarge,
                $"A file has at most {StatementReader.MaxFileBytes} bytes.");
        var content = await ReadAsync(http, cancellationToken);
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var (imported, isNew, problem) = await handler.RunAsync(
            name, content, new Asked(known, acceptGap, opening, closing, rows, id), caller.Subject, cancellationToken);
        if (imported is null)
            return problem!;
        if (!isNew)
            return TypedResults.Ok(imported);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Created((string?)null, imported);
    }

    /// <summary>The server refuses what is longer than the limit of this endpoint (413).</summary>
    private static async Task<byte[]> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await http.Body.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    private sealed class FileLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => StatementReader.MaxFileBytes;
    }

    internal sealed record Answer(ImportedStatements? Imported, bool IsNew, ProblemHttpResult? Problem)
    {
        public static implicit operator Answer(ProblemHttpResult problem) => new(null, false, problem);
    }

    internal sealed partial class Handler(
        AccountStore accounts, ReconciledAccounts reconciled, StatementArchive statements, RuleStore rules,
        ReconciliationDesk desk, ILogger<Handler> logger)
    {
        private sealed record Place(DateOnly To, DateOnly From, int Number, long Opening, long Closing);

        /// <summary>The statements and whether they are new, or the problem.</summary>
        public async Task<Answer> RunAsync(
            AccountName name, byte[] content, Asked asked, string by, CancellationToken cancellationToken)
        {
            if (await accounts.FindAsync(name, cancellationToken) is not { } found)
                return ReconciliationViews.NoAccount();
            if (found.Class != AccountClass.Asset)
                return Problems.Invalid("account", "Only an account of assets is kept by somebody else.");
            var account = await reconciled.OpenAsync(found.Id, by, cancellationToken);
            var hash = SHA256.HashData(content);
            if (await statements.FindFileAsync(account.Id, hash, cancellationToken) is { Count: > 0 } earlier)
                return new Answer(Of(earlier, account), false, null);

            var (read, problem) = Read(account, content, asked, hash);
            if (read is null)
                return problem!;
            if (await ProblemAsync(account, read, asked.AcceptGap, cancellationToken) is { } refused)
                return refused;
            if (account.ExternalAccount is null)
                await reconciled.ChangeAsync(
                    account, read[0].Account, account.MissingAfterDays, account.Csv, by, cancellationToken);
            await statements.AddAsync(account, hash, content.Length, asked.AcceptGap, by, read, cancellationToken);
            await rules.AddDefaultsAsync(account.Id, by, cancellationToken);
            if (await desk.RunAsync(account, cancellationToken) is null)
                LogTooManyOpen(logger, account.Id);
            return new Answer(
                Of(await statements.FindFileAsync(account.Id, hash, cancellationToken), account), true, null);
        }

        private static ImportedStatements Of(IReadOnlyList<StoredStatement> stored, ReconciledAccount account) =>
            new([.. stored.Select(statement => ReconciliationViews.Of(statement, account.Currency))]);

        private static (IReadOnlyList<Statement>?, ProblemHttpResult?) Read(
            ReconciledAccount account, byte[] content, Asked asked, byte[] hash)
        {
            CsvDeclaration? declaration = null;
            if (asked.Format == StatementFormat.Csv)
            {
                var validation = new Validation();
                declaration = Declare(account, asked, hash, validation);
                if (declaration is null)
                    return (null, validation.ToProblem());
            }
            try
            {
                return (StatementReader.Read(asked.Format, content, declaration), null);
            }
            catch (DamagedStatementException damage)
            {
                return (null, ReconciliationViews.Of(damage));
            }
        }

        private static CsvDeclaration? Declare(
            ReconciledAccount account, Asked asked, byte[] hash, Validation validation)
        {
            Money Amount(string? text, string parameter)
            {
                var error = Money.TryParse(text, account.Currency, out var money);
                validation.Check(error is null, parameter, error ?? "");
                return money;
            }

            validation.Check(account.Csv is not null && account.ExternalAccount is not null, "format",
                "How this account's CSV is read, and the account's name there, are to be configured first.");
            validation.Check(asked.Rows is > 0, "rows", "How many movements does the file hold?");
            var (opening, closing) = (Amount(asked.Opening, "opening"), Amount(asked.Closing, "closing"));
            return validation.Failed
                ? null
                : new CsvDeclaration(account.Csv!, account.ExternalAccount!, account.Currency, opening, closing,
                    asked.Rows!.Value, asked.Id ?? Convert.ToHexStringLower(hash));
        }

        private async Task<ProblemHttpResult?> ProblemAsync(
            ReconciledAccount account, IReadOnlyList<Statement> read, string? acceptGap,
            CancellationToken cancellationToken)
        {
            if (read[0].Currency != account.Currency || (account.ExternalAccount is { } external
                && !external.Equals(read[0].Account, StringComparison.OrdinalIgnoreCase)))
                return Problems.Of(StatusCodes.Status422UnprocessableEntity, OtherAccount,
                    "The file is of another account or currency than the one that is reconciled here.");
            var chain = await statements.ChainAsync(account.Id, cancellationToken);
            if (read.GroupBy(one => (one.Id, one.Sequence, one.To)).Any(same => same.Count() > 1)
                || read.Any(one => chain.Any(known =>
                    (known.ExternalId, known.Sequence, known.To) == (one.Id, one.Sequence, one.To))))
                return Problems.Conflict(StatementKnown,
                    "A statement with this id, number and last day is imported already, from another file.");
            var before = chain.Select(one => new Place(one.To, one.From, one.Number, one.Opening,
                one.Closing)).ToList();
            var after = before.Concat(read.Select((one, index) => new Place(one.To, one.From,
                before.Count + index + 1, one.Opening.MinorUnits, one.Closing.MinorUnits))).ToList();
            return Gaps(after) > Gaps(before) && acceptGap is null
                ? Problems.Conflict(StatementGap,
                    "The statement does not join those before and after it: opening and previous closing differ. "
                    + "Import what is missing first, or say with acceptGap why the gap is accepted.")
                : null;
        }

        private static int Gaps(IEnumerable<Place> places)
        {
            var ordered = places.OrderBy(place => place.To).ThenBy(place => place.From).ThenBy(place => place.Number)
                .ToArray();
            return ordered.Zip(ordered.Skip(1)).Count(pair => pair.First.Closing != pair.Second.Opening);
        }

        [LoggerMessage(Level = LogLevel.Error,
            Message = "Account {AccountId} has more open than a run of the rules takes; it was not matched")]
        private static partial void LogTooManyOpen(ILogger logger, Guid accountId);
    }
}
