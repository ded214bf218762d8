using System.Globalization;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using Npgsql;

namespace FinCode.Compliance.CaseFiles;

/// <summary>The head of a case's chain as it is kept outside of the database, one a line.</summary>
internal sealed record CaseHeadLine(TenantId Tenant, CaseId CaseId, int Steps, string ChainHash);

/// <summary>
/// A folder outside of the database with the heads of case chains: a file per day to which they are appended as lines
/// of JSON. Written before they are taken for published, so a line may be there twice and none is missing.
/// </summary>
internal static class CaseHeads
{
    private const string Pattern = "case-heads-*.jsonl";

    private const string Select =
        "select chain_hash from case_events where tenant_id = $1 and case_id = $2 and number = $3";

    /// <summary>Throws while another replica writes; then it is tried again.</summary>
    public static void Append(string folder, IReadOnlyList<CaseHeadLine> heads, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        var day = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        using var file = new FileStream(
            Path.Combine(folder, $"case-heads-{day}.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);
        // A line that a process did not finish ends here, and is passed over when it is read.
        file.Write(Encoding.UTF8.GetBytes("\n" + string.Concat(
            heads.Select(head => Line(head) + "\n"))));
        file.Flush(flushToDisk: true);
    }

    public static string Line(CaseHeadLine head) => JsonSerializer.Serialize(head, ContractJson.Options);

    /// <summary>Every head that is there, some perhaps twice.</summary>
    public static IEnumerable<CaseHeadLine> ReadAll(string folder) =>
        Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal).SelectMany(Read);

    /// <summary>The first head that the database does not have as it was published, in a sentence; else null.</summary>
    public static async Task<(long Heads, string? Wrong)> CompareAsync(NpgsqlConnection connection,
        NpgsqlTransaction snapshot, string folder, CancellationToken cancellationToken)
    {
        var heads = 0L;
        foreach (var head in ReadAll(folder))
        {
            heads++;
            await using var find = new NpgsqlCommand(Select, connection, snapshot)
            {
                Parameters =
                {
                    new() { Value = head.Tenant.Value },
                    new() { Value = head.CaseId.Value },
                    new() { Value = head.Steps },
                },
            };
            if (await find.ExecuteScalarAsync(cancellationToken) is not byte[] hash
                || Convert.ToHexStringLower(hash) != head.ChainHash)
                return (heads, $"Case {head.CaseId.Value} of tenant {head.Tenant.Value}: its file up to event "
                    + $"{head.Steps} is not the one that was published.");
        }
        return (heads, null);
    }

    private static IEnumerable<CaseHeadLine> Read(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            CaseHeadLine? head = null;
            try
            {
                head = line.Length == 0 ? null : JsonSerializer.Deserialize<CaseHeadLine>(line, ContractJson.Options);
            }
            catch (JsonException)
            {
                // The end of a line that was never finished; it was written again, whole.
            }
            if (head is not null)
                yield return head;
        }
    }
}
