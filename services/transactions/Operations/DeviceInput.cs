using System.Net;
using FinCode.ServiceDefaults;

namespace FinCode.Transactions.Operations;

/// <summary>
/// What is known of the device that orders a transfer. Only keyed commitments of both are kept.
/// </summary>
/// <param name="DeviceId">The caller's id of the device, up to 128 characters.</param>
/// <param name="IpAddress">IPv4 or IPv6.</param>
internal sealed record DeviceInput(string? DeviceId, string? IpAddress)
{
    private const int MaxDeviceId = 128;
    private const int MaxAddress = 45;

    /// <summary>One address has one writing.</summary>
    public string? PlainAddress() =>
        IpAddress is { Length: <= MaxAddress } && IPAddress.TryParse(IpAddress, out var address)
            ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
            : null;

    public void Validate(Validation validation, string at)
    {
        if (DeviceId is not null)
            OneLine.Require(validation, DeviceId, $"{at}/deviceId", MaxDeviceId);
        validation.Check(IpAddress is null || PlainAddress() is not null, $"{at}/ipAddress",
            "An address is IPv4 or IPv6, such as \"192.0.2.1\".");
    }

    // A record prints all of its fields; these must not appear in any log.
    public override string ToString() => "(personal data)";
}
