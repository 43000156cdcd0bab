//! The words that stand in dates: months, weekdays, zones, and what joins them. A table; `scan` looks words up in it.
//!
//! Every spelling is written as in print and folded once: case, accents and dotless i make no difference.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// What a word may mean in a date. `mar` is March and Tuesday, `am` is before noon and German for `on the`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The month, from 1.
    pub month: Option<i8>,
    pub weekday: bool,
    pub zone: Option<Zone>,
    pub half: Option<Half>,
    /// Joins the parts of a date: `de`, `of`, `um`.
    pub link: bool,
    /// May stand before a day: `den`, `le`.
    pub lead: bool,
    /// Announces a time of day, so that `11.35` is one: `kl`, `um`.
    pub clock: bool,
    /// Follows a time of day: `Uhr`, `h`.
    pub time_mark: bool,
    /// Follows a day in figures: `1st`, `1er`.
    pub ordinal: bool,
    /// Follows a year: `г`, `roku`.
    pub year_mark: bool,
}

/// What a zone abbreviation says of the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Minutes east of UTC.
    Offset(i16),
    /// Several meanings in the news, one in the form of RFC 2822.
    InMail(i16),
    /// Several meanings.
    Ambiguous,
}

/// The half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Morning,
    Afternoon,
}

/// Returns what a folded word may mean in a date, or `None` where it does not belong to one.
pub(super) fn meaning(folded: &str) -> Option<Meaning> {
    WORDS.get(folded).copied()
}

/// Folds case, accents, and the letters that Arabic and Persian, or Turkish and others, write in two ways.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfc().flat_map(char::to_lowercase).filter(|&c| !is_combining_mark(c) && !is_ignorable(c)).map(base).collect()
}

/// Tells whether a character has no width and no meaning in a date: soft hyphens, joiners, direction marks, BOM.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn base(c: char) -> char {
    let mut first = None;
    decompose_canonical(c, |part| first = first.or(Some(part)));
    match first.unwrap_or(c) {
        'ı' => 'i',
        'ی' | 'ى' => 'ي',
        'ک' => 'ك',
        letter if letter.is_ascii() || ('\u{600}'..'\u{700}').contains(&letter) => letter,
        _ => c,
    }
}

