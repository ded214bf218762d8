using System.Text.Json.Serialization;
using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Identities;
using FinCode.Sandbox.Inboxes;
using FinCode.Sandbox.Instructions;
using FinCode.Sandbox.PayIns;

namespace FinCode.Sandbox.Storage;

/// <summary>One line of the journal: something that happened, from which the state is built again at start.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(InstructionRecorded), "instruction")]
[JsonDerivedType(typeof(CounterMoved), "counter")]
[JsonDerivedType(typeof(PaymentRecorded), "payment")]
[JsonDerivedType(typeof(CallbackScheduled), "callback")]
[JsonDerivedType(typeof(CallbackEnded), "callback-ended")]
[JsonDerivedType(typeof(InboxSet), "inbox")]
[JsonDerivedType(typeof(WebhookStored), "webhook")]
[JsonDerivedType(typeof(IdentityRecorded), "identity")]
internal abstract record Entry;

/// <summary>An instruction as it is now; the last one of a reference counts.</summary>
internal sealed record InstructionRecorded(Instruction Instruction) : Entry;

internal sealed record CounterMoved(string Counter, int Value) : Entry;

internal sealed record PaymentRecorded(Payment Payment) : Entry;

internal sealed record CallbackScheduled(Callback Callback) : Entry;

internal sealed record CallbackEnded(Guid Id) : Entry;

internal sealed record InboxSet(string Inbox, string? Secret, int FailuresLeft) : Entry;

internal sealed record WebhookStored(string Inbox, ReceivedWebhook Webhook) : Entry;

/// <summary>A session as it is now; the last one of a reference counts.</summary>
internal sealed record IdentityRecorded(IdentitySession Session) : Entry;
