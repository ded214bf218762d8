namespace FinCode.Contracts;

/// <summary>A sender or beneficiary was created (version 1) or its details changed: screen it.</summary>
public sealed record PartyRecorded(PartyId PartyId, PartyRole Role, int Version) : IEvent
{
    public static string Type => "fincode.party.recorded.v1";
    public static string Topic => Topics.Parties;
    public string EventKey() => PartyId.ToString();
}

/// <summary>
/// A party's key was destroyed: its details cannot be read any more. Whoever has to keep something of it for a time of
/// its own counts that from now on; what else there is of it is forgotten.
/// </summary>
public sealed record PartyErased(PartyId PartyId, PartyRole Role) : IEvent
{
    public static string Type => "fincode.party.erased.v1";
    public static string Topic => Topics.Parties;
    public string EventKey() => PartyId.ToString();
}
