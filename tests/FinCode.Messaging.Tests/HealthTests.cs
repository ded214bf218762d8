using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_counts_what_waits_and_is_degraded_by_the_dead()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        using var client = notes.AnonymousClient();
        await Eventually.HoldsAsync(async () =>
        {
            var (status, check) = await CheckAsync(client);
            status.ShouldBe("Healthy");
            foreach (var figure in (string[])["outboxDepth", "oldestOutboxSeconds", "lag", "parked", "dead"])
                check.GetProperty("data").GetProperty(figure).GetDecimal().ShouldBe(0);
        });

        var (tenant, book) = (TestTenant.New(), Books.New());
        notes.Services.GetRequiredService<World>().Failing[book] = new InvalidOperationException("No.");
        await notes.PublishAsync(tenant, new NoteWritten(book, 1, "fail"));
        await notes.PublishAsync(tenant, new NoteWritten(book, 2));
        await Eventually.HoldsAsync(async () =>
        {
            var (status, check) = await CheckAsync(client);
            status.ShouldBe("Degraded");
            check.GetProperty("data").GetProperty("parked").GetInt64().ShouldBe(2);
            check.GetProperty("data").GetProperty("dead").GetInt64().ShouldBe(1);
            check.GetProperty("description").GetString().ShouldBe("Dead letters wait for a replay.");
        });
        (await client.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Meters_count_messages_and_show_depths_and_lag()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        using var processed = new CounterWatch(notes.Services, "fincode.messaging.processed");
        using var published = new CounterWatch(notes.Services, "fincode.messaging.published");
        using var dead = new CounterWatch(notes.Services, "fincode.messaging.dead");
        using var failed = new CounterWatch(notes.Services, "fincode.messaging.failed");
        using var parked = new CounterWatch(notes.Services, "fincode.messaging.parked");
        using var unreadable = new CounterWatch(notes.Services, "fincode.messaging.unreadable");
        var (tenant, book, sick) = (TestTenant.New(), Books.New(), Books.New());
        notes.Services.GetRequiredService<World>().Failing[sick] = new InvalidOperationException("No.");
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteWritten(book, 1), new NoteWritten(book, 2)]);
        await notes.PublishAsync(tenant, new NoteWritten(sick, 1, "fail"));
        await notes.Events.PublishRawAsync(NoteWritten.Topic, sick, "nonsense");

        await Eventually.HoldsAsync(() =>
        {
            (processed.Total, failed.Total, parked.Total, unreadable.Total, dead.Total).ShouldBe((2, 5, 1, 1, 2));
            published.Total.ShouldBe(6, "two notes, two answers, two letters");
            return Task.CompletedTask;
        });
        await Eventually.TrueAsync(
            () => Gauges(notes.Services).Contains("fincode.messaging.lag fincode.test-notes"), "lag by topic");
        Gauges(notes.Services).ShouldContain("fincode.messaging.outbox.depth ");
        Gauges(notes.Services).ShouldContain("fincode.messaging.outbox.oldest ");
    }

    private static async Task<(string? Status, JsonElement Check)> CheckAsync(HttpClient client)
    {
        var report = JsonDocument.Parse(await client.GetStringAsync("/health")).RootElement;
        var check = report.GetProperty("checks").GetProperty("messaging");
        return (check.GetProperty("status").GetString(), check);
    }

    private static HashSet<string> Gauges(IServiceProvider services)
    {
        HashSet<string> seen = [];
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.IsObservable && instrument.Meter.Scope == meters)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((gauge, _, tags, _) => seen.Add($"{gauge.Name} {Topic(tags)}"));
        listener.SetMeasurementEventCallback<double>((gauge, _, tags, _) => seen.Add($"{gauge.Name} {Topic(tags)}"));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    private static object? Topic(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
            if (tag.Key == "topic")
                return tag.Value;
        return null;
    }
}
