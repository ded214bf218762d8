using System.Security.Cryptography;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// The ledger's posting as a program of its own, to be killed. A line of input asks for an entry: key, verb, amount in
/// pence and, for what needs one, the id of another entry. A line of output answers, and ends with a full stop, so that
/// one that was cut off is known.
/// </summary>
internal static class PostingProcess
{
    public const string ConnectionString = "POSTING_PROCESS_CONNECTION";
    public const string Tenant = "POSTING_PROCESS_TENANT";
    public const string Ready = "ready.";

    private static readonly ECDsa s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly Lock s_output = new();

    public static async Task<int> Main()
    {
        await using var app = Build(Environment.GetEnvironmentVariable(ConnectionString)!);
        var tenant = new TenantId(Guid.Parse(Environment.GetEnvironmentVariable(Tenant)!));
        var writer = app.Services.GetRequiredService<BookWriter>();
        Say(Ready);
        var running = new List<Task>();
        while (await Console.In.ReadLineAsync() is { } line)
            running.Add(AnswerAsync(writer, tenant, line.Split(' ')));
        await Task.WhenAll(running);
        return 0;
    }

    /// <summary>The service with all its parts, on this database; started is none of them.</summary>
    public static WebApplication Build(string connectionString) => LedgerApp.Service.Build([], builder =>
    {
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:ledger"] = connectionString,
            ["ConnectionStrings:kafka"] = "127.0.0.1:1",
            ["Auth:Issuer"] = "http://issuer.test",
            ["Auth:JwksUrl"] = "http://127.0.0.1:1/jwks",
            ["Telemetry:Register"] = "false",
            ["Ledger:SigningKey"] = s_key.ExportPkcs8PrivateKeyPem(),
        });
    });

    public static Instruction Instruction(string key, string verb, long pence, Guid? target)
    {
        var entryKey = new EntryKey(key, null, "crash", 1);
        var amount = Money.Of(pence, "GBP");
        Leg[] payIn = [Leg.Debit("psp:x", amount), Leg.Credit("transit:a", amount)];
        return verb switch
        {
            "POST" => new Post(entryKey, payIn),
            "HOLD" => new Hold(entryKey, payIn),
            "COMMIT" => new Commit(entryKey, new EntryId(target!.Value)),
            "RELEASE" => new Release(entryKey, new EntryId(target!.Value)),
            _ => new Reverse(entryKey, new EntryId(target!.Value)),
        };
    }

    private static async Task AnswerAsync(BookWriter writer, TenantId tenant, string[] asked)
    {
        try
        {
            var outcome = await writer.PostAsync(tenant,
                [Instruction(asked[0], asked[1], long.Parse(asked[2]),
                    asked.Length > 3 ? Guid.Parse(asked[3]) : null)],
                CancellationToken.None);
            Say(outcome.Refusal is { } refusal
                ? $"{asked[0]} refused {refusal.Code} 0."
                : $"{asked[0]} booked {outcome.Entries[0].Id.Value} {outcome.Entries[0].Position}.");
        }
        catch (Exception exception)
        {
            Say($"{asked[0]} failed {exception.GetType().Name} 0.");
        }
    }

    private static void Say(string line)
    {
        lock (s_output)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