/// Months by language; `|` stands between spellings.
#[rustfmt::skip]
const MONTHS: &[[&str; 12]] = &[
    // English
    [
        "January|Jan", "February|Feb|Febr", "March|Mar", "April|Apr", "May", "June|Jun", "July|Jul", "August|Aug",
        "September|Sep|Sept", "October|Oct", "November|Nov", "December|Dec",
    ],
    // German
    [
        "Januar|Jänner|Jän", "Februar|Feber", "März|Mrz", "", "Mai", "Juni", "Juli", "", "", "Oktober|Okt", "",
        "Dezember|Dez",
    ],
    // French
    [
        "janvier|janv", "février|fév|févr", "mars", "avril|avr", "mai", "juin", "juillet|juil|juill", "août|aoû",
        "septembre", "octobre", "novembre", "décembre|déc",
    ],
    // Spanish
    [
        "enero|ene", "febrero", "marzo", "abril|abr", "mayo", "junio", "julio", "agosto|ago", "septiembre|setiembre|set",
        "octubre", "noviembre", "diciembre|dic",
    ],
    // Italian
    [
        "gennaio|gen|genn", "febbraio|febbr", "marzo", "aprile", "maggio|mag|magg", "giugno|giu", "luglio|lug", "agosto",
        "settembre|sett|set", "ottobre|ott", "novembre", "dicembre|dic",
    ],
    // Portuguese
    [
        "janeiro", "fevereiro|fev", "março", "abril", "maio", "junho", "julho", "agosto", "setembro|set", "outubro|out",
        "novembro", "dezembro|dez",
    ],
    // Catalan
    [
        "gener", "febrer", "març", "abril", "maig", "juny", "juliol", "agost", "setembre", "octubre", "novembre",
        "desembre|des",
    ],
    // Romanian
    [
        "ianuarie|ian", "februarie", "martie", "aprilie", "mai", "iunie|iun", "iulie|iul", "august", "septembrie",
        "octombrie", "noiembrie|noi", "decembrie",
    ],
    // Dutch
    [
        "januari", "februari", "maart|mrt", "april", "mei", "juni", "juli", "augustus", "september", "oktober|okt",
        "november", "december",
    ],
    // Swedish, Danish, Norwegian
    [
        "januari|januar", "februari|februar", "mars|marts", "april", "maj|mai", "juni", "juli", "augusti|august",
        "september", "oktober", "november", "december|desember|des",
    ],
    // Finnish
    [
        "tammikuuta|tammikuu", "helmikuuta|helmikuu", "maaliskuuta|maaliskuu", "huhtikuuta|huhtikuu",
        "toukokuuta|toukokuu", "kesäkuuta|kesäkuu", "heinäkuuta|heinäkuu", "elokuuta|elokuu", "syyskuuta|syyskuu",
        "lokakuuta|lokakuu", "marraskuuta|marraskuu", "joulukuuta|joulukuu",
    ],
    // Polish
    [
        "stycznia|styczeń|sty", "lutego|luty|lut", "marca|marzec", "kwietnia|kwiecień|kwi", "maja|maj",
        "czerwca|czerwiec|cze", "lipca|lipiec|lip", "sierpnia|sierpień|sie", "września|wrzesień|wrz",
        "października|październik|paź", "listopada|listopad|lis", "grudnia|grudzień|gru",
    ],
    // Czech. Croatian is left out: its `listopad` is October.
    [
        "ledna|leden", "února|únor", "března|březen", "dubna|duben", "května|květen", "června|červen",
        "července|červenec", "srpna|srpen", "září", "října|říjen", "listopadu|listopad", "prosince|prosinec",
    ],
    // Hungarian
    [
        "január|jan", "február|febr", "március|márc", "április|ápr", "május|máj", "június|jún", "július|júl",
        "augusztus", "szeptember|szept", "október|okt", "november", "december",
    ],
    // Turkish
    [
        "Ocak|Oca", "Şubat|Şub", "Mart", "Nisan|Nis", "Mayıs|May", "Haziran|Haz", "Temmuz|Tem", "Ağustos|Ağu",
        "Eylül|Eyl", "Ekim|Eki", "Kasım|Kas", "Aralık|Ara",
    ],
    // Indonesian, Malay
    [
        "Januari", "Februari", "Maret|Mac", "April", "Mei", "Juni|Jun", "Juli|Julai", "Agustus|Agu|Ogos", "September",
        "Oktober", "November", "Desember|Disember",
    ],
    // Russian
    [
        "января|январь|янв", "февраля|февраль|фев|февр", "марта|март|мар", "апреля|апрель|апр", "мая|май",
        "июня|июнь|июн", "июля|июль|июл", "августа|август|авг", "сентября|сентябрь|сен|сент", "октября|октябрь|окт",
        "ноября|ноябрь|ноя|нояб", "декабря|декабрь|дек",
    ],
    // Ukrainian
    [
        "січня|січень|січ", "лютого|лютий|лют", "березня|березень|бер", "квітня|квітень|квіт", "травня|травень|трав",
        "червня|червень|черв", "липня|липень|лип", "серпня|серпень|серп", "вересня|вересень|вер",
        "жовтня|жовтень|жовт", "листопада|листопад|лист", "грудня|грудень|груд",
    ],
    // Bulgarian
    [
        "януари", "февруари", "март", "април", "май", "юни", "юли", "август", "септември", "октомври", "ноември",
        "декември",
    ],
    // Greek
    [
        "Ιανουαρίου|Ιανουάριος|Ιαν", "Φεβρουαρίου|Φεβρουάριος|Φεβ", "Μαρτίου|Μάρτιος|Μαρ", "Απριλίου|Απρίλιος|Απρ",
        "Μαΐου|Μάιος|Μαΐ", "Ιουνίου|Ιούνιος|Ιουν", "Ιουλίου|Ιούλιος|Ιουλ", "Αυγούστου|Αύγουστος|Αυγ",
        "Σεπτεμβρίου|Σεπτέμβριος|Σεπ", "Οκτωβρίου|Οκτώβριος|Οκτ", "Νοεμβρίου|Νοέμβριος|Νοε",
        "Δεκεμβρίου|Δεκέμβριος|Δεκ",
    ],
    // Arabic of Egypt and the Gulf
    [
        "يناير", "فبراير", "مارس", "أبريل|إبريل", "مايو", "يونيو|يونيه", "يوليو|يوليه", "أغسطس", "سبتمبر", "أكتوبر",
        "نوفمبر", "ديسمبر",
    ],
    // Arabic of the Levant and Iraq
    [
        "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول",
        "تشرين الثاني", "كانون الأول",
    ],
    // Arabic of the Maghreb
    [
        "جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية|يوليوز", "أوت|غشت", "شتنبر", "أكتوبر", "نونبر",
        "دجنبر",
    ],
    // Persian
    [
        "ژانویه", "فوریه", "مارس", "آوریل", "مه|می", "ژوئن", "ژوئیه|جولای", "اوت", "سپتامبر", "اکتبر", "نوامبر",
        "دسامبر",
    ],
    // Hebrew
    [
        "ינואר|בינואר", "פברואר|בפברואר", "מרץ|במרץ", "אפריל|באפריל", "מאי|במאי", "יוני|ביוני", "יולי|ביולי",
        "אוגוסט|באוגוסט", "ספטמבר|בספטמבר", "אוקטובר|באוקטובר", "נובמבר|בנובמבר", "דצמבר|בדצמבר",
    ],
    // Hindi
    [
        "जनवरी", "फ़रवरी|फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर|सितम्बर",
        "अक्टूबर|अक्तूबर", "नवंबर|नवम्बर", "दिसंबर|दिसम्बर",
    ],
];

