using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Traces and metrics by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. Listeners are process-wide, so in a
/// process with several hosts only one may register: the others set <c>Telemetry:Register</c> to false.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder, string noun)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])
            || !builder.Configuration.GetValue("Telemetry:Register", true))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(noun, serviceNamespace: "fincode"))
            .WithTracing(tracing => tracing
                .AddSource("FinCode.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddNpgsql())
            .WithMetrics(metrics => metrics
                .AddMeter("FinCode.*")
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .UseOtlpExporter();
    }
}
