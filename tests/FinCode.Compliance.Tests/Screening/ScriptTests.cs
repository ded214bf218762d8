using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Tests.Screening;

/// <summary>Every script that is read, and what counts as one name in another spelling.</summary>
public sealed class ScriptTests
{
    private const int Threshold = 8_500;

    [Theory]
    [InlineData("Владимир Путин", "VLADIMIR PUTIN")]
    [InlineData("Щербаков Юрий", "SHCHERBAKOV YURIY")]
    [InlineData("Олександр Ґалаґан", "OLEKSANDR GALAGAN")]
    [InlineData("Γεώργιος Παπανδρέου", "GEORGIOS PAPANDREOU")]
    [InlineData("Владимир\u0301 Пу\u0301тин", "VLADIMIR PUTIN")]
    [InlineData("Վլադիմիր Պուտին", "VLADIMIR PUTIN")]
    [InlineData("ვლადიმერ პუტინი", "VLADIMER PUTINI")]
    [InlineData("김정은", "KIM JONG UN")]
    [InlineData(" 김정은. ", "KIM JONG UN")]
    [InlineData("이명박", "LEE MYONG PAK")]
    [InlineData("정 우", "JONG WOO")]
    [InlineData("푸틴 블라디미르", "PU TIN BLADIMIR")]
    [InlineData("Τσίπρας Μιλόσεβιτς", "TSIPRAS MILOSEVICH")]
    [InlineData("习近平", "XI JINPING")]
    [InlineData("欧阳明", "OUYANG MING")]
    [InlineData("ウラジーミル・プーチン", "URADIMIRU PUTIN")]
    [InlineData("さくら", "SAKURA")]
    [InlineData("くみ子", "KUMI ZI")]
    [InlineData("व्लादिमीर पुतिन", "VLADIMIR PUTIN")]
    [InlineData("ปูติน", "PUTIN")]
    [InlineData("الظواهري", "AL ZUAHRI")]
    [InlineData("عبدالرحمن", "ABDUL RHMN")]
    [InlineData("Þórður Łukasz Müller-Straße", "THORDUR LUKASZ MULLER STRASSE")]
    [InlineData("ＰＵＴＩＮ １２", "PUTIN 12")]
    [InlineData("ｐｕｔｉｎ", "PUTIN")]
    [InlineData("𝐏𝐮𝐭𝐢𝐧 𝟏𝟐", "PUTIN 12")]
    [InlineData("ℙⓤ𝖙𝕚🅽", "PUTIN")]
    [InlineData("⒫🄤🅃🅘🇳", "PUTIN")]
    [InlineData("L.L.C. Ромашка", "LLC ROMASHKA")]
    [InlineData("L L C Ромашка", "LLC ROMASHKA")]
    [InlineData("Co S. E.", "CO S E")]
    [InlineData("Kestrel S. E.", "KESTREL SE")]
    [InlineData("В.В. Путин", "V V PUTIN")]
    [InlineData("I.R.G.C.", "IRGC")]
    [InlineData("Ch'o'l O’Brien", "CHOL OBRIEN")]
    [InlineData("Abd al-Rahman", "ABDUL RAHMAN")]
    [InlineData("Salah ad-Din al-Zarkh", "SALAH UDDIN AL ZARKH")]
    [InlineData("Al Din", "AL DIN")]
    [InlineData("РUTIN", "PUTIN")]
    [InlineData("ПYТИН", "PUTIN")]
    [InlineData("P\u2061u\u202at\u2066i\u180en", "PUTIN")]
    [InlineData("Pu\ufe0ft\u20dd\u1ab0in", "PUTIN")]
    public void A_name_is_read_in_letters_A_to_Z(string name, string expected)
    {
        var tokens = NameNormalizer.Normalize(name);

        string.Join(' ', tokens.ToTexts()).ShouldBe(expected);
        tokens.IsComparable.ShouldBeTrue();
    }

    [Theory]
    [InlineData("P u t i n V l a d i m i r", false)]
    [InlineData("P|u|t|i|n", false)]
    [InlineData("T D G Limited", false)]
    [InlineData("T.D.G. Limited", true)]
    [InlineData("J R R Tolkien", true)]
    [InlineData("K S", true)]
    public void A_name_that_is_taken_apart_is_for_a_person_to_look_at(string name, bool isComparable) =>
        NameNormalizer.Normalize(name).IsComparable.ShouldBe(isComparable);

