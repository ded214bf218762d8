using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Storage;

/// <summary>The keys by which a party is found again, made of its details while they are at hand.</summary>
internal sealed class PartyKeys(BlindIndex index)
{
    private const string IsoDate = "yyyy-MM-dd";

    /// <summary>Sets the keys of a row whose details are new. A link, once made, stays.</summary>
    /// <param name="account">Of a beneficiary: where the money goes.</param>
    public void Set(PartyRow row, PartyRecord record, string? account = null)
    {
        row.NameKey = Name(row.TenantId, record);
        row.PhoneKey = record.Phone is { } phone ? Phone(row.TenantId, phone) : null;
        row.EmailKey = row is { IsRegistered: true, Role: PartyRole.Sender } && record.Email is { } email
            ? index.Of(row.TenantId, "email", email.Trim().ToUpperInvariant())
            : null;
        row.Fingerprint = row.IsRegistered ? null : Fingerprint(row.TenantId, row.Role, record, account);
        if (row.LinkKey.Length == 0)
            row.LinkKey = Link(row, record);
    }

    /// <summary>
    /// By which a party that nobody registered is known again; null when its details could be those of two people: a
    /// name and a country are not enough, a date of birth or the account that gets the money is.
    /// </summary>
    public string? Fingerprint(TenantId tenant, PartyRole role, PartyRecord record, string? account)
    {
        if (record.DateOfBirth is null && (role == PartyRole.Sender || account is null))
            return null;
        return index.Of(tenant, role == PartyRole.Sender ? "sender" : "beneficiary", Words.Of(record.Kind),
            PartyIdentity.PlainName(record.FullName), Birth(record), record.Country, account ?? "");
    }

    public string Phone(TenantId tenant, string phone) => index.Of(tenant, "phone", phone);

    public string Account(TenantId tenant, string account) => index.Of(tenant, "account", account);

    public string Device(TenantId tenant, string device) => index.Of(tenant, "device", device);

    public string IpAddress(TenantId tenant, string address) => index.Of(tenant, "ip address", address);

    private string Name(TenantId tenant, PartyRecord record) => index.Of(
        tenant, "name", Words.Of(record.Kind), PartyIdentity.PlainName(record.FullName), record.Country);

    /// <summary>
    /// With a date of birth, by the person, however often it is registered. Without one a registered party is itself
    /// only, and the others of one name and country count together: rules then look at more than they need, not less.
    /// </summary>
    private string Link(PartyRow row, PartyRecord record) => record.DateOfBirth is null && row.IsRegistered
        ? index.Of(row.TenantId, "party", row.Id.ToString())
        : index.Of(row.TenantId, "person", Words.Of(record.Kind), PartyIdentity.PlainName(record.FullName),
            Birth(record), record.Country);

    private static string Birth(PartyRecord record) =>
        record.DateOfBirth?.ToString(IsoDate, System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
