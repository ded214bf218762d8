using System.Text.RegularExpressions;

namespace FinCode.Compliance.Customers.Model;

public enum QuestionType
{
    /// <summary>One of the options.</summary>
    Choice,

    /// <summary>Any number of the options.</summary>
    Choices,
    Text,

    /// <summary>A decimal number without a sign, with at most three decimals.</summary>
    Amount,
}

/// <param name="Points">What choosing it adds to the customer's risk.</param>
/// <param name="Pep">Choosing it says that the customer is a politically exposed person.</param>
internal sealed record FormOption(string Code, string Text, int Points, bool Pep = false);

internal sealed record FormQuestion(
    string Code, string Text, QuestionType Type, bool Required, IReadOnlyList<FormOption>? Options = null);

internal sealed record KycForm(string Code, string Title, IReadOnlyList<FormQuestion> Questions);

/// <summary>What was answered to one question: codes of options, or one text.</summary>
internal sealed record FormAnswer(string Question, IReadOnlyList<string> Values);

/// <summary>The forms of a tenant.</summary>
internal sealed partial record FormBook(IReadOnlyList<KycForm> Forms) : IDefinition<FormBook>
{
    public const int MaxAnswerLength = 1000;

    private const int MaxForms = 20;
    private const int MaxQuestions = 50;
    private const int MaxOptions = 50;

    public static DefinitionKind Kind => DefinitionKind.Forms;

    public static FormBook Default { get; } = new(
    [
        new KycForm(TierRules.SourceOfFundsForm, "Where the money comes from",
        [
            Choice("SOURCE", "What do you send money from?", ("SALARY", "Salary", 0), ("BUSINESS", "Business", 5),
                ("SAVINGS", "Savings", 0), ("GIFT", "A gift", 10), ("INHERITANCE", "An inheritance", 5),
                ("INVESTMENTS", "Investments", 5), ("OTHER", "Something else", 15)),
            new FormQuestion("EMPLOYER", "Employer or business", QuestionType.Text, Required: false),
            new FormQuestion("YEARLY_INCOME", "Income in a year, in the currency you send", QuestionType.Amount, true),
        ]),
        new KycForm(TierRules.RiskAssessmentForm, "About your transfers",
        [
            Choice("EXPECTED_YEARLY", "How much do you expect to send within a year?",
                ("UP_TO_5000", "Up to 5,000", 0), ("UP_TO_25000", "Up to 25,000", 5), ("MORE", "More", 15)),
            Choice("RELATIONSHIP", "Whom do you mostly send to?", ("FAMILY", "Family", 0), ("FRIENDS", "Friends", 5),
                ("BUSINESS", "Business partners", 10), ("UNKNOWN", "People I have not met", 40)),
            new FormQuestion("PUBLIC_FUNCTION",
                "Do you, a close relative or a close associate hold a prominent public function?",
                QuestionType.Choice, true,
                [new FormOption("NO", "No", 0), new FormOption("YES", "Yes", 0, Pep: true)]),
        ]),
    ]);

    public KycForm? Find(string? code) => Forms.FirstOrDefault(form => form.Code == code);

    public IEnumerable<(string Pointer, string Detail)> WhatIsWrong()
    {
        if (Forms.Count is 0 or > MaxForms || Forms.Select(form => form.Code).Distinct().Count() != Forms.Count)
            yield return ("/forms", $"From 1 to {MaxForms} forms, each with a code of its own.");
        for (var i = 0; i < Math.Min(Forms.Count, MaxForms); i++)
        {
            if (WhatIsWrong(Forms[i]) is { } wrong)
                yield return ($"/forms/{i}", wrong);
        }
    }

