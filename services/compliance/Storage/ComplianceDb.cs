using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace FinCode.Compliance.Storage;

/// <summary>
/// Cases, screenings, rules and policies. Columns are the members' names in snake case; the SQL is in Migrations.
/// </summary>
internal sealed class ComplianceDb(DbContextOptions<ComplianceDb> options) : DbContext(options)
{
    public DbSet<Case> Cases => Set<Case>();

    public DbSet<CaseEvent> CaseEvents => Set<CaseEvent>();

    public DbSet<ScreeningRecord> Screenings => Set<ScreeningRecord>();

    public DbSet<ScreeningRule> Rules => Set<ScreeningRule>();

    public DbSet<RuleVersion> RuleVersions => Set<RuleVersion>();

    public DbSet<RuleEvent> RuleEvents => Set<RuleEvent>();

    public DbSet<PolicyVersion> PolicyVersions => Set<PolicyVersion>();

    public DbSet<PolicyProposal> PolicyProposals => Set<PolicyProposal>();

    /// <summary>The case, its row locked until the transaction ends: of two people at once, one decides.</summary>
    public async Task<Case?> LockCaseAsync(TenantId tenant, CaseId id, CancellationToken cancellationToken)
    {
        var found = await Cases.FromSql($"""
            select * from cases where tenant_id = {tenant.Value} and id = {id.Value} for update
            """).ToListAsync(cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>The transfer's case that is not closed, its row locked until the transaction ends.</summary>
    public async Task<Case?> LockOpenCaseAsync(
        TenantId tenant, TransactionId transaction, CancellationToken cancellationToken)
    {
        var found = await Cases.FromSql($"""
            select * from cases
            where tenant_id = {tenant.Value} and transaction_id = {transaction.Value} and status <> 'CLOSED' for update
            """).ToListAsync(cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>The customer's case that is not closed, its row locked until the transaction ends.</summary>
    public async Task<Case?> LockOpenCaseAsync(TenantId tenant, PartyId party, CancellationToken cancellationToken)
    {
        var found = await Cases.FromSql($"""
            select * from cases
            where tenant_id = {tenant.Value} and party_id = {party.Value} and status <> 'CLOSED' for update
            """).ToListAsync(cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>
    /// Freezes of a transfer begin and end one after the other: of two that end at once, one sees that it is the last.
    /// </summary>
    public Task LockFreezesAsync(TransactionId transaction, CancellationToken cancellationToken) =>
        Database.ExecuteSqlAsync($"""
            select pg_advisory_xact_lock(hashtextextended('freezes:' || {transaction.Value.ToString()}, 0))
            """, cancellationToken);

    /// <summary>What the tenant screens by now.</summary>
    public async Task<PolicyVersion> CurrentPolicyAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await PolicyVersions.Where(policy => policy.TenantId == tenant)
            .OrderByDescending(policy => policy.Version).FirstOrDefaultAsync(cancellationToken)
        ?? PolicyVersion.Default(tenant);

    /// <summary>
    /// Saves the case, then its new events, then what was written with them: each refers to the one before. After that
    /// it can take the next step.
    /// </summary>
    public async Task SaveStepsAsync(Case changed, CancellationToken cancellationToken)
    {
        await SaveChangesAsync(cancellationToken);
        CaseEvents.AddRange(changed.NewEvents);
        await SaveChangesAsync(cancellationToken);
        foreach (var (number, text) in changed.NewTexts)
        {
            await Database.ExecuteSqlAsync($"""
                insert into case_texts (tenant_id, case_id, number, sealed)
                values ({changed.TenantId.Value}, {changed.Id.Value}, {number}, {text.Sealed})
                """, cancellationToken);
        }
        foreach (var (number, terms) in changed.NewTerms)
        {
            await Database.ExecuteSqlAsync($"""
                insert into case_terms (tenant_id, case_id, number, terms)
                values ({changed.TenantId.Value}, {changed.Id.Value}, {number}, {terms})
                """, cancellationToken);
        }
        changed.StepsAreSaved();
    }

    /// <summary>Saves the rule's new events with it.</summary>
    public void AddEventsOf(ScreeningRule changed) => RuleEvents.AddRange(changed.NewEvents);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<TenantId>().HaveConversion<IdConverter<TenantKind>>();
        configurationBuilder.Properties<TransactionId>().HaveConversion<IdConverter<TransactionKind>>();
        configurationBuilder.Properties<PartyId>().HaveConversion<IdConverter<PartyKind>>();
        configurationBuilder.Properties<ScreeningId>().HaveConversion<IdConverter<ScreeningKind>>();
        configurationBuilder.Properties<CaseId>().HaveConversion<IdConverter<CaseKind>>();
        configurationBuilder.Properties<CaseStatus>().HaveConversion<WordConverter<CaseStatus>>();
        configurationBuilder.Properties<CaseClosure>().HaveConversion<WordConverter<CaseClosure>>();
        configurationBuilder.Properties<FreezeOutcome>().HaveConversion<WordConverter<FreezeOutcome>>();
        configurationBuilder.Properties<CaseDecision>().HaveConversion<WordConverter<CaseDecision>>();
        configurationBuilder.Properties<ScreeningSubject>().HaveConversion<WordConverter<ScreeningSubject>>();
        configurationBuilder.Properties<ScreeningOutcome>().HaveConversion<WordConverter<ScreeningOutcome>>();
        configurationBuilder.Properties<ProposalState>().HaveConversion<WordConverter<ProposalState>>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Case>(entity =>
        {
            entity.ToTable("cases").HasKey(one => new { one.TenantId, one.Id });
            entity.Ignore(one => one.NewEvents);
            entity.Ignore(one => one.NewTexts).Ignore(one => one.NewTerms);
        });
        modelBuilder.Entity<CaseEvent>().ToTable("case_events")
            .HasKey(one => new { one.TenantId, one.CaseId, one.Number });
        modelBuilder.Entity<ScreeningRecord>(entity =>
        {
            entity.ToTable("screenings").HasKey(one => new { one.TenantId, one.Id });
            AsJson(entity.Property(one => one.Evidence));
        });
        modelBuilder.Entity<ScreeningRule>(entity =>
        {
            entity.ToTable("screening_rules").HasKey(one => new { one.TenantId, one.Id });
            entity.Ignore(one => one.NewEvents).Ignore(one => one.State);
        });
        modelBuilder.Entity<RuleVersion>().ToTable("screening_rule_versions")
            .HasKey(one => new { one.TenantId, one.RuleId, one.Version });
        modelBuilder.Entity<RuleEvent>().ToTable("screening_rule_events")
            .HasKey(one => new { one.TenantId, one.RuleId, one.Number });
        modelBuilder.Entity<PolicyVersion>(entity =>
        {
            entity.ToTable("policy_versions").HasKey(one => new { one.TenantId, one.Version });
            entity.Property(one => one.Content).HasColumnType("jsonb");
        });
        modelBuilder.Entity<PolicyProposal>(entity =>
        {
            entity.ToTable("policy_proposals").HasKey(one => new { one.TenantId, one.Id });
            entity.Property(one => one.Content).HasColumnType("jsonb");
            entity.Property(one => one.Trial).HasColumnType("jsonb");
        });
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
        }
    }

    private static void AsJson<T>(PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, ContractJson.Options),
        text => JsonSerializer.Deserialize<T>(text, ContractJson.Options)!);

    private sealed class IdConverter<TKind>()
        : ValueConverter<Id<TKind>, Guid>(id => id.Value, value => new Id<TKind>(value))
        where TKind : IEntityKind;

    private sealed class WordConverter<TEnum>()
        : ValueConverter<TEnum, string>(value => Words.Of(value), word => Words.Parse<TEnum>(word))
        where TEnum : struct, Enum;
}

/// <summary>Enumerations as UPPER_SNAKE words, in columns as in JSON.</summary>
internal static class Words
{
    public static string Of<TEnum>(TEnum value) where TEnum : struct, Enum =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    public static TEnum Parse<TEnum>(string word) where TEnum : struct, Enum =>
        Find<TEnum>(word) ?? throw new FormatException($"No {typeof(TEnum).Name} is called that.");

    public static TEnum? Find<TEnum>(string? word) where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (Of(value) == word)
                return value;
        }
        return null;
    }
}
