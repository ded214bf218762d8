using System.Globalization;

namespace FinCode.Compliance.Rules.Language;

internal enum TokenKind
{
    End,
    Word,
    Whole,
    Fraction,
    Span,
    Text,
    Sign,
}

/// <summary>A piece of a rule's text.</summary>
/// <param name="Lexeme">As written; of a text its decoded content.</param>
/// <param name="Start">Where it begins in the source.</param>
/// <param name="Offsets">Of a text: where each decoded character stands in the source.</param>
internal readonly record struct Token(
    TokenKind Kind, string Lexeme, int Start, SourcePosition At, int[]? Offsets = null)
{
    public bool Is(string sign) => Kind is TokenKind.Sign or TokenKind.Word && Lexeme == sign;

    public string Describe() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Text => "a text",
        _ => $"\"{Lexeme}\"",
    };
}

/// <summary>
/// Splits a rule's text, or a stretch of it, into tokens. Outside of texts and comments only ASCII is read.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] LongSigns = ["&&", "||", "==", "!=", "<=", ">="];

    private readonly string _source;
    private readonly int _end;
    private int _at;
    private int _line;
    private int _lineStart;

    /// <param name="source">The whole text, so that positions are those of the whole.</param>
    public Lexer(string source, int start, int end)
    {
        (_source, _at, _end) = (source, start, end);
        _line = 1;
        for (var i = 0; i < start; i++)
        {
            if (source[i] == '\n')
                (_line, _lineStart) = (_line + 1, i + 1);
        }
    }

    /// <exception cref="RuleSyntaxException">
    /// There is a character that begins nothing, or a text without end.
    /// </exception>
    public Token Next()
    {
        SkipBlanks();
        var (start, position) = (_at, Position());
        if (_at >= _end)
            return new Token(TokenKind.End, "", start, position);
        var c = _source[_at];
        if (char.IsAsciiLetter(c) || c == '_')
            return Take(TokenKind.Word, start, position, one => char.IsAsciiLetterOrDigit(one) || one == '_');
        if (char.IsAsciiDigit(c))
            return Number(start, position);
        if (c is '"' or '\'')
            return Text(start, position, c);
        var two = _at + 1 < _end ? _source.Substring(_at, 2) : "";
        var sign = LongSigns.Contains(two) ? two : c.ToString();
        if (sign.Length == 1 && !"!<>+-*/%?:.,()[]=".Contains(c, StringComparison.Ordinal))
            throw new RuleSyntaxException(position, $"A rule has no place for {Name(c)} here.");
        _at += sign.Length;
        return new Token(TokenKind.Sign, sign, start, position);
    }

    private void SkipBlanks()
    {
        while (_at < _end)
        {
            var c = _source[_at];
            if (c == '/' && _at + 1 < _end && _source[_at + 1] == '/')
            {
                while (_at < _end && _source[_at] != '\n')
                    _at++;
                continue;
            }
            if (c is not (' ' or '\t' or '\r' or '\n'))
                return;
            _at++;
            if (c == '\n')
                (_line, _lineStart) = (_line + 1, _at);
        }
    }

    private Token Number(int start, SourcePosition position)
    {
        SkipDigits();
        var kind = TokenKind.Whole;
        if (_at + 1 < _end && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]))
        {
            kind = TokenKind.Fraction;
            _at++;
            SkipDigits();
        }
        else if (_at < _end && _source[_at] is 's' or 'm' or 'h' or 'd')
        {
            kind = TokenKind.Span;
            _at++;
        }
        if (_at < _end && (char.IsAsciiLetterOrDigit(_source[_at]) || _source[_at] == '_'))
        {
            throw new RuleSyntaxException(
                position, "A number ends before this letter; durations are written as 30s, 15m, 24h or 7d.");
        }
        return new Token(kind, _source[start.._at], start, position);
    }

    private void SkipDigits()
    {
        while (_at < _end && char.IsAsciiDigit(_source[_at]))
            _at++;
    }

    private Token Text(int start, SourcePosition position, char quote)
    {
        var decoded = new System.Text.StringBuilder();
        var offsets = new List<int>();
        _at++;
        while (true)
        {
            if (_at >= _end || _source[_at] is '\n' or '\r')
                throw new RuleSyntaxException(position, $"This text has no closing {quote} in its line.");
            var c = _source[_at];
            offsets.Add(_at);
            if (c == quote)
                break;
            decoded.Append(c == '\\' ? Escaped() : c);
            _at++;
        }
        _at++;
        return new Token(TokenKind.Text, decoded.ToString(), start, position, [.. offsets]);
    }

    /// <summary>The character that a backslash and the one after it stand for.</summary>
    private char Escaped()
    {
        var position = Position();
        _at++;
        return _at >= _end ? '\\' : _source[_at] switch
        {
            'n' => '\n',
            't' => '\t',
            '"' or '\'' or '\\' or '{' or '}' => _source[_at],
            _ => throw new RuleSyntaxException(position, "After \\ comes one of \" ' \\ { } n t."),
        };
    }

    private Token Take(TokenKind kind, int start, SourcePosition position, Func<char, bool> belongs)
    {
        while (_at < _end && belongs(_source[_at]))
            _at++;
        return new Token(kind, _source[start.._at], start, position);
    }

    private SourcePosition Position() => new(_line, _at - _lineStart + 1);

    private static string Name(char c) => c is > ' ' and < (char)127
        ? $"\"{c}\""
        : string.Create(CultureInfo.InvariantCulture, $"the character U+{(int)c:X4}");
}
