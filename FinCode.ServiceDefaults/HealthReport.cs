using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Writes <c>{"status": "Healthy", "checks": {"postgres": {"status", "description", "data"}}}</c>; no exception texts.
/// </summary>
internal static class HealthReport
{
    public static Task WriteAsync(
        HttpContext context, Microsoft.Extensions.Diagnostics.HealthChecks.HealthReport report)
    {
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => new
        {
            status = entry.Value.Status.ToString(),
            description = entry.Value.Description,
            data = entry.Value.Data.Count == 0 ? null : entry.Value.Data,
        });
        return context.Response.WriteAsJsonAsync(
            new { status = report.Status.ToString(), checks }, JsonSerializerOptions.Web, context.RequestAborted);
    }
}
