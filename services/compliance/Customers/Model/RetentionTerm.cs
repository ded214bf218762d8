namespace FinCode.Compliance.Customers.Model;

/// <summary>
/// For how many years after the end of the relationship what a customer showed is kept: five, or longer where the
/// tenant's law says so (Directive (EU) 2015/849, article 40; Money Laundering Regulations 2017, regulation 40).
/// </summary>
internal sealed record RetentionTerm(int Years) : IDefinition<RetentionTerm>
{
    public const int Fewest = 5;
    public const int Most = 30;

    public static DefinitionKind Kind => DefinitionKind.Retention;

    public static RetentionTerm Default { get; } = new(Fewest);

    public IEnumerable<(string Pointer, string Detail)> WhatIsWrong()
    {
        if (Years is < Fewest or > Most)
            yield return ("/years", $"From {Fewest} to {Most} years.");
    }
}
