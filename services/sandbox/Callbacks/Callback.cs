namespace FinCode.Sandbox.Callbacks;

/// <summary>A notification that some provider owes to the URL it was given.</summary>
/// <param name="Body">The JSON text exactly as it is signed and sent.</param>
internal sealed record Callback(Guid Id, string Url, string Body, DateTimeOffset DueAt);
