using System.Text.Json;
using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.Pricing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FinCode.Transactions.Storage;

/// <summary>
/// The service's rows, inside the session's transaction. Columns are the properties' names in snake case.
/// </summary>
internal sealed class TransactionsDb : DbContext
{
    // The session's transaction is rolled back as a whole; a savepoint before every save would only cost time.
    public TransactionsDb(DbContextOptions<TransactionsDb> options) : base(options) =>
        Database.AutoSavepointsEnabled = false;

    public DbSet<Corridor> Corridors => Set<Corridor>();
    public DbSet<Quote> Quotes => Set<Quote>();
    public DbSet<PartyRow> Parties => Set<PartyRow>();
    public DbSet<Transfer> Transfers => Set<Transfer>();
    public DbSet<PayoutAttempt> PayoutAttempts => Set<PayoutAttempt>();
    public DbSet<RefundAttempt> RefundAttempts => Set<RefundAttempt>();
    public DbSet<TimelineRow> Timeline => Set<TimelineRow>();
    public DbSet<AnomalyRow> Anomalies => Set<AnomalyRow>();
    public DbSet<ScreeningBasisRow> ScreeningBases => Set<ScreeningBasisRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Corridor>(corridor =>
        {
            corridor.ToTable("corridors").HasKey(row => new { row.TenantId, row.SendCountry, row.ReceiveCountry });
            AsJson(corridor.Property(row => row.Methods));
            AsJson(corridor.Property(row => row.PayIns));
        });
        modelBuilder.Entity<Quote>().ToTable("quotes");
        modelBuilder.Entity<PartyRow>().ToTable("parties");
        modelBuilder.Entity<Transfer>().ToTable("transactions");
        modelBuilder.Entity<PayoutAttempt>().ToTable("payout_attempts");
        modelBuilder.Entity<RefundAttempt>().ToTable("refund_attempts");
        modelBuilder.Entity<TimelineRow>().ToTable("timeline").Property(row => row.Id).ValueGeneratedOnAdd();
        modelBuilder.Entity<AnomalyRow>().ToTable("anomalies").Property(row => row.Id).ValueGeneratedOnAdd();
        modelBuilder.Entity<ScreeningBasisRow>().ToTable("screening_basis").HasKey(row => row.TenantId);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity =>
            entity.GetDeclaredProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        IgnoreComputed(modelBuilder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.IgnoreAny<Money>();
        configurationBuilder.Properties<TenantId>().HaveConversion<IdConverter<TenantKind>>();
        configurationBuilder.Properties<TransactionId>().HaveConversion<IdConverter<TransactionKind>>();
        configurationBuilder.Properties<PartyId>().HaveConversion<IdConverter<PartyKind>>();
        configurationBuilder.Properties<AttemptId>().HaveConversion<IdConverter<AttemptKind>>();
        configurationBuilder.Properties<CaseId>().HaveConversion<IdConverter<CaseKind>>();
        configurationBuilder.Properties<Id<QuoteKind>>().HaveConversion<IdConverter<QuoteKind>>();
        configurationBuilder.Properties<TransactionStatus>().HaveConversion<WordConverter<TransactionStatus>>();
        configurationBuilder.Properties<TransferStage>().HaveConversion<WordConverter<TransferStage>>();
        configurationBuilder.Properties<PayInMethod>().HaveConversion<WordConverter<PayInMethod>>();
        configurationBuilder.Properties<PayoutMethod>().HaveConversion<WordConverter<PayoutMethod>>();
        configurationBuilder.Properties<Purpose>().HaveConversion<WordConverter<Purpose>>();
        configurationBuilder.Properties<SourceOfFunds>().HaveConversion<WordConverter<SourceOfFunds>>();
        configurationBuilder.Properties<PartyRole>().HaveConversion<WordConverter<PartyRole>>();
        configurationBuilder.Properties<NameCheckState>().HaveConversion<WordConverter<NameCheckState>>();
        configurationBuilder.Properties<NameMatch>().HaveConversion<WordConverter<NameMatch>>();
        configurationBuilder.Properties<AttemptState>().HaveConversion<WordConverter<AttemptState>>();
    }

    private static void IgnoreComputed(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Transfer>().Ignore(row => row.Facts);
    }

    private static void AsJson<T>(PropertyBuilder<IReadOnlyList<T>> property) => property
        .HasColumnType("jsonb")
        .HasConversion(
            list => JsonSerializer.Serialize(list, ContractJson.Options),
            text => JsonSerializer.Deserialize<List<T>>(text, ContractJson.Options)!,
            new ValueComparer<IReadOnlyList<T>>(
                (left, right) => left!.SequenceEqual(right!), list => list.Count, list => list));
}

/// <summary>A typed id as the plain uuid that databases hold.</summary>
internal sealed class IdConverter<TKind>()
    : ValueConverter<Id<TKind>, Guid>(id => id.Value, value => new Id<TKind>(value))
    where TKind : IEntityKind;

/// <summary>An enumeration as the same UPPER_SNAKE word that the API and the events use.</summary>
internal sealed class WordConverter<T>() : ValueConverter<T,
    string>(value => Words.Of(value), word => Words.Parse<T>(word))
    where T : struct, Enum;

/// <summary>Enumerations as words: <c>WaitingToPay</c> is <c>WAITING_TO_PAY</c>.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => Table<T>.Words[value];

    public static T Parse<T>(string word) where T : struct, Enum => Table<T>.Values[word];

    public static T? TryParse<T>(string? word) where T : struct, Enum =>
        word is not null && Table<T>.Values.TryGetValue(word, out var value) ? value : null;

    private static class Table<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Words = Enum.GetValues<T>().ToDictionary(
            value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> Values = Words.ToDictionary(
            pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }
}