/// Weekdays by language, in any order.
const WEEKDAYS: &[&str] = &[
    "Monday|Mon|Tuesday|Tue|Tues|Wednesday|Wed|Weds|Thursday|Thu|Thur|Thurs|Friday|Fri|Saturday|Sat|Sunday|Sun",
    "Montag|Mo|Dienstag|Di|Mittwoch|Mi|Donnerstag|Do|Freitag|Fr|Samstag|Sa|Sonnabend|Sonntag|So",
    "lundi|lun|mardi|mar|mercredi|mer|jeudi|jeu|vendredi|ven|samedi|sam|dimanche|dim",
    "lunes|lun|martes|mar|miércoles|mié|jueves|jue|viernes|vie|sábado|sáb|domingo|dom",
    "lunedì|martedì|mercoledì|giovedì|gio|venerdì|ven|sabato|sab|domenica",
    "segunda|seg|terça|ter|quarta|qua|quinta|qui|sexta|sex|feira",
    "dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge",
    "luni|marți|miercuri|joi|vineri|sâmbătă|duminică",
    "maandag|ma|dinsdag|woensdag|wo|donderdag|vrijdag|vr|zaterdag|za|zondag|zo",
    "måndag|mån|tisdag|tis|onsdag|ons|torsdag|tors|fredag|fre|lördag|lör|söndag|sön",
    "mandag|man|tirsdag|tirs|tir|tor|lørdag|lør|søndag|søn",
    "maanantaina|tiistaina|keskiviikkona|torstaina|perjantaina|lauantaina|sunnuntaina",
    "poniedziałek|pon|wtorek|wt|środa|śr|czwartek|czw|piątek|pt|sobota|sob|niedziela|nd|niedz",
    "pondělí|po|úterý|út|středa|st|čtvrtek|čt|pátek|pá|neděle|ne",
    "hétfő|kedd|szerda|csütörtök|péntek|szombat|vasárnap",
    "Pazartesi|Pzt|Salı|Çarşamba|Çar|Perşembe|Per|Cuma|Cum|Cumartesi|Cmt|Pazar|Paz",
    "Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu|Isnin|Khamis|Jumaat|Ahad",
    "понедельник|пн|вторник|вт|среда|ср|четверг|чт|пятница|пт|суббота|сб|воскресенье|вс",
    "понеділок|вівторок|середа|четвер|п’ятниця|пʼятниця|субота|неділя|нд",
    "понеделник|вторник|сряда|четвъртък|петък|събота|неделя",
    "Δευτέρα|Τρίτη|Τετάρτη|Πέμπτη|Παρασκευή|Σάββατο|Κυριακή|Δευ|Τρι|Τετ|Πεμ|Παρ|Σαβ|Κυρ",
    "الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد",
    "دوشنبه|سه‌شنبه|چهارشنبه|پنجشنبه|پنج‌شنبه|جمعه|شنبه|یکشنبه|یک‌شنبه",
    "सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार",
    "星期一|星期二|星期三|星期四|星期五|星期六|星期日|星期天|周一|周二|周三|周四|周五|周六|周日",
    "週一|週二|週三|週四|週五|週六|週日",
    "月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日|月曜|火曜|水曜|木曜|金曜|土曜|日曜",
    "월요일|화요일|수요일|목요일|금요일|토요일|일요일",
];

/// Weekdays that are so short that only brackets tell them: `(金)`.
pub(super) const BRACKETED_WEEKDAYS: &str = "月火水木金土日一二三四五六월화수목금토일";

