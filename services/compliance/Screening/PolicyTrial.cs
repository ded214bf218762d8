using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Alerts of one list in one direction; of countries the list is COUNTRY and the direction their source.
/// </summary>
public sealed record TrialCount(string List, string Direction, int Alerts);

/// <summary>A screening to look at.</summary>
public sealed record TrialExample(ScreeningId ScreeningId, TransactionId? TransactionId, CaseId? CaseId);

/// <summary>Alerts that one policy gives and the other does not.</summary>
/// <param name="Screenings">How many screenings have one or more of them.</param>
/// <param name="Counts">By list and direction, in that order.</param>
/// <param name="Examples">At most 20 screenings, the newest first; empty for all but COMPLIANCE.</param>
public sealed record TrialDifference(
    int Alerts, int Screenings, IReadOnlyList<TrialCount> Counts, IReadOnlyList<TrialExample> Examples);

/// <summary>What a policy would have done to the screenings of the last days, beside the one in force.</summary>
/// <param name="Days">So many were asked for.</param>
/// <param name="Screenings">How many were looked at: the newest of each transfer and party.</param>
/// <param name="IsWhole">False: there are more than could be looked at; it is the newest ones.</param>
/// <param name="BelowFloor">
/// In how many the candidate looks lower than their evidence goes: it may gain more alerts there than are counted.
/// </param>
/// <param name="HeldBefore">How many the policy in force holds, by names and countries.</param>
/// <param name="HeldAfter">How many the candidate holds.</param>
/// <param name="BaseVersion">Of the policy in force.</param>
public sealed record TrialFigures(
    int Days, int Screenings, bool IsWhole, int BelowFloor, int HeldBefore, int HeldAfter, TrialDifference Gained,
    TrialDifference Lost, long BaseVersion);

/// <summary>
/// Judges stored evidence by another policy: hits and what only came near, each by its threshold, and the countries.
/// No list is searched and no party asked for. Bounded in screenings and in time.
/// </summary>
internal sealed class PolicyTrial(DbSession session, TimeProvider clock)
{
    public const int DefaultDays = 30;
    public const int MaxDays = 92;

    private const int MaxScreenings = 20_000;
    private const int MaxSeconds = 20;
    private const int PageSize = 500;

    public async Task<TrialFigures> RunAsync(
        PolicyInForce present, PolicyContent candidate, int days, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var since = clock.GetUtcNow().AddDays(-days);
        var tally = new TrialTally(present.Content, candidate);
        var page = await TrialScreenings.ReadAsync(session, since, null, PageSize, cancellationToken);
        while (page.Count > 0)
        {
            foreach (var one in page)
                tally.Add(one);
            if (tally.Screenings >= MaxScreenings || clock.GetElapsedTime(began) > TimeSpan.FromSeconds(MaxSeconds))
                return tally.Total(days, isWhole: false, present.Version);
            page = await TrialScreenings.ReadAsync(session, since, page[^1].Id, PageSize, cancellationToken);
        }
        return tally.Total(days, isWhole: true, present.Version);
    }
}

/// <summary>Counts what two policies say of the same evidence. Pure.</summary>
internal sealed class TrialTally(PolicyContent present, PolicyContent candidate)
{
    public const string CountryList = "COUNTRY";

    private readonly Side _gained = new();
    private readonly Side _lost = new();
    private int _belowFloor;
    private int _heldBefore;
    private int _heldAfter;

    public int Screenings { get; private set; }

    public void Add(StoredScreening one)
    {
        Screenings++;
        var before = AlertsOf(one, present);
        var after = AlertsOf(one, candidate);
        var isUnreadable = one.Evidence.Parties.Any(party => !party.IsComparable);
        _heldBefore += before.Count > 0 || isUnreadable ? 1 : 0;
        _heldAfter += after.Count > 0 || isUnreadable ? 1 : 0;
        _belowFloor += one.Evidence.Parties.Any(party => LooksLower(party, one)) ? 1 : 0;
        _gained.Add(one, after.Except(before));
        _lost.Add(one, before.Except(after));
    }

    public TrialFigures Total(int days, bool isWhole, long baseVersion) => new(days, Screenings, isWhole, _belowFloor,
        _heldBefore, _heldAfter, _gained.Total(), _lost.Total(), baseVersion);

    private static HashSet<Alert> AlertsOf(StoredScreening one, PolicyContent policy)
    {
        var alerts = new HashSet<Alert>();
        foreach (var party in one.Evidence.Parties)
        {
            foreach (var hit in party.Hits.Concat(party.Near ?? []))
            {
                if (hit.Score >= policy.ThresholdFor(hit.List, hit.Kind, party.Direction, one.Corridor).Points)
                    alerts.Add(new Alert(hit.List, Words.Of(party.Direction), hit.EntryId, party.Role, party.Name));
            }
        }
        foreach (var check in one.Evidence.Countries ?? [])
        {
            if (policy.EffectOf(check.Country, check.Source) is not null)
                alerts.Add(new Alert(CountryList, Words.Of(check.Source), check.Country, check.Role, null));
        }
        return alerts;
    }

    /// <summary>What was left out of the evidence could reach the candidate's thresholds.</summary>
    private bool LooksLower(PartyEvidence party, StoredScreening one)
    {
        var least = candidate.Thresholds
            .Where(line => (line.Direction is null || line.Direction == party.Direction)
                && (line.From is null || line.From == one.Corridor?.From)
                && (line.To is null || line.To == one.Corridor?.To))
            .Select(line => line.Threshold)
            .Append(PolicyContent.IsText(party.Direction) ? candidate.TextThreshold : candidate.ReviewThreshold).Min();
        return least < (party.Floor ?? one.Evidence.ReviewThreshold)
            // More came near than are kept: those beyond have at most the last one's score.
            || (party.Near is { Count: > 0 } near && party.NearCount > near.Count && least <= near[^1].Score);
    }

    private sealed record Alert(string List, string Direction, string What, PartyRole? Role, ScreenedName? Name);

    private sealed class Side
    {
        private const int MaxExamples = 20;

        private readonly SortedDictionary<(string List, string Direction), int> _counts = [];
        private readonly List<TrialExample> _examples = [];
        private int _alerts;
        private int _screenings;

        public void Add(StoredScreening one, IEnumerable<Alert> alerts)
        {
            var before = _alerts;
            foreach (var alert in alerts)
            {
                _alerts++;
                var key = (alert.List, alert.Direction);
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
            }
            if (_alerts == before)
                return;
            _screenings++;
            if (_examples.Count < MaxExamples)
                _examples.Add(new TrialExample(one.Id, one.TransactionId, one.CaseId));
        }

        public TrialDifference Total() => new(_alerts, _screenings,
            [.. _counts.Select(one => new TrialCount(one.Key.List, one.Key.Direction, one.Value))], _examples);
    }
}
