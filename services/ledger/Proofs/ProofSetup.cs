using FinCode.Ledger.Jobs;
using FinCode.Ledger.Operations.Proofs;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Proofs;

internal static class ProofSetup
{
    public static void AddProofs(this WebApplicationBuilder builder)
    {
        var settings = ProofSettings.From(builder.Configuration);
        builder.Services
            .AddSingleton(settings)
            .AddSingleton<SigningKeys>()
            .AddScoped<TreeStore>()
            .AddScoped<CheckpointStore>()
            .AddScoped<CheckpointDesk>()
            .AddScoped<RecordStore>()
            .AddScoped<RowSeal>()
            .AddJob<SignCheckpoints>(settings.CheckpointInterval);
    }

    public static void MapProofs(this WebApplication app)
    {
        GetEntryProof.Map(app);
        GetConsistencyProof.Map(app);
        ListCheckpoints.Map(app);
        GetSigningKeys.Map(app);
    }
}
