using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Standalone.Kafka.Apis;

/// <summary>
/// Sends batches to a consumer. While there are fewer bytes than it wants, the request waits, up to its time, and
/// every append to one of its partitions has a new look.
/// </summary>
internal static class FetchApi
{
    public static Api Api { get; } = new(ApiKey.Fetch, 4, 12, 12, HandleAsync);

    private static async ValueTask HandleAsync(ApiRequest request)
    {
        var call = Read(request);
        // Sessions are not kept; a client that gets the id 0 sends whole requests, and one with another id is told.
        if (call.SessionId != 0 && call.SessionEpoch > 0)
        {
            WriteStart(request, ErrorCode.FetchSessionIdNotFound, topics: 0);
            request.Response.NoTags();
            return;
        }
        if (!IsReady(request.Broker, call))
            await WaitAsync(request, call);
        Write(request, call);
    }

    private static FetchCall Read(ApiRequest request)
    {
        var (reader, version) = (request.Reader, request.Version);
        _ = reader.ReadInt32();
        var maxWait = reader.ReadInt32();
        var minBytes = reader.ReadInt32();
        var maxBytes = reader.ReadInt32();
        _ = reader.ReadInt8();
        var sessionId = version >= 7 ? reader.ReadInt32() : 0;
        var sessionEpoch = version >= 7 ? reader.ReadInt32() : -1;
        var topics = reader.ReadArray(r =>
        {
            var name = r.ReadString();
            var partitions = r.ReadArray(p => ReadPartition(p, version));
            r.SkipTags();
            return new FetchTopic(name, partitions);
        });
        // Forgotten topics and the rack follow; without sessions and replicas neither matters.
        return new FetchCall(maxWait, minBytes, maxBytes, sessionId, sessionEpoch, topics);
    }

    private static FetchPartition ReadPartition(ProtocolReader reader, short version)
    {
        var index = reader.ReadInt32();
        var leaderEpoch = version >= 9 ? reader.ReadInt32() : -1;
        var offset = reader.ReadInt64();
        if (version >= 12)
            _ = reader.ReadInt32();
        if (version >= 5)
            _ = reader.ReadInt64();
        var maxBytes = reader.ReadInt32();
        reader.SkipTags();
        return new FetchPartition(index, leaderEpoch, offset, maxBytes);
    }

    /// <summary>Whether there is enough to send, or an error that shall not wait.</summary>
    private static bool IsReady(BrokerState broker, FetchCall call)
    {
        if (call.MaxWaitMilliseconds <= 0 || call.MinBytes <= 0)
            return true;
        var bytes = 0L;
        foreach (var topic in call.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var slice = Locate(broker, topic.Name, partition, partition.MaxBytes, wholeBatch: true);
                bytes += slice.Length;
                if (slice.Error != ErrorCode.None || bytes >= call.MinBytes)
                    return true;
            }
        }
        return call.Topics.Length == 0;
    }

    private static async Task WaitAsync(ApiRequest request, FetchCall call)
    {
        var broker = request.Broker;
        var wait = TimeSpan.FromMilliseconds(call.MaxWaitMilliseconds);
        if (wait > broker.Options.MaxFetchWait)
            wait = broker.Options.MaxFetchWait;
        using var signal = new FetchSignal(broker.Time, wait, request.Cancellation);
        var watches = call.Topics
            .SelectMany(t => t.Partitions.Select(p => broker.Topics.Find(t.Name, p.Index)?.Watch(signal.Wake)))
            .ToList();
        try
        {
            // Looking again after the watches stand closes the gap between the first look and them.
            while (!IsReady(broker, call) && await signal.WaitAsync())
            {
            }
        }
        finally
        {
            watches.ForEach(w => w?.Dispose());
        }
    }

    private static LogSlice Locate(
        BrokerState broker, string topic, FetchPartition partition, int maxBytes, bool wholeBatch)
    {
        if (broker.Topics.Find(topic, partition.Index) is not { } log)
            return LogSlice.Empty(ErrorCode.UnknownTopicOrPartition);
        if (partition.LeaderEpoch > BrokerState.LeaderEpoch)
            return LogSlice.Empty(ErrorCode.UnknownLeaderEpoch);
        return log.Locate(partition.Offset, Math.Max(0, maxBytes), wholeBatch);
    }

    private static void Write(ApiRequest request, FetchCall call)
    {
        var response = request.Response;
        var budget = Math.Min(call.MaxBytes, request.Broker.Options.MaxFetchBytes);
        var nothingYet = true;
        WriteStart(request, ErrorCode.None, call.Topics.Length);
        foreach (var topic in call.Topics)
        {
            response.String(topic.Name);
            response.ArrayLength(topic.Partitions.Length);
            foreach (var partition in topic.Partitions)
            {
                // The first batch is sent even when it is larger than all limits, else nobody could ever pass it.
                var slice = Locate(
                    request.Broker, topic.Name, partition, Math.Min(budget, partition.MaxBytes), nothingYet);
                WritePartition(request, topic.Name, partition, slice);
                budget -= slice.Length;
                nothingYet &= slice.Length == 0;
            }
            response.NoTags();
        }
        response.NoTags();
    }

    private static void WriteStart(ApiRequest request, ErrorCode error, int topics)
    {
        request.Response.NoThrottle();
        if (request.Version >= 7)
        {
            request.Response.Error(error);
            request.Response.Int32(0);
        }
        request.Response.ArrayLength(topics);
    }

    private static void WritePartition(ApiRequest request, string topic, FetchPartition partition, LogSlice slice)
    {
        var (response, version) = (request.Response, request.Version);
        var log = request.Broker.Topics.Find(topic, partition.Index);
        var end = log?.EndOffset ?? -1;
        response.Int32(partition.Index);
        response.Error(slice.Error);
        response.Int64(end);
        response.Int64(end);
        if (version >= 5)
            response.Int64(log?.StartOffset ?? -1);
        response.NullArray();
        if (version >= 11)
            response.Int32(-1);
        var records = response.BytesToFill(slice.Length);
        if (slice.Handle is not null)
            LogSegment.ReadExactly(slice.Handle, records, slice.Position);
        response.NoTags();
    }

    private sealed record FetchPartition(int Index, int LeaderEpoch, long Offset, int MaxBytes);

    private sealed record FetchTopic(string Name, FetchPartition[] Partitions);

    private sealed record FetchCall(
        int MaxWaitMilliseconds, int MinBytes, int MaxBytes, int SessionId, int SessionEpoch, FetchTopic[] Topics);
}
