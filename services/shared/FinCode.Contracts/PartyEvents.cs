namespace FinCode.Contracts;

/// <summary>A sender or beneficiary was created (version 1) or its details changed: screen it.</summary>
/// <param name="OutsideTransfer">
/// It was registered or changed by itself: no transfer brought it along, whose own screening would see to what is
/// found.
/// </param>
public sealed record PartyRecorded(
    PartyId PartyId, PartyRole Role, int Version, bool OutsideTransfer = false) : IEvent
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
