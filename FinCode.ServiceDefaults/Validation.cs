using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.ServiceDefaults;

/// <summary>Collects everything that is wrong with a request, so that the caller hears of all fields at once.</summary>
public sealed class Validation
{
    private readonly List<FieldError> _errors = [];

    public bool Failed => _errors.Count > 0;

    public ProblemHttpResult ToProblem() => Problems.Invalid(_errors);

    /// <summary>Adds the sentence for the field unless the condition holds; returns the condition.</summary>
    public bool Check(bool holds, string pointer, string otherwise)
    {
        if (!holds)
            _errors.Add(new FieldError(pointer, otherwise));
        return holds;
    }

    /// <summary>A field that must be there.</summary>
    public bool Require<T>([NotNullWhen(true)] T? value, string pointer)
    {
        if (value is null)
            _errors.Add(new FieldError(pointer, "This field is required."));
        return value is not null;
    }

    /// <summary>
    /// A text that must be there, not blank, at most so many characters long, and without control characters.
    /// </summary>
    public bool RequireText([NotNullWhen(true)] string? value, string pointer, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
            _errors.Add(new FieldError(pointer, "This field is required."));
        else
            return IsText(value, pointer, maxLength);
        return false;
    }

    /// <summary>
    /// A text that may be missing, is at most so many characters long and has no control characters but line ends and
    /// tabs.
    /// </summary>
    public void OptionalText(string? value, string pointer, int maxLength)
    {
        if (value is not null)
            IsText(value, pointer, maxLength);
    }

    /// <summary>An ISO 3166-1 alpha-2 code: two upper-case letters.</summary>
    public bool RequireCountry([NotNullWhen(true)] string? value, string pointer)
    {
        if (value is { Length: 2 } && char.IsAsciiLetterUpper(value[0]) && char.IsAsciiLetterUpper(value[1]))
            return true;
        _errors.Add(new FieldError(pointer, "A country is an ISO 3166-1 alpha-2 code, such as \"NG\"."));
        return false;
    }

    /// <summary>An ISO 4217 code that is in use.</summary>
    public Currency? RequireCurrency(string? value, string pointer)
    {
        var currency = Currency.Find(value);
        if (currency is null)
            _errors.Add(new FieldError(pointer, "A currency is an ISO 4217 code, such as \"GBP\"."));
        return currency;
    }

    /// <summary>PostgreSQL stores no U+0000, and nobody who reads a text later expects its like.</summary>
    private bool IsText(string value, string pointer, int maxLength)
    {
        if (value.Length > maxLength)
            _errors.Add(new FieldError(pointer, $"At most {maxLength} characters."));
        else if (value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            _errors.Add(new FieldError(pointer, "This text holds a control character."));
        else
            return true;
        return false;
    }
}
