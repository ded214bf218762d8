using System.Text.Json;
using CsCheck;
using FinCode.Messaging.Consuming;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace FinCode.Messaging.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Partitions", "0")]
    [InlineData("Lanes", "65")]
    [InlineData("MaxAttempts", "0")]
    [InlineData("RetryCapMilliseconds", "1")]
    [InlineData("SessionTimeoutMilliseconds", "10")]
    public async Task A_setting_that_cannot_work_stops_the_service_with_a_sentence(string name, string value)
    {
        var settings = new Dictionary<string, string?> { [$"Messaging:{name}"] = value };
        var failure = await Should.ThrowAsync<InvalidOperationException>(
            () => ServiceUnderTest.StartAsync(NotesApp.Service, settings));
        failure.Message.ShouldStartWith($"The setting Messaging:{name} is a number from ");
    }

    [Fact]
    public async Task Errors_of_the_database_quote_no_row_whatever_the_connection_string_says()
    {
        await using var notes = await ServiceUnderTest.StartAsync(NotesApp.Service, Quick.Settings);
        await using var telling = await notes.StartReplicaAsync(NotesApp.Service,
            new Dictionary<string, string?>(Quick.Settings)
            {
                [$"ConnectionStrings:{NotesApp.Service.Noun}"] =
                    notes.AppConnectionString + ";Include Error Detail=true",
            });
        await using var command = telling.Services.GetRequiredService<NpgsqlDataSource>()
            .CreateCommand("do $$ begin raise unique_violation using detail = 'Key (name)=(Ada Obi)'; end $$");

        var failure = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        failure.ToString().ShouldNotContain("Ada Obi");
    }

    [Fact]
    public void The_inbox_remembers_longer_than_topics_do() =>
        MessagingOptions.InboxRetentionDays.ShouldBeGreaterThan(MessagingOptions.TopicRetentionDays);

    [Fact]
    public void Pauses_grow_with_jitter_and_stay_within_their_limits() =>
        Gen.Select(Gen.Int[1, 1_000_000], Gen.Int[1, 1_000], Gen.Int[0, 60_000]).Sample((failures, first, more) =>
        {
            var cap = first + more;
            var pause = Backoff.Pause(failures, first, cap).TotalMilliseconds;
            var full = Math.Min(cap, first * Math.Pow(2, Math.Min(failures - 1, 20)));
            return pause <= full && pause >= Math.Floor(full / 2);
        });

    [Fact]
    public void Failures_are_told_apart_and_written_down_without_what_they_quote()
    {
        Failures.IsTransient(new HttpRequestException()).ShouldBeTrue();
        Failures.IsTransient(new TaskCanceledException()).ShouldBeTrue();
        Failures.IsTransient(new NpgsqlException("gone", new IOException())).ShouldBeTrue();
        Failures.IsTransient(new InvalidOperationException("x", new TransientException("not yet"))).ShouldBeTrue();
        Failures.IsTransient(new InvalidOperationException()).ShouldBeFalse();

        Failures.Reason(new FormatException("'John Smith' is no number")).ShouldBe("FormatException");
        Failures.Reason(new JsonException("John Smith", "$.name", 1, 1)).ShouldBe("JsonException at $.name");
        Failures.Reason(new JsonException("x", "$['John Smith']", 1, 1)).ShouldBe("JsonException");
        Failures.Reason(new PostgresException("John Smith", "ERROR", "ERROR", "23505", constraintName: "parties_pkey"))
            .ShouldBe("PostgresException 23505  parties_pkey");
        Failures.Reason(new InvalidOperationException("ours", new FormatException("John")))
            .ShouldBe("InvalidOperationException: ours <- FormatException");
        Failures.Reason(new InvalidOperationException(new string('x', 5_000))).Length.ShouldBe(300);
    }

    [Fact]
    public async Task Old_rows_are_forgotten_and_young_ones_kept()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var notes = await ServiceUnderTest.StartAsync(
            NotesApp.Service, Quick.Settings, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var tenant = TestTenant.New();
        await Publishing.OwnerAsync(notes, $"""
            insert into inbox (consumer, event_id, processed_at)
            select 'notes', gen_random_uuid(), now() - interval '31 days' from generate_series(1, 2500);
            insert into inbox (consumer, event_id, processed_at)
            values ('notes', gen_random_uuid(), now() - interval '29 days');
            insert into idempotent_requests (tenant_id, operation, key, request_hash, created_at)
            values ('{tenant.Value}', 'X', 'old', '', now() - interval '31 days'),
                   ('{tenant.Value}', 'X', 'young', '', now() - interval '29 days');
            """);
        var job = notes.Services.GetRequiredService<JobSignal<ForgetOldRows>>();
        job.Wake();

        await Eventually.HoldsAsync(async () =>
        {
            (await CountAsync(notes, "inbox")).ShouldBe(1);
            (await CountAsync(notes, "idempotent_requests")).ShouldBe(1);
        });
        clock.Advance(TimeSpan.FromDays(2));
        job.Wake();
        await Eventually.HoldsAsync(async () => (await CountAsync(notes, "inbox")).ShouldBe(0));
    }

    private static async Task<long> CountAsync(ServiceUnderTest notes, string table)
    {
        await using var command = notes.Owner.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
