using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Commands;

/// <summary>
/// What <c>up</c> prints when everything runs: where things are, whom to be, and a first request that works when
/// pasted.
/// </summary>
internal static class Welcome
{
    public static string Text(Platform platform, SeededTenant tenant)
    {
        var gateway = platform.Gateway.ToString().TrimEnd('/');
        var services = string.Join('\n', platform.Addresses
            .Where(service => service.Noun != PlatformServices.Gateway)
            .Select(service => $"  {service.Noun,-15}{service.Address}"));
        return $$$"""

            FinCode runs. Ctrl-C ends it; the data stay.

              gateway        {{{gateway}}}   (the only door)
            {{{services}}}
              logs           {{{platform.Folder.In("logs")}}}
              e-mails        {{{platform.Folder.In("mail")}}}

            A partner's machine client:
              client id      {{{tenant.ClientId}}}
              client secret  {{{tenant.ClientSecret}}}

            Staff of {{{tenant.Tenant}}} (POST /v1/auth/sign-in {"principal", "email", "password"}):
              MANAGER        {{{tenant.Manager.Email}}}  {{{tenant.Manager.Password}}}
              COMPLIANCE     {{{tenant.Officers[0].Email}}}  {{{tenant.Officers[0].Password}}}
              COMPLIANCE     {{{tenant.Officers[1].Email}}}  {{{tenant.Officers[1].Password}}}
              FINANCE        {{{tenant.Finance.Email}}}  {{{tenant.Finance.Password}}}

            A first quote; paste it into another terminal:

            token=$(curl -s {{{gateway}}}/connect/token -d grant_type=client_credentials \
              -d client_id={{{tenant.ClientId}}} -d client_secret={{{tenant.ClientSecret}}} |
              sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
            curl -s {{{gateway}}}/v1/quotes -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{
              "sendCountry": "GB", "receiveCountry": "NG", "sendAmount": {"amount": "100.00", "currency": "GBP"},
              "payoutMethod": "BANK", "payInMethod": "OPEN_BANKING"}'

            """;
    }
}
