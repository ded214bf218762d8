namespace FinCode.Compliance.Reports;

/// <summary>A person or a firm in a report.</summary>
/// <param name="Name">Of a firm; a person has a first and a last name.</param>
/// <param name="Nationality">ISO 3166-1 alpha-2; of a firm, where it is registered.</param>
/// <param name="Residence">ISO 3166-1 alpha-2.</param>
/// <param name="Address">
/// As one text; like <paramref name="Identifications"/> in documents only, for goAML wants it taken apart.
/// </param>
public sealed record ReportParty(
    string? FirstName, string? LastName, string? Name, DateOnly? DateOfBirth, string? Nationality, string? Residence,
    string? Address = null, IReadOnlyList<ReportIdentification>? Identifications = null)
{
    public bool IsEntity => Name is not null;

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => nameof(ReportParty);
}

/// <summary>A number of a document or a register.</summary>
public sealed record ReportIdentification(string? Type, string? Number, string? Country)
{
    public override string ToString() => nameof(ReportIdentification);
}

/// <summary>Where the transfer was made, or where the reporting office is.</summary>
public sealed record ReportAddress(string? Type, string? Address, string? City, string? CountryCode);

/// <summary>A transfer as it is reported.</summary>
/// <param name="AmountLocal">In the currency of the country that is reported to.</param>
/// <param name="ForeignAmount">As it was sent, where that is another currency.</param>
/// <param name="ForeignRate">Local per unit of the foreign currency.</param>
/// <param name="TransmodeCode">How it was made, by the unit's lookup table; as are the codes of funds.</param>
public sealed record ReportTransaction(
    string? Number, string? Location, DateTimeOffset? Date, string? TransmodeCode, Money? AmountLocal,
    Money? ForeignAmount, decimal? ForeignRate, string? FromFundsCode, ReportParty? From, string? FromCountry,
    string? ToFundsCode, ReportParty? To, string? ToCountry);

/// <summary>All that a report of suspicion says; kept sealed.</summary>
/// <param name="ReportingEntityId">The number that the unit gave to us, for goAML.</param>
/// <param name="ReportingEntity">The name of the institution that reports, for documents.</param>
/// <param name="ReportCode">STR or SAR, as the profile allows.</param>
/// <param name="Subject">
/// Whom it is about; in a goAML report one of the parties of its transfers, or the one party of its activity.
/// </param>
/// <param name="Reason">Why, in the reporting person's words.</param>
/// <param name="Action">What was done.</param>
/// <param name="Indicators">Codes of the unit's lookup table.</param>
public sealed record ReportContent(
    int? ReportingEntityId, string? ReportingEntity, string? EntityReference, string? ReportCode,
    ReportParty? ReportingPerson, ReportAddress? Location, ReportParty? Subject, string? Reason, string? Action,
    IReadOnlyList<string>? Indicators, IReadOnlyList<ReportTransaction>? Transactions)
{
    /// <summary>What an erased report says.</summary>
    internal static ReportContent Nothing { get; } =
        new(null, null, null, null, null, null, null, null, null, null, null);

    /// <summary>It is about somebody without any transfer.</summary>
    internal bool IsActivity => Transactions is not { Count: > 0 };

    public override string ToString() => nameof(ReportContent);
}
