namespace FinCode.Benches.Harness;

/// <summary>Something that a bench works on is not there; the text is for the person who started it.</summary>
internal sealed class BenchNeedsException(string message) : Exception(message);
