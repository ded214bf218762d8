using System.Text.Json;

namespace FinCode.Standalone.Client;

/// <summary>What the gateway answered: the body is undefined where there was none.</summary>
internal sealed record ApiAnswer(string Request, int Status, JsonElement Body, bool IsReplay)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The stable code of a problem (RFC 9457), or null.</summary>
    public string? Code => Text("code");

    /// <exception cref="ApiException">The answer is not a success.</exception>
    public ApiAnswer Must() => IsSuccess ? this : throw new ApiException(this);

    /// <summary>The body as a type of the caller's choosing.</summary>
    public T As<T>() => Must().Body.Deserialize<T>(ApiClient.Json)!;

    /// <summary>A member that has to be there and to be a text.</summary>
    public string Required(string name) => Must().Text(name)
        ?? throw new InvalidOperationException($"{Request} answered without \"{name}\": {Body}");

    public string? Text(string name) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The gateway refused a request that was expected to work.</summary>
internal sealed class ApiException(ApiAnswer answer)
    : Exception($"{answer.Request} answered {answer.Status}: {answer.Body}")
{
    public ApiAnswer Answer => answer;
}
