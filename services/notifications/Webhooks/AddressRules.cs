using System.Net;

namespace FinCode.Notifications.Webhooks;

/// <summary>
/// Which addresses belong to the public internet, by IANA's special-purpose registries (RFC 6890 and later). A
/// receiver's URL must
/// not make the platform knock at its own doors.
/// </summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] NotPublic4 = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4");

    // Of IPv6 only what is handed out as global unicast, without the ranges that wrap an IPv4 address or lead nowhere.
    private static readonly IPNetwork GlobalUnicast6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] NotPublic6 = Parse("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            System.Net.Sockets.AddressFamily.InterNetwork => !NotPublic4.Any(network => network.Contains(address)),
            System.Net.Sockets.AddressFamily.InterNetworkV6 => GlobalUnicast6.Contains(address)
                && !NotPublic6.Any(network => network.Contains(address)),
            _ => false,
        };
    }

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(text => IPNetwork.Parse(text))];
}
