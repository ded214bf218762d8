namespace FinCode.Sandbox.Instructions;

/// <summary>One row of a provider's own records; <paramref name="Payments"/> is how often money left for the
/// reference.</summary>
internal sealed record InstructionRow(
    string Reference, string ProviderId, InstructionStatus Status, Money Amount, string Destination, int Payments)
{
    public static InstructionRow Of(Instruction instruction, DateTimeOffset now) => new(
        instruction.Reference, instruction.ProviderId, instruction.StatusAt(now), instruction.Amount,
            instruction.Destination,
        instruction.PaymentsAt(now));
}

internal sealed record InstructionList(IReadOnlyList<InstructionRow> Items);
