using FinCode.Compliance.Model;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Storage;

/// <summary>What a case was opened for: the evidence of a screening, or of an alert about a customer.</summary>
/// <param name="CustomerTransfers">The customer's transfers, where it is about a customer.</param>
internal sealed record CaseBasis(
    Evidence Evidence, DateTimeOffset FoundAt, IReadOnlyList<TransactionId>? CustomerTransfers)
{
    public static async Task<CaseBasis> OfAsync(ComplianceWork work, Case one, CancellationToken cancellationToken)
    {
        if (one.AlertId is { } alertId)
        {
            var alert = await CustomerAlerts.FindAsync(work.Session, alertId, cancellationToken)
                ?? throw new InvalidOperationException($"{one.Id} was opened for an alert that is not there.");
            return new CaseBasis(alert.Evidence, alert.FoundAt, alert.TransactionIds);
        }
        var screening = await work.Db.Screenings.AsNoTracking().SingleAsync(
            screened => screened.TenantId == one.TenantId && screened.Id == one.ScreeningId, cancellationToken);
        return new CaseBasis(screening.Evidence, screening.ScreenedAt, null);
    }
}
