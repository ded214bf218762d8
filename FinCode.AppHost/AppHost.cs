using FinCode.AppHost;

// The drawing of the system: what runs, what each part is given, and what it waits for.
var builder = DistributedApplication.CreateBuilder(args);

var postgres = builder.AddServiceDatabases("postgres").WithDataVolume().WithPgAdmin();
var kafka = builder.AddKafka("kafka").WithDataVolume().WithKafkaUI();
var redis = builder.AddRedis("redis");

var platform = builder.AddPlatformKeys();

var sandbox = builder.AddService<Projects.FinCode_Sandbox>("sandbox", platform)
    .WithSandboxKeys();

var auth = builder.AddService<Projects.FinCode_Auth>("auth", platform)
    .WithDatabase(postgres)
    .WithMasterKey("Auth__MasterKey")
    .WithPlatformClient()
    .WithServiceClient();

var ledger = builder.AddService<Projects.FinCode_Ledger>("ledger", platform)
    .WithDatabase(postgres)
    .WithKafka(kafka)
    .WithSigningKey("Ledger__SigningKey")
    .WithProofsInFolder("Ledger__CheckpointFolder", "../artifacts/checkpoints")
    .Calls(auth);

var transactions = builder.AddService<Projects.FinCode_Transactions>("transactions", platform)
    .WithDatabase(postgres)
    .WithKafka(kafka)
    .WithMasterKey("Transactions__MasterKey")
    .WithServiceClient()
    .WithSandboxProviders(sandbox)
    .Calls(auth);

var compliance = builder.AddService<Projects.FinCode_Compliance>("compliance", platform)
    .WithDatabase(postgres)
    .WithKafka(kafka)
    .WithMasterKey("Compliance__MasterKey")
    .WithServiceClient()
    .WithListsFolder("../demo/lists")
    .WithProofsInFolder("Compliance__CaseHeadsFolder", "../artifacts/case-heads")
    .WithSandboxIdentities(sandbox)
    .Calls(auth, transactions);

// Each asks the other: compliance who the parties are, transactions whether a case holds them.
transactions.Calls(compliance);

var notifications = builder.AddService<Projects.FinCode_Notifications>("notifications", platform)
    .WithDatabase(postgres)
    .WithKafka(kafka)
    .WithMasterKey("Notifications__MasterKey")
    .WithServiceClient()
    .WithWebhooksToThisMachine()
    .WithEmailsInFolder("../artifacts/mail")
    .Calls(auth, transactions);

builder.AddService<Projects.FinCode_Gateway>("gateway", platform)
    .WithRedis(redis)
    .Calls(auth, transactions, compliance, ledger, notifications)
    .AsTheOnlyDoor();

builder.Build().Run();
