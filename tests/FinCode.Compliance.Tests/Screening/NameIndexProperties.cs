using CsCheck;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

public sealed class NameIndexProperties
{
    private static readonly string[] Names =
        [.. Excerpt.Content.Entries.SelectMany(entry => entry.Names).Select(name => name.Text)];

    private static readonly Gen<string> Listed = Gen.Int[0, Names.Length - 1].Select(i => Names[i]);

    /// <summary>Tokens of listed names, shuffled, some dropped, some foreign, with up to three edits.</summary>
    private static readonly Gen<string> Mutated =
        Gen.Select(Listed, Listed, Gen.Int[0, 1_000_000]).Select((one, other, seed) => Mutate(one, other, seed));

    [Fact]
    public void The_index_finds_exactly_what_comparing_with_every_name_finds() =>
        Gen.Select(Mutated, Gen.Int[1, 10_000]).Sample((query, threshold) =>
        {
            var normal = NameNormalizer.Normalize(query);
            var found = Excerpt.Index.Search(normal, threshold).Select(Signature).ToArray();
            var all = Excerpt.Index.SearchExhaustively(normal, threshold).Select(Signature).ToArray();
            return found.SequenceEqual(all);
        }, iter: 2_000);

    [Fact]
    public void A_listed_name_is_found_in_any_order_case_and_punctuation() =>
        Gen.Select(Listed, Gen.Int[0, 1_000_000]).Sample((name, seed) =>
        {
            var random = new Random(seed);
            var tokens = NameNormalizer.Normalize(name).ToTexts();
            random.Shuffle(tokens);
            string[] separators = [" ", "  ", ", ", "-", ". ", "/", "\u00a0"];
            var written = string.Join(separators[random.Next(separators.Length)],
                tokens.Select(token => new string([.. token.Select(letter => Accent(letter, random))])));
            return Excerpt.Index.Search(NameNormalizer.Normalize(written), NameScore.Full)
                .Any(match => match.Name.Text == name);
        }, iter: 2_000);

    [Fact]
    public void The_score_is_the_same_both_ways_and_full_with_itself() =>
        Gen.Select(Mutated, Mutated).Sample((left, right) =>
        {
            var one = NameNormalizer.Normalize(left);
            var other = NameNormalizer.Normalize(right);
            var score = ScoreOf(one, other);
            return score == ScoreOf(other, one) && score is >= 0 and <= NameScore.Full
                && ScoreOf(one, NameNormalizer.Normalize(left)) == (one.Count == 0 ? 0 : NameScore.Full);
        }, iter: 2_000);

    [Fact]
    public void One_typo_in_a_long_token_does_not_hide_a_name_of_two() =>
        Gen.Select(Listed, Gen.Int[0, 1_000_000]).Sample((name, seed) =>
        {
            var tokens = NameNormalizer.Normalize(name).ToTexts();
            var random = new Random(seed);
            var candidates = Enumerable.Range(0, tokens.Length).Where(i => tokens[i].Length >= 6).ToArray();
            if (tokens.Length < 2 || candidates.Length == 0)
                return true;
            var chosen = candidates[random.Next(candidates.Length)];
            tokens[chosen] = Edit(tokens[chosen], random);
            return Excerpt.Index.Search(NameNormalizer.Normalize(string.Join(' ', tokens)), 8_500)
                .Any(match => match.Name.Text == name);
        }, iter: 2_000);

    [Fact]
    public void Edit_distance_agrees_with_its_definition() =>
        Gen.Select(Gen.String[Gen.Char['A', 'C'], 0, 7], Gen.String[Gen.Char['A', 'C'], 0, 7], Gen.Int[1, 3])
            .Sample((left, right, limit) => TokenSimilarity.Distance(left, right, limit) > limit
                ? Slow(left, right) > limit
                : TokenSimilarity.Distance(left, right, limit) == Slow(left, right), iter: 5_000);

    [Fact]
    public void The_score_computed_again_from_the_explanation_is_the_score_that_was_found() =>
        Gen.Select(Mutated, Gen.Int[1, 9_000]).Sample((query, threshold) =>
        {
            var matches = Excerpt.Index.Search(NameNormalizer.Normalize(query), threshold);
            return matches.All(match => ExplainedScore.OfNames(match.Comparison) == match.Score);
        }, iter: 2_000);

