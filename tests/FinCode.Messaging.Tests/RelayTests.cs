using System.Diagnostics;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Messaging.Tests;

public sealed class RelayTests
{
    private const string LeadersSql =
        "select string_agg(pid::text, ',') from pg_locks where locktype = 'advisory' and granted and "
        + "database = (select oid from pg_database where datname = current_database())";

    [Fact]
    public async Task When_the_leader_dies_another_replica_takes_over()
    {
        await using var first = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        await Eventually.TrueAsync(async () => await LeaderAsync(first) is not null, "somebody leads");
        var leader = await LeaderAsync(first);
        await using var second = await first.StartReplicaAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Publishing.CommitAsync(second.Services, tenant, [new NoteStored(book, 1)]);
        await first.Events.WaitForAsync<NoteStored>(stored => stored.Book == book);
        (await LeaderAsync(first)).ShouldBe(leader, "one leads, and it is still the first");

        await first.App.StopAsync();
        await Publishing.CommitAsync(second.Services, tenant, [new NoteStored(book, 2)]);
        await first.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 2);
        (await LeaderAsync(first)).ShouldNotBe(leader);
    }

    [Fact]
    public async Task A_leader_whose_connection_is_cut_starts_over()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        await Eventually.TrueAsync(async () => await LeaderAsync(notes) is not null, "somebody leads");
        var leader = await LeaderAsync(notes);
        await Publishing.CutConnectionsAsync(notes, leader);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteStored(book, 1)]);
        await notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book);
        (await LeaderAsync(notes)).ShouldNotBe(leader);
    }

    [Fact]
    public async Task The_envelope_is_a_cloud_event_with_tenant_and_sequence()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        await Publishing.CommitAsync(notes.Services, tenant, [new NoteStored(book, 1), new NoteStored(book, 2)]);
        await notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book && stored.Number == 2);

        var events = notes.Events.Received.Where(received => received.Key == book).ToArray();
        events.Select(received => received.Sequence).ShouldBe([1, 2]);
        events.ShouldAllBe(received => received.Tenant == tenant && received.Topic == NoteStored.Topic);
        var root = System.Text.Json.JsonDocument.Parse(events[0].Json).RootElement;
        root.GetProperty("specversion").GetString().ShouldBe("1.0");
        root.GetProperty("source").GetString().ShouldBe("/fincode/notes");
        root.GetProperty("type").GetString().ShouldBe(NoteStored.Type);
        root.GetProperty("subject").GetString().ShouldBe(book);
        root.GetProperty("datacontenttype").GetString().ShouldBe("application/json");
        root.GetProperty("time").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        root.GetProperty("data").GetRawText().ShouldBe($$"""{"book":"{{book}}","number":1}""");
    }

    [Fact]
    public async Task A_trace_goes_from_the_publisher_through_the_reaction_to_what_that_publishes()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        string trace;
        using (var activity = new Activity("a request").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            trace = activity.TraceId.ToString();
            await Publishing.CommitAsync(notes.Services, tenant, [new NoteWritten(book, 1)]);
        }
        await notes.Events.WaitForAsync<NoteStored>(stored => stored.Book == book);

        notes.Services.GetRequiredService<World>().Tries.Single(tried => tried.Book == book).Trace.ShouldBe(trace);
        foreach (var received in notes.Events.Received.Where(received => received.Key == book))
            received.Json.ShouldContain($"\"traceparent\":\"00-{trace}-");
    }

    [Fact]
    public async Task Spans_of_publishing_and_processing_carry_the_transaction()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "FinCode.Messaging",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var (tenant, book) = (TestTenant.New(), Books.New());
        using (new Activity("a request").SetIdFormat(ActivityIdFormat.W3C).Start())
            await Publishing.CommitAsync(notes.Services, tenant, [new NoteWritten(book, 1)]);
        await notes.HoldsAsync(book, [1]);

        await Eventually.TrueAsync(() => Of(ActivityKind.Producer).Any()
            && Of(ActivityKind.Consumer).Any(), "both spans ended");
        var publish = Of(ActivityKind.Producer).First(span => span.OperationName == $"publish {NoteWritten.Topic}");
        var process = Of(ActivityKind.Consumer).First();
        process.OperationName.ShouldBe($"process {NoteWritten.Type}");
        process.ParentSpanId.ShouldBe(publish.SpanId);

        IEnumerable<Activity> Of(ActivityKind kind) =>
            spans.Where(span => span.Kind == kind && (string?)span.GetTagItem("transaction.id") == book);
    }

    [Fact]
    public async Task An_event_that_is_too_large_is_refused_where_it_is_published()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        var huge = new NoteStored(new string('b', MessagingOptions.MaxEventBytes), 1);
        await Should.ThrowAsync<InvalidOperationException>(
            () => Publishing.CommitAsync(notes.Services, TestTenant.New(), [huge]));
        (await Publishing.DepthAsync(notes)).ShouldBe(0);
    }

    private static async Task<string?> LeaderAsync(ServiceUnderTest notes)
    {
        await using var command = notes.Owner.CreateCommand(LeadersSql);
        return await command.ExecuteScalarAsync() as string;
    }
}
