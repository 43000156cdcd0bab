//! Words whose full stop ends no sentence, and words that tell that it does.

/// The word before a full stop.
pub(super) struct Before<'t> {
    pub(super) text: &'t str,
    /// Whether nothing of the sentence stands before it.
    pub(super) opens_sentence: bool,
}

/// Tells whether a sentence goes on after a full stop that is followed by a space and a word which is not in lower
/// case.
pub(super) fn is_continued(before: &Before<'_>, following: &str) -> bool {
    let word = before.text.to_lowercase();
    if word.chars().all(char::is_numeric) {
        return before.opens_sentence || is_month(following);
    }
    if is_title(&word) {
        return true;
    }
    if following.starts_with(char::is_numeric) {
        return takes_number(&word) || is_month(before.text);
    }
    (is_initial(&word) || is_dotted(&word) || may_end_sentence(&word)) && !is_opening_word(following)
}

fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_lowercase) && letters.next().is_none()
}

/// Tells whether a word is like `u.s`, `p.m`, `z.b`, `ph.d`, `т.е`.
fn is_dotted(word: &str) -> bool {
    word.contains('.') && word.split('.').all(|part| part.chars().count() <= 2)
}

/// Words that a name or another word always follows.
#[rustfmt::skip]
fn is_title(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs" | "ms" | "dr" | "prof" | "gen" | "sen" | "rep" | "gov" | "sgt" | "col" | "capt" | "cpt" | "lt"
        | "maj" | "cmdr" | "adm" | "rev" | "hon" | "pres" | "supt" | "insp" | "messrs" | "det" | "pvt" | "cpl" | "amb"
        | "rt" | "mme" | "mmes" | "mlle" | "m" | "mm" | "me" | "mgr" | "hr" | "fr" | "frl" | "dipl" | "ing" | "sr"
        | "sra" | "srta" | "dña" | "sig" | "dott" | "avv" | "on" | "dhr" | "mevr" | "mw" | "drs" | "г-н" | "г-жа"
        | "им" | "ул" | "акад" | "проф" | "vs" | "bzw" | "ca" | "cf" | "e.g" | "i.e" | "z.b" | "d.h" | "u.a" | "т.е"
        | "св" | "тов" | "пр" | "art" | "abs" | "mt" | "ft"
    )
}

/// Words that a number follows: numbers, pages, articles of a law.
fn takes_number(word: &str) -> bool {
    matches!(
        word,
        "no" | "nos" | "nr" | "núm" | "n" | "p" | "pp" | "pg" | "s" | "vol" | "ch" | "sec" | "fig" | "op" | "tel"
    ) || matches!(word, "par" | "al" | "rd" | "bl" | "ст" | "п" | "стр" | "рис" | "гл" | "ч" | "т" | "тел" | "ок")
}

/// Words that stand inside a sentence or at its end.
#[rustfmt::skip]
fn may_end_sentence(word: &str) -> bool {
    matches!(
        word,
        "inc" | "corp" | "co" | "ltd" | "bros" | "llc" | "plc" | "jr" | "snr" | "jnr" | "esq" | "st" | "ave" | "blvd"
        | "rd" | "hwy" | "dept" | "univ" | "assn" | "etc" | "al" | "est" | "approx" | "min" | "max" | "jan" | "feb"
        | "mar" | "apr" | "jun" | "jul" | "aug" | "sep" | "sept" | "oct" | "nov" | "dec" | "mon" | "tue" | "tues"
        | "wed" | "thu" | "thur" | "thurs" | "fri" | "sat" | "calif" | "fla" | "ill" | "mass" | "mich" | "minn" | "tex"
        | "wash" | "wis" | "conn" | "colo" | "ariz" | "tenn" | "okla" | "penn" | "usw" | "str" | "tsd" | "mio" | "mrd"
        | "evtl" | "ggf" | "vgl" | "inkl" | "janv" | "févr" | "avr" | "juil" | "déc" | "av" | "bd" | "ene" | "dic"
        | "ee" | "uu" | "pág" | "avda" | "ecc" | "enz" | "bijv" | "тыс" | "млн" | "млрд" | "руб" | "др" | "гг" | "обл"
    )
}

/// Months as they are written behind a day with a full stop: `9. September`.
#[rustfmt::skip]
fn is_month(word: &str) -> bool {
    matches!(
        word,
        "Januar" | "Jänner" | "Februar" | "März" | "April" | "Mai" | "Juni" | "Juli" | "August" | "September"
        | "Oktober" | "November" | "Dezember" | "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug" | "Sep" | "Sept"
        | "Oct" | "Okt" | "Nov" | "Dec" | "Dez"
    )
}

/// Words that begin a sentence far more often than they follow an abbreviation.
#[rustfmt::skip]
pub(super) fn is_opening_word(word: &str) -> bool {
    matches!(
        word,
        "The" | "A" | "An" | "He" | "She" | "It" | "They" | "We" | "I" | "You" | "This" | "That" | "These" | "Those"
        | "There" | "Then" | "In" | "On" | "At" | "As" | "And" | "But" | "If" | "When" | "While" | "For" | "After"
        | "Before" | "With" | "By" | "To" | "From" | "His" | "Her" | "Their" | "Its" | "Our" | "My" | "Not" | "Some"
        | "Many" | "However" | "Meanwhile" | "What" | "Who" | "Why" | "How" | "Where" | "So" | "Also" | "Both"
        | "Der" | "Die" | "Das" | "Ein" | "Eine" | "Er" | "Sie" | "Es" | "Wir" | "Ich" | "Im" | "Am" | "Auf" | "Bei"
        | "Mit" | "Nach" | "Und" | "Aber" | "Doch" | "Auch" | "Wenn" | "Als" | "Diese" | "Dieser"
        | "Le" | "La" | "Les" | "Un" | "Une" | "Il" | "Elle" | "Ils" | "Elles" | "Mais" | "Et" | "Ce" | "Cette"
        | "Dans" | "Pour" | "Selon" | "El" | "Los" | "Las" | "Una" | "Pero" | "Según" | "Se" | "Gli" | "Ma"
        | "De" | "Het" | "Een" | "Hij" | "Zij" | "O" | "Os" | "Mas"
        | "Он" | "Она" | "Они" | "Оно" | "Это" | "В" | "На" | "Но" | "И" | "По" | "Как" | "Мы" | "Я" | "При" | "Если"
        | "Однако" | "Также" | "Для" | "Что"
    )
}