    [Fact]
    public void The_order_of_words_makes_no_difference() =>
        Gen.Select(Mutated, Listed, Gen.Int[0, 1_000_000]).Sample((query, name, seed) =>
        {
            // Neighbours that are one word elsewhere, or articles of one, are neighbours no longer: these are left out.
            var words = NameNormalizer.Normalize(query).ToTexts();
            new Random(seed).Shuffle(words);
            var shuffled = NameNormalizer.Normalize(string.Join(' ', words));
            var target = NameNormalizer.Normalize(name);
            return HasGlued(NameNormalizer.Normalize(query), target) || HasGlued(shuffled, target)
                || !shuffled.ToTexts().Order(StringComparer.Ordinal).SequenceEqual(words.Order(StringComparer.Ordinal))
                || ScoreOf(NameNormalizer.Normalize(query), target) == ScoreOf(shuffled, target);
        }, iter: 2_000);

    [Fact]
    public void Searches_on_many_threads_find_what_one_thread_finds()
    {
        var expected = Names.Select(Find).ToArray();

        var found = new string[Names.Length];
        Parallel.For(0, Names.Length, i => found[i] = Find(Names[i]));

        found.ShouldBe(expected);

        static string Find(string name) => string.Join('|',
            Excerpt.Index.Search(NameNormalizer.Normalize(name), 5_000)
                .Select(match => $"{match.Name.Text}:{match.Score}"));
    }

    private static bool HasGlued(NameTokens query, NameTokens target) => Excerpt.Index.Compare(query, target).Pairs
        .Any(pair => pair.Method == PairMethod.Glued);

    private static int ScoreOf(NameTokens one, NameTokens other) =>
        ExplainedScore.OfNames(Excerpt.Index.Compare(one, other));

    private static string Mutate(string one, string other, int seed)
    {
        var random = new Random(seed);
        var tokens = NameNormalizer.Normalize(one).ToTexts().Where(_ => random.Next(5) > 0)
            .Concat(NameNormalizer.Normalize(other).ToTexts().Where(_ => random.Next(4) == 0)).ToArray();
        random.Shuffle(tokens);
        for (var edits = random.Next(4); edits > 0 && tokens.Length > 0; edits--)
        {
            var chosen = random.Next(tokens.Length);
            tokens[chosen] = Edit(tokens[chosen], random);
        }
        return string.Join(' ', tokens);
    }

    private static string Edit(string token, Random random)
    {
        var position = random.Next(token.Length);
        var letter = (char)('A' + random.Next(26));
        return random.Next(4) switch
        {
            0 => token.Insert(position, letter.ToString()),
            1 when token.Length > 1 => token.Remove(position, 1),
            2 when position + 1 < token.Length =>
                token[..position] + token[position + 1] + token[position] + token[(position + 2)..],
            _ => token[..position] + letter + token[(position + 1)..],
        };
    }

    private static char Accent(char letter, Random random) => random.Next(3) switch
    {
        0 => char.ToLowerInvariant(letter),
        1 => letter switch
        {
            'A' => '\u00c5', 'E' => '\u00e9', 'I' => '\u0130', 'O' => '\u0151', 'N' => '\u00f1', _ => letter,
        },
        _ => letter,
    };

    private static (string, string, int) Signature(NameMatch match) =>
        (match.Entry.EntryId, match.Name.Text, match.Score);

    /// <summary>Optimal string alignment, written down as it is defined.</summary>
    private static int Slow(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
            return Math.Max(left.Length, right.Length);
        var cost = left[^1] == right[^1] ? 0 : 1;
        var best = Math.Min(Math.Min(Slow(left[..^1], right) + 1, Slow(left, right[..^1]) + 1),
            Slow(left[..^1], right[..^1]) + cost);
        if (left.Length > 1 && right.Length > 1 && left[^1] == right[^2] && left[^2] == right[^1])
            best = Math.Min(best, Slow(left[..^2], right[..^2]) + 1);
        return best;
    }
}
