using System.Collections.Frozen;
using FinCode.Notifications.Model;
using FinCode.Notifications.Webhooks;
using HandlebarsDotNet;
using MimeKit;

namespace FinCode.Notifications.Email;

/// <summary>
/// The e-mails, from the files in <c>Templates</c>: one a kind, whose first line is the subject, inside one layout as
/// text and one as HTML, where every value is escaped. All is compiled at start.
/// </summary>
internal sealed class EmailTexts
{
    private readonly FrozenDictionary<EmailKind, Kind> _kinds;
    private readonly HandlebarsTemplate<object, object> _text;
    private readonly HandlebarsTemplate<object, object> _html;
    private readonly EmailSettings _settings;
    private readonly TimeProvider _clock;

    public EmailTexts(EmailSettings settings, TimeProvider clock)
    {
        (_settings, _clock) = (settings, clock);
        var plain = Handlebars.Create(
            new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, NoEscape = true });
        var escaping = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true });
        _text = plain.Compile(Read("layout.txt"));
        _html = escaping.Compile(Read("layout.html"));
        _kinds = Enum.GetValues<EmailKind>().ToFrozenDictionary(kind => kind, kind =>
        {
            var parts = Read($"{kind}.txt").Split('\n', 2);
            return new Kind(parts[0].Trim(), plain.Compile(parts[1].Trim()));
        });
    }

    /// <param name="id">Gives the Message-ID: an e-mail that is sent again is recognised by it.</param>
    /// <param name="to">Named as the letter addresses the sender.</param>
    public MimeMessage Compose(
        CustomerEmailId id, EmailKind kind, WebhookTransaction transaction, MailboxAddress to)
    {
        var values = new Dictionary<string, object>
        {
            ["name"] = to.Name ?? "",
            ["reference"] = transaction.Pcn,
            ["sent"] = transaction.SendAmount.ToString(),
            ["total"] = transaction.TotalToPay.ToString(),
            ["received"] = transaction.ReceiveAmount.ToString(),
            ["corridor"] = transaction.Corridor,
        };
        values["subject"] = _kinds[kind].Subject;
        values["message"] = _kinds[kind].Message(values);
        var message = new MimeMessage
        {
            MessageId = $"{id}@{_settings.From!.Domain}",
            Date = _clock.GetUtcNow(),
            Subject = _kinds[kind].Subject,
            Body = new BodyBuilder { TextBody = _text(values), HtmlBody = _html(values) }.ToMessageBody(),
        };
        // RFC 3834: nobody's absence note answers.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.From.Add(_settings.From);
        message.To.Add(to);
        return message;
    }

    private static string Read(string name)
    {
        var resource = $"{typeof(EmailTexts).Namespace}.Templates.{name}";
        using var stream = typeof(EmailTexts).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The template {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private sealed record Kind(string Subject, HandlebarsTemplate<object, object> Message);
}
