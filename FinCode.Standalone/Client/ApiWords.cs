using System.Text.Json;

namespace FinCode.Standalone.Client;

/// <summary>Enumerations as the API writes them: UPPER_SNAKE.</summary>
internal static class ApiWords
{
    public static string Of<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());
}