    /// <summary>By question; none when the answers can be taken.</summary>
    public static IEnumerable<(string Question, string Detail)> WhatIsWrong(
        KycForm form, IReadOnlyList<FormAnswer> answers)
    {
        var byQuestion = answers.ToLookup(answer => answer.Question);
        foreach (var stranger in answers.Where(answer => form.Questions.All(one => one.Code != answer.Question)))
            yield return (stranger.Question, "The form has no such question.");
        foreach (var question in form.Questions)
        {
            var given = byQuestion[question.Code].ToList();
            if (given.Count > 1)
                yield return (question.Code, "A question is answered once.");
            else if (given.Count == 0 || given[0].Values.Count == 0)
            {
                if (question.Required)
                    yield return (question.Code, "This question is required.");
            }
            else if (WhatIsWrong(question, given[0].Values) is { } wrong)
                yield return (question.Code, wrong);
        }
    }

    /// <summary>What the answers add to the risk, and whether they say that this is a politically exposed
    /// person.</summary>
    public static (int Points, bool Pep) Rate(KycForm form, IReadOnlyList<FormAnswer> answers)
    {
        var chosen = form.Questions.SelectMany(question => (question.Options ?? []).Where(option => answers
            .Any(answer => answer.Question == question.Code && answer.Values.Contains(option.Code)))).ToList();
        return (chosen.Sum(option => option.Points), chosen.Any(option => option.Pep));
    }

    private static string? WhatIsWrong(KycForm form)
    {
        if (!DefinitionLimits.IsCode(form.Code) || !IsText(form.Title))
            return "A form has a code of capitals, digits and underscores, and a title.";
        if (form.Questions.Count is 0 or > MaxQuestions
            || form.Questions.Select(question => question.Code).Distinct().Count() != form.Questions.Count)
            return $"A form has 1 to {MaxQuestions} questions, each with a code of its own.";
        return form.Questions.Select(WhatIsWrong).FirstOrDefault(wrong => wrong is not null);
    }

    private static string? WhatIsWrong(FormQuestion question)
    {
        if (!DefinitionLimits.IsCode(question.Code) || !IsText(question.Text))
            return "A question has a code of capitals, digits and underscores, and a text.";
        var options = question.Options ?? [];
        if (question.Type is QuestionType.Text or QuestionType.Amount)
            return options.Count == 0 ? null : $"{question.Code} takes no options.";
        return options.Count is 0 or > MaxOptions
            || options.Select(option => option.Code).Distinct().Count() != options.Count
            || options.Any(option => !DefinitionLimits.IsCode(option.Code) || !IsText(option.Text)
                || option.Points is < 0 or > DefinitionLimits.MaxPoints)
            ? $"{question.Code} needs 1 to {MaxOptions} options, each with a code of its own, a text and points from 0 "
                + $"to {DefinitionLimits.MaxPoints}."
            : null;
    }

    private static string? WhatIsWrong(FormQuestion question, IReadOnlyList<string> values) => question.Type switch
    {
        QuestionType.Choice when values.Count > 1 => "One of the options.",
        QuestionType.Choice or QuestionType.Choices => values.Distinct().Count() == values.Count
            && values.All(value => question.Options!.Any(option => option.Code == value))
            ? null : "Codes of the question's options, each once.",
        QuestionType.Amount => values.Count == 1 && Decimal().IsMatch(values[0])
            ? null : "One number, with at most twelve digits and three decimals.",
        _ => values.Count == 1 && values[0].Length <= MaxAnswerLength
            && !values[0].Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            ? null : $"One text of at most {MaxAnswerLength} characters.",
    };

    private static bool IsText(string text) =>
        text.Trim().Length > 0 && text.Length <= DefinitionLimits.MaxTextLength && !text.Any(char.IsControl);

    private static FormQuestion Choice(
        string code, string text, params (string Code, string Text, int Points)[] options) =>
        new(code, text, QuestionType.Choice, Required: true,
            [.. options.Select(option => new FormOption(option.Code, option.Text, option.Points))]);

    [GeneratedRegex(@"\A[0-9]{1,12}(\.[0-9]{1,3})?\z")]
    private static partial Regex Decimal();
}