/// Offsets in minutes. Zones whose meaning depends on the season or the country are in `AMBIGUOUS_ZONES`.
const ZONES: &[(&str, i16)] = &[
    ("GMT|UTC|UT|WET|Z", 0),
    ("BST|CET|MEZ|WEST|WAT", 60),
    ("CEST|MESZ|EET|CAT|SAST", 120),
    ("EEST|MSK|мск|TRT|EAT", 180),
    ("MSD|SAMT", 240),
    ("YEKT|PKT", 300),
    ("NPT", 345),
    ("NOVT", 420),
    ("ICT|WIB", 420),
    ("HKT|SGT|MYT|PHT|WITA|AWST|IRKT", 480),
    ("JST|KST|WIT", 540),
    ("ACST", 570),
    ("AEST|VLAT", 600),
    ("ACDT", 630),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("NDT", -150),
    ("BRT|ART|ADT", -180),
    ("NST", -210),
    ("EDT", -240),
    ("EST|CDT", -300),
    ("MDT", -360),
    ("MST|PDT", -420),
    ("PST|AKDT", -480),
    ("AKST", -540),
    ("HST", -600),
];

/// Central or China, India or Israel or Ireland, Atlantic or Arabia, and those without a season.
const AMBIGUOUS_ZONES: &str = "IST|AST|GST|ET|CT|MT|PT|HKST|BDT|WST";

const LINKS: &str = "de|del|di|do|of|at|um|à|as|las|às|alle|ore|ob|kl|klo|klokken|kello|om|o|a|в|о|у|saat|the|στις|годині|\
                     الساعة|ساعت|على|jam|pukul|la|les|och|i|año";
const LEADS: &str = "le|el|il|den|der|am|vom|em|dem|dne|dnia|on|the|op|ngày";
const CLOCKS: &str = "kl|klo|klokken|kello|ore|ob|à|um|alle|om|saat|godz|pukul|jam";
const TIME_MARKS: &str = "Uhr|h|hrs|hs|hr|uur|hod|ч|год";
const ORDINALS: &str = "st|nd|rd|th|er|ère|re|e|º|ª|o|го|η|de|a";
const YEAR_MARKS: &str = "г|года|год|р|року|рік|roku|r|년|년도";
const MORNING: &str = "am|上午|午前|早上|凌晨|清晨|오전|صباحا|ص|öö|vorm";
const AFTERNOON: &str = "pm|下午|午後|午后|晚上|오후|مساء|م|nachm";

/// Words that the patterns name themselves.
const NAMED: &str = "a|p|m|t|z|年|月|日|号|號|時|时|点|點|分|秒|년|월|일|시|분|초";

static WORDS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for names in MONTHS {
        for (month, names) in (1..).zip(names) {
            add(&mut words, names, |word| word.month = Some(month));
        }
    }
    for names in WEEKDAYS {
        add(&mut words, names, |word| word.weekday = true);
    }
    for &(names, minutes) in ZONES {
        add(&mut words, names, |word| word.zone = Some(Zone::Offset(minutes)));
    }
    add(&mut words, AMBIGUOUS_ZONES, |word| word.zone = Some(Zone::Ambiguous));
    add(&mut words, "CST", |word| word.zone = Some(Zone::InMail(-360)));
    add(&mut words, MORNING, |word| word.half = Some(Half::Morning));
    add(&mut words, AFTERNOON, |word| word.half = Some(Half::Afternoon));
    add(&mut words, LINKS, |word| word.link = true);
    add(&mut words, LEADS, |word| (word.link, word.lead) = (true, true));
    add(&mut words, CLOCKS, |word| word.clock = true);
    add(&mut words, TIME_MARKS, |word| word.time_mark = true);
    add(&mut words, ORDINALS, |word| word.ordinal = true);
    add(&mut words, YEAR_MARKS, |word| word.year_mark = true);
    add(&mut words, NAMED, |_| ());
    words
});

fn add(words: &mut HashMap<String, Meaning>, names: &str, mark: impl Fn(&mut Meaning)) {
    for name in names.split('|').filter(|name| !name.is_empty()) {
        mark(words.entry(fold(name)).or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_of_a_month_means_one_month() {
        let mut months: HashMap<String, i8> = HashMap::new();
        for names in MONTHS {
            for (month, names) in (1..).zip(names) {
                for name in names.split('|').filter(|name| !name.is_empty()) {
                    let known = *months.entry(fold(name)).or_insert(month);
                    assert_eq!(known, month, "{name}");
                }
            }
        }
    }

    #[test]
    fn folding_forgets_case_accents_and_joiners() {
        assert_eq!(fold("AOÛT"), "aout");
        assert_eq!(fold("Kasım"), fold("KASIM"));
        assert_eq!(fold("أبريل"), fold("ابريل"));
        assert_eq!(fold("ма\u{438}\u{306}"), "май");
        assert_eq!(fold("Sep\u{AD}tember"), "september");
    }

    #[test]
    fn zone_has_one_offset() {
        let all: Vec<&str> = ZONES.iter().flat_map(|(names, _)| names.split('|')).collect();
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(all.len(), once.len());
    }
}
