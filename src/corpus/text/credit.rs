//! Who made a picture: the words that stand before a name to say so, and the name without them.

use super::shape::after_prefix;

/// Words before a credit that say no more than that it is one.
pub(crate) const CREDIT_KEYS: &[&str] = &[
    "Photo",
    "Photos",
    "Photo credit",
    "Photograph",
    "Photographs",
    "Picture",
    "Pictures",
    "Image",
    "Images",
    "Image credit",
    "Picture credit",
    "Credit",
    "Photo courtesy",
    "Foto",
    "Fotos",
    "Bild",
    "Crédit photo",
    "Crédit",
    "Crédits",
    "Fotografía",
    "Imagen",
    "Fotografia",
    "Фото",
    "Изображение",
    "صورة",
    "تصوير",
    "الصورة",
    "图",
    "图片",
    "图片来源",
    "图源",
    "照片",
    "摄影",
    "圖",
    "写真",
    "写真提供",
    "撮影",
];
/// Words before a credit that say what the picture is.
pub(crate) const KIND_KEYS: &[&str] = &[
    "File photo",
    "File picture",
    "Archive photo",
    "Illustration",
    "Graphic",
    "Infographic",
    "Cartoon",
    "Screenshot",
    "Archivfoto",
    "Symbolbild",
    "Grafik",
    "Photo d'archives",
    "Foto de archivo",
    "Архивное фото",
    "资料图",
    "资料图片",
    "資料写真",
    "Иллюстрация",
];

/// Words that only stand before a credit where it has an element of its own.
const LABELS: &[&str] = &["Photo by", "Source", "Quelle", "Fot", "Phot", "Ph", "Autor zdjęcia"];

/// Returns a credit without the words that say that it is one, which may be repeated for screen readers: `Mia Holm` of
/// `(Photo: Mia Holm)`. One that has no other words stays as it is, marks aside.
pub(crate) fn credit_name(credit: &str) -> &str {
    const MARKS: &[char] = &['(', '[', ')', ']', '©', '/', '／', '|', ':', '：', '…', ' '];
    const MOST: usize = 4;
    let mut name = trim_stops(credit.trim_matches(MARKS));
    for _ in 0..MOST {
        let Some(rest) = after_label(name) else { break };
        name = trim_stops(rest.trim_matches(MARKS)).trim_matches(MARKS);
    }
    name
}

/// Cuts the stops off, except for one that may end an abbreviation.
fn trim_stops(name: &str) -> &str {
    let start = name.trim_start_matches(['.', ' ', ':']);
    let last = start.trim_end_matches('.').split([' ', '/', ',']).next_back().unwrap_or_default();
    let short = last.contains('.') || last.chars().count() <= 3;
    if short && !start.ends_with("..") { start } else { start.trim_end_matches('.') }
}

fn after_label(name: &str) -> Option<&str> {
    let first = name.bytes().next()?;
    let may_be = |label: &&&str| {
        !first.is_ascii() || label.bytes().next().is_some_and(|begins| begins.eq_ignore_ascii_case(&first))
    };
    let labels = LABELS.iter().chain(CREDIT_KEYS).chain(KIND_KEYS).filter(may_be);
    let rest =
        labels.filter_map(|label| after_prefix(name, &label.to_lowercase()).filter(|rest| is_after(rest, label)));
    let rest = rest.min_by_key(|rest| rest.len())?;
    rest.chars().any(char::is_alphanumeric).then_some(rest)
}

/// Tells whether what follows a label shows that it is one. Else it is a name that begins with the same letters or
/// the same word: `Imagery House`, `Picture Alliance`.
fn is_after(rest: &str, label: &str) -> bool {
    let marked = rest.trim_start().starts_with([':', '：', '/', '／', '|', '…', '.', ')', ']', '©']);
    let repeated = rest.starts_with(char::is_uppercase) && label.is_ascii();
    marked || repeated || (rest.starts_with(' ') && label.ends_with(" by"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_cut_off_in_many_languages() {
        for (credit, name) in [
            ("Photo: Mia Holm", "Mia Holm"),
            ("(Photo by Mia Holm)", "Mia Holm"),
            ("Fot. Marek Lis", "Marek Lis"),
            ("Foto: dpa", "dpa"),
            ("تصوير: ليلى", "ليلى"),
            ("Illustration: Mia Holm/OPA", "Mia Holm/OPA"),
            ("File photo: OPA", "OPA"),
            ("CreditCreditMia Holm", "Mia Holm"),
            ("Credit...Mia Holm", "Mia Holm"),
            ("摄影：林安", "林安"),
            ("Crédit photo : Anne Lacroix", "Anne Lacroix"),
        ] {
            assert_eq!(credit_name(credit), name);
        }
    }

    #[test]
    fn names_that_begin_like_labels_stay_whole() {
        for name in ["Picture Alliance", "Imagery House", "Photographers of Ostrel", "File photo", "Ann Lee Jr."] {
            assert_eq!(credit_name(name), name);
        }
    }
}
