using System.Text.Json;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Customers;

/// <summary>Where a customer lives and whose citizen it is, ISO 3166-1 alpha-2; kept sealed.</summary>
internal sealed record CustomerProfile(string? Country, string? Nationality)
{
    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => "(personal data)";
}

/// <summary>A rating as it is kept.</summary>
internal sealed record StoredScore(
    int Number, int ScorecardVersion, RiskInputs Inputs, RiskScore Score, DateTimeOffset ComputedAt);

/// <summary>Rates customers, and keeps each rating with what it was made of.</summary>
internal sealed class CustomerRisk(DbSession session, CustomerVault vault)
{
    /// <summary>Rates anew, and keeps it where anything but the age differs or the age counts otherwise. A customer of
    /// whom no details are known yet has no rating.</summary>
    public async Task RateAsync(
        CustomerFile file, CustomerActivity activity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (file.Profile is null)
            return;
        var card = await DefinitionStore.InForceAsync<Scorecard>(session, cancellationToken);
        var profile = await vault.OpenAsync<CustomerProfile>(file.Id, "profile", file.Profile, cancellationToken);
        var inputs = new RiskInputs(profile.Country, profile.Nationality, activity.Corridors, activity.Products,
            file.Tier, DaysOf(file, now), activity.RulePoints, file.Pep,
            await AnswerPointsAsync(file.Id, cancellationToken));
        var score = RiskScore.Of(card.Content, inputs);
        var last = file.RiskNumber == 0 ? null : await FindAsync(file.Id, file.RiskNumber, cancellationToken);
        if (last is not null && last.ScorecardVersion == card.Version && last.Inputs.IsLike(inputs)
            && last.Score.SaysTheSameAs(score))
            return;
        (file.RiskNumber, file.RiskLevel) = (file.RiskNumber + 1, score.Level);
        var sealedInputs = await vault.SealAsync(file.Id, ThingOf(file.RiskNumber), inputs, cancellationToken);
        await using var add = session.Command(
            "insert into kyc_risk_scores (tenant_id, party_id, number, scorecard_version, sealed_inputs, points, "
            + "level, factors, computed_at) values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9)",
            session.Tenant.Value, file.Id.Value, file.RiskNumber, card.Version, sealedInputs, score.Points,
            Words.Of(score.Level), JsonSerializer.Serialize(score.Factors, ContractJson.Options), now);
        await add.ExecuteNonQueryAsync(cancellationToken);
        file.Note(CustomerEvent.RiskRated, null, null, $"{Words.Of(score.Level)}, number {file.RiskNumber}", now);
    }

    public async Task<StoredScore?> FindAsync(PartyId customer, int number, CancellationToken cancellationToken)
    {
        byte[] box;
        Func<RiskInputs, StoredScore> make;
        await using (var command = session.Command(
            "select scorecard_version, sealed_inputs, points, level, factors, computed_at from kyc_risk_scores "
            + "where tenant_id = $1 and party_id = $2 and number = $3",
            session.Tenant.Value, customer.Value, number))
        {
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (!await row.ReadAsync(cancellationToken))
                return null;
            box = row.GetFieldValue<byte[]>(1);
            var (version, at) = (row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(5));
            var score = new RiskScore(row.GetInt32(2), Words.Parse<RiskLevel>(row.GetString(3)),
                JsonSerializer.Deserialize<List<FactorShare>>(row.GetString(4), ContractJson.Options)!);
            make = inputs => new StoredScore(number, version, inputs, score, at);
        }
        return make(await vault.OpenAsync<RiskInputs>(customer, ThingOf(number), box, cancellationToken));
    }

    /// <summary>When the age of the relationship counts otherwise, or an override ends; the sooner.</summary>
    public async Task<DateTimeOffset?> ChangesAtAsync(
        CustomerFile file, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var card = await DefinitionStore.InForceAsync<Scorecard>(session, cancellationToken);
        DateTimeOffset? older = RiskScore.NextAge(card.Content, DaysOf(file, now)) is { } days
            ? file.FirstSeenAt.AddDays(days) : null;
        await using var command = session.Command(
            "select min(until) from kyc_decisions where tenant_id = $1 and party_id = $2 and kind = 'RISK_OVERRIDE' "
            + "and state = 'APPROVED' and until > $3", session.Tenant.Value, file.Id.Value, now);
        DateTimeOffset? until = await command.ExecuteScalarAsync(cancellationToken) is DateTime end
            ? new DateTimeOffset(end) : null;
        return older is null || until < older ? until : older;
    }

    private async Task<int> AnswerPointsAsync(PartyId customer, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            "select coalesce(sum(points), 0) from (select distinct on (form) points from kyc_answers "
            + "where tenant_id = $1 and party_id = $2 order by form, submitted_at desc, id desc) newest",
            session.Tenant.Value, customer.Value);
        return (int)(long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static int DaysOf(CustomerFile file, DateTimeOffset now) => Math.Max(0, (now - file.FirstSeenAt).Days);

    private static string ThingOf(int number) => $"risk inputs {number}";
}
