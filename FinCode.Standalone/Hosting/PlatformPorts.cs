using System.Net;
using System.Net.Sockets;
using FinCode.Standalone.Servers;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// The loopback port of every service. They stay the same from run to run while they are free, because addresses
/// are kept: partners'
/// webhook endpoints, the callback addresses that providers were given.
/// </summary>
internal static class PlatformPorts
{
    private const string FileName = "ports.json";

    public static IReadOnlyDictionary<string, int> Of(DataFolder folder, IEnumerable<string> nouns, string gateway,
        int? gatewayPort)
    {
        var kept = folder.Read<Dictionary<string, int>>(FileName) ?? [];
        var ports = new Dictionary<string, int>();
        foreach (var noun in nouns)
        {
            var wanted = noun == gateway && gatewayPort is not null ? gatewayPort.Value : kept.GetValueOrDefault(noun);
            if (noun == gateway && gatewayPort is not null && !IsFree(wanted))
                throw new InvalidOperationException(
                    $"Port {wanted} is taken by another program; choose one with --port.");
            ports[noun] = wanted != 0 && IsFree(wanted) && !ports.ContainsValue(wanted) ? wanted : Unused(ports);
        }
        folder.Write(FileName, ports);
        return ports;
    }

    private static int Unused(Dictionary<string, int> ports)
    {
        int port;
        do
        {
            port = FreePort.Find();
        }
        while (ports.ContainsValue(port));
        return port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
