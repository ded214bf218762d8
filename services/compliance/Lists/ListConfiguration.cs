using System.Security.Cryptography;
using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>What a replica is configured to screen with, in a form that replicas compare.</summary>
/// <param name="Fingerprint">SHA-256 over all that makes a difference, in hexadecimal.</param>
/// <param name="Lists">Their names, for people.</param>
internal sealed record ListConfiguration(string Fingerprint, string Lists)
{
    public const string Folder = "whatever lies in the folder";

    public static ListConfiguration Of(ComplianceOptions options)
    {
        string[] parts =
        [
            .. options.Lists.OrderBy(list => list.Name, StringComparer.Ordinal).Select(list => string.Join('|',
            [
                list.Name, list.Format.Name, $"{list.MaxAgeHours}", $"{list.IsRequired}",
                $"{list.RefusedLossPercent}", .. list.Urls.Select(url => url.AbsoluteUri),
                .. list.MaxFileAgeHours is { } hours ? (string[])[$"files {hours}"] : [],
            ])),
            $"age {options.MaxListAgeHours}",
            .. options.PepLists.Order(StringComparer.Ordinal).Select(list => $"pep {list}"),
        ];
        return new ListConfiguration(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)))),
            options.Lists.Count == 0 ? Folder : string.Join(", ", options.Lists.Select(list => list.Name).Order()));
    }
}