    [Theory]
    [InlineData("Mohammed", "Muhammad", PairMethod.Family)]
    [InlineData("Yousef", "Joseph", PairMethod.Family)]
    [InlineData("Oleksandr", "Александр", PairMethod.Family)]
    [InlineData("Khrushchov", "Hrushchov", PairMethod.Spelling)]
    [InlineData("Poutine", "Putin", PairMethod.Spelling)]
    [InlineData("Romanoff", "Romanov", PairMethod.Spelling)]
    [InlineData("Wagner", "Vagner", PairMethod.Spelling)]
    [InlineData("فلادمير", "Vladimir", PairMethod.Skeleton)]
    [InlineData("پوتین", "Putin", PairMethod.Transliteration)]
    [InlineData("שמעון", "Shimon", PairMethod.Family)]
    [InlineData("גרשון", "Gershon", PairMethod.Skeleton)]
    [InlineData("Zarkhovan", "Zarkhavan", PairMethod.Edit)]
    [InlineData("Zarkohvan", "Zarkhovan", PairMethod.Edit)]
    [InlineData("Al Zawahiri", "Alzawahiri", PairMethod.Glued)]
    [InlineData("Jong Un", "Jongun", PairMethod.Glued)]
    [InlineData("Jong Un", "Chong'un", PairMethod.Glued)]
    [InlineData("نصر الله", "Nasrallah", PairMethod.Glued)]
    [InlineData("Abd el Kader", "Abdelkader", PairMethod.Glued)]
    [InlineData("Jalaluddin", "Jalal al-Din", PairMethod.Glued)]
    [InlineData("Jallaloudine", "Jalal Udin", PairMethod.Glued)]
    [InlineData("Noureddine", "نور الدين", PairMethod.Glued)]
    [InlineData("Salaheddine", "Salahuddin", PairMethod.Spelling)]
    [InlineData("Salah Eldeen", "Salah ud-Din", PairMethod.Family)]
    [InlineData("Asadullah", "Asad Allah", PairMethod.Glued)]
    [InlineData("Hedayatollah", "Hedayatallah", PairMethod.Family)]
    [InlineData("Guennadi", "Gennady", PairMethod.Family)]
    [InlineData("محمد", "Mohammed", PairMethod.Family)]
    [InlineData("الأسد", "al-Assad", PairMethod.Family)]
    [InlineData("כהן", "Cohen", PairMethod.Family)]
    [InlineData("Oleksandrowych", "Alexandrovich", PairMethod.Family)]
    [InlineData("سعدون", "Sadoon", PairMethod.Spelling)]
    [InlineData("ماضر", "Mader", PairMethod.Skeleton)]
    [InlineData("جعاوني", "Jaawany", PairMethod.Skeleton)]
    [InlineData("Solovyov", "Solovyev", PairMethod.Spelling)]
    [InlineData("Tukhatschewskyj", "Tukhachevsky", PairMethod.Spelling)]
    public void Spellings_of_one_name_pair_up_by_the_method_that_explains_it(
        string one, string other, PairMethod method)
    {
        Methods(one, other).ShouldContain(method);
        Methods(other, one).ShouldContain(method);
        Score(one, other).ShouldBeGreaterThanOrEqualTo(Threshold);
    }

    [Theory]
    [InlineData("J. Quirosande", "Jean Quirosande")]
    [InlineData("Kestrel Trading OOO", "Kestrel Trading Limited Liability Company")]
    [InlineData("Sheikh Temirbek Zarkhovan", "General Temirbek Zarkhovan")]
    [InlineData("Kestrel Tradimg GmbH", "KESTREL TRADING LTD")]
    [InlineData("Kestrel Compagny", "Kestrel Company")]
    public void Forms_titles_and_initials_do_not_part_names(string one, string other) =>
        Score(one, other).ShouldBeGreaterThanOrEqualTo(Threshold);

    [Theory]
    [InlineData("محمد كريم", "Mohammed Karim")]
    [InlineData("يحيى السنوار", "Yahya Sinwar")]
    [InlineData("عبد الملك الحوثي", "Abdul-Malik al-Houthi")]
    [InlineData("דוד כהן", "David Cohen")]
    [InlineData("박근혜", "PARK Geun-hye")]
    [InlineData("문재인", "Moon Jae-in")]
    [InlineData("윤석열", "Yoon Suk Yeol")]
    [InlineData("Αλέξης Τσίπρας", "Alexis Tsipras")]
    [InlineData("Євген Федоров", "Evgeny Fyodorov")]
    [InlineData("Aleksej NAVALNYJ", "Alexei Navalny")]
    [InlineData("Katharine Fedorowa", "Kathryn Fyodorova")]
    [InlineData("Sea Star II", "Sea Star 2")]
    [InlineData("Kestrel Airlines", "Kestrel Airways")]
    public void A_name_in_its_own_script_or_another_romanisation_is_found(string one, string other)
    {
        Score(one, other).ShouldBeGreaterThanOrEqualTo(Threshold);
        Score(other, one).ShouldBe(Score(one, other));
    }

    [Theory]
    [InlineData("Maria Gonzalez", "Mario Hernandez")]
    [InlineData("حسن كريم", "Hisham Karam")]
    [InlineData("عمر فاروق", "Ammar Faris")]
    [InlineData("Sea Star II", "Sea Star III")]
    [InlineData("박근혜", "Park Ji-sung")]
    [InlineData("Kestrel Trading Ltd", "Lunavara Trading Ltd")]
    [InlineData("The Company Limited", "Acme Company Limited")]
    [InlineData("MV Pelican 12", "MV Pelican 21")]
    [InlineData("Kim Yong", "Kim Chol")]
    [InlineData("Ali Khan", "Ali Shah")]
    [InlineData("Sirajuddin", "Salahuddin")]
    [InlineData("Jalal al-Din", "Kamal al-Din")]
    [InlineData("Asadullah", "Hafizullah")]
    public void Other_names_stay_apart(string one, string other) => Score(one, other).ShouldBeLessThan(Threshold);

    [Theory]
    [InlineData("ភូទីន")]
    [InlineData("ပူတင်")]
    [InlineData("---")]
    [InlineData("12345")]
    public void What_cannot_be_read_is_said_to_be_so_and_is_still_found_as_it_is_written(string name)
    {
        NameNormalizer.Normalize(name).IsComparable.ShouldBeFalse();
        if (name[0] > '\u1000')
            Score(name, name).ShouldBe(10_000);
    }

    private static int Score(string one, string other) => ExplainedScore.OfNames(
        Excerpt.Index.Compare(NameNormalizer.Normalize(one), NameNormalizer.Normalize(other)));

    private static IEnumerable<PairMethod> Methods(string one, string other) => Excerpt.Index
        .Compare(NameNormalizer.Normalize(one), NameNormalizer.Normalize(other)).Pairs.Select(pair => pair.Method);
}
