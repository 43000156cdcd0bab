//! Captions, credits, and photographs in prose.

use super::*;

fn check(line: &str, expected: &[(&str, Option<&str>)]) {
    let article = article(&format!("Ferry returns to Ostrel\n\n{line}\n\n{BODY}"));
    assert_eq!(captions(&article), expected, "{line}");
    assert_eq!(article.body.len(), 2 + usize::from(expected.is_empty()), "{line}");
}

#[test]
fn a_credit_ends_a_caption_in_many_ways() {
    check("The ferry in Ostrel. Photo: VCG", &[("The ferry in Ostrel.", Some("VCG"))]);
    check("The ferry in Ostrel. [Photo: AFP]", &[("The ferry in Ostrel.", Some("AFP"))]);
    check("The ferry in Ostrel. [Photo/Agency]", &[("The ferry in Ostrel.", Some("Agency"))]);
    check("The ferry in Ostrel. Photo/Agency", &[("The ferry in Ostrel.", Some("Agency"))]);
    check("The ferry in Ostrel. (Photo by Ann Lee/OPA)", &[("The ferry in Ostrel.", Some("Ann Lee/OPA"))]);
    check("The ferry in Ostrel. (OPA Photo/Ann Lee)", &[("The ferry in Ostrel.", Some("OPA Photo/Ann Lee"))]);
    check("The ferry in Ostrel PHOTO: ANN LEE", &[("The ferry in Ostrel", Some("ANN LEE"))]);
    check("Die Fähre in Ostrel. Foto: dpa", &[("Die Fähre in Ostrel.", Some("dpa"))]);
    check("Паром в порту. Фото: Анна Лебедева", &[("Паром в порту.", Some("Анна Лебедева"))]);
    check("The ferry in Ostrel. Photo: Ann Lee.", &[("The ferry in Ostrel.", Some("Ann Lee"))]);
    check("Prom w Ostrelu. Fot. Anna Lis", &[("Prom w Ostrelu.", Some("Anna Lis"))]);
    check("العبارة في الميناء. تصوير: ليلى", &[("العبارة في الميناء.", Some("ليلى"))]);
    check("Photo: The ferry leaves Ostrel.", &[("The ferry leaves Ostrel.", None)]);
    check("渡轮离港。图：林安", &[("渡轮离港。", Some("林安"))]);
}

#[test]
fn the_kind_of_a_picture_is_its_credit_where_nobody_is_named() {
    check("The ferry in Ostrel. (File photo)", &[("The ferry in Ostrel.", Some("File photo"))]);
    check("The ferry in Ostrel. File photo", &[("The ferry in Ostrel.", Some("File photo"))]);
    check("The ferry in Ostrel. File photo: VCG", &[("The ferry in Ostrel.", Some("VCG"))]);
    check("The ferry as a whale. Illustration: Ann Lee/OPA", &[("The ferry as a whale.", Some("Ann Lee/OPA"))]);
    let parsed = parsed(&format!("Ferry returns\n\nThe ferry as a whale. Illustration: Ann Lee\n\n{BODY}"));
    assert_eq!(left(&parsed), [(Some(3), "kind of picture")]);
    check("Illustration: Ann Lee/OPA", &[("Illustration", Some("Ann Lee/OPA"))]);
}

#[test]
fn photographs_in_prose_make_no_caption() {
    for line in [
        "She had no name for what she held. It was her file photo",
        "She kept the photo: it was all that she had of the old ferry.",
        "The photo shows the ferry (see photo).",
        "Venn took the photo and gave it to the harbour office.",
        "Photo editors met in Ostrel on Monday to choose the pictures of the year.",
        "PHOTOS: Ten Ferries You Will Never Forget!",
        "He asked what was in the photo: Ann Lee, or the ferry behind her, which is much larger?",
    ] {
        check(line, &[]);
    }
}

#[test]
fn several_captions_are_kept_in_order_and_once() {
    let text = format!(
        "Ferry returns to Ostrel\nThe ferry. Photo: OPA\nThe quay. Photo: VCG\n\n{BODY}\nThe quay.  Photo: VCG\n\nThe crew. Photo: OPA\n"
    );
    let parsed = parsed(&text);
    let expected = [("The ferry.", Some("OPA")), ("The quay.", Some("VCG")), ("The crew.", Some("OPA"))];
    assert_eq!(captions(&parsed.article), expected);
    assert_eq!(left(&parsed), [(Some(9), "repeated caption")]);
}

#[test]
fn a_caption_without_its_credit_is_a_repeated_one() {
    let parsed = parsed(&format!(
        "Ferry returns to Ostrel\n\nThe ferry at the quay. Photo: OPA\n\nThe ferry at the quay.\n\n{BODY}"
    ));
    assert_eq!(left(&parsed), [(Some(5), "repeated caption")]);
}

#[test]
fn a_credit_below_a_line_goes_with_it() {
    check(
        "The ferry leaves the quay at dawn\nPhoto: Ann Lee",
        &[("The ferry leaves the quay at dawn", Some("Ann Lee"))],
    );
}

#[test]
fn a_gallery_of_captions_is_an_article_without_body() {
    let parsed = parsed("In the dock\n\nThe ferry. Photo: OPA\n\nThe quay. Photo: VCG\n");
    assert_eq!(parsed.article.headline.as_deref(), Some("In the dock"));
    assert_eq!(captions(&parsed.article), [("The ferry.", Some("OPA")), ("The quay.", Some("VCG"))]);
    assert_eq!(codes(&parsed), [Code::NoBody]);
    let bare = article("The ferry. Photo: OPA\nThe quay. Photo: VCG\n");
    assert_eq!((bare.headline, bare.captions.len(), bare.body.len()), (None, 2, 0));
}

#[test]
fn a_caption_between_headline_and_stamp_is_a_caption() {
    let article = article(&format!("Ferry returns to Ostrel\nThe ferry. Photo: OPA\nBy Ann Lee\n\n{BODY}"));
    assert_eq!(captions(&article), [("The ferry.", Some("OPA"))]);
    assert_eq!((article.bylines.len(), article.standfirst), (1, None));
}
