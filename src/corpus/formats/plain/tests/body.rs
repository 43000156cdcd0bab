//! Body, foot, furniture and unwrapping.

use super::*;

#[test]
fn subheads_are_entries_of_the_body() {
    let article =
        article(&format!("Ferry returns to Ostrel\n\n{BODY}\nA long winter\n\nThe dock was cold, the crew said.\n"));
    assert_eq!(article.body.len(), 4);
    assert_eq!(article.body[2], "A long winter");
}

#[test]
fn end_marks_are_left_over() {
    for mark in ["ENDS", "-30-", "- 30 -", "(more)", "-more-", "###", "* * *", "(END)", "（完）"] {
        let parsed = parsed(&format!("Ferry returns to Ostrel\n\n{BODY}\n{mark}\n"));
        assert_eq!(parsed.article.body.len(), 2, "{mark}");
        assert_eq!(left(&parsed), [(Some(7), "end mark")], "{mark}");
    }
}

#[test]
fn a_page_break_in_the_middle_is_left_over() {
    let parsed = parsed(&format!("Ferry returns to Ostrel\n\n{BODY}\n(more)\n\nThe crew was glad, Venn said.\n"));
    assert_eq!(parsed.article.body.len(), 3);
    assert_eq!(left(&parsed), [(Some(7), "end mark")]);
}

#[test]
fn furniture_is_left_over() {
    let text = format!(
        "Ferry returns to Ostrel\n\nShare on Facebook\n\n{BODY}\nRead more: The dock in winter\n\n\
         Related articles\nBridge plan dropped\nBus line to Lower Quay\n\n© 2022 Ostrel Courier. All rights reserved.\n"
    );
    let parsed = parsed(&text);
    assert_eq!(parsed.article.body.len(), 2);
    let mut reasons = left(&parsed);
    reasons.sort_unstable();
    let expected = [
        (Some(3), "share line"),
        (Some(9), "read-more line"),
        (Some(11), "read-more line"),
        (Some(12), "read-more line"),
        (Some(13), "read-more line"),
        (Some(15), "copyright line"),
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn the_publisher_stands_at_the_foot_by_itself() {
    for name in [
        "Ostrel Courier",
        "The Harbour Times",
        "OPA News Agency",
        "Ostreler Zeitung",
        "港口日报",
        "Вести Острела",
        "AFP",
        "Le Phare d'Ostrel",
        "Gazzetta dell'Estuario",
        "El Faro de Ostrel",
        "Острельский вестник",
    ] {
        let article = article(&format!("Ferry returns to Ostrel\n\n{BODY}\n{name}"));
        assert_eq!(article.publisher.as_deref(), Some(name));
        assert_eq!(article.body.len(), 2);
    }
    let keyed = article(&format!("Ferry returns to Ostrel\n\n{BODY}\nSource: Ostrel Lantern\n"));
    assert_eq!(keyed.publisher.as_deref(), Some("Ostrel Lantern"));
}

#[test]
fn a_last_line_that_may_be_anything_stays_in_the_body() {
    for line in [
        "Ann Lee",
        "With Harbour News Service",
        "Status: False alarm",
        "More rain is expected",
        "The end came soon.",
        "Lower Quay",
        "La Marée",
    ] {
        let article = article(&format!("Ferry returns to Ostrel\n\n{BODY}\n{line}\n"));
        assert_eq!((article.publisher, article.body.len()), (None, 3), "{line}");
    }
    let joined = article(&format!("Ferry returns to Ostrel\n\n{}\nHarbour Times\n", BODY.trim_end()));
    assert_eq!(joined.publisher, None);
}

#[test]
fn lines_broken_at_a_column_are_joined() {
    let text = "Ferry returns to Ostrel\nBy Ann Lee\n\n\
        The ferry sailed again on Monday after nine weeks in the dry dock at\n\
        Ostrel, the harbour office said, and the first passengers waited on\n\
        the quay from five in the morning to be sure of a place on deck.\n\
        \n\
        Passengers had to take the bus by way of Lower Quay, which added an\n\
        hour to the journey and was, as many of them said, no well-\n\
        loved way to travel between the islands and the harbour, so that the pas-\n\
        sengers were glad.\n";
    let article = article(text);
    assert_eq!(article.body.len(), 2);
    assert!(article.body[0].contains("dock at Ostrel, the harbour"));
    assert!(article.body[1].contains("no well-loved way"), "{}", article.body[1]);
    assert!(article.body[1].contains("the passengers were"), "{}", article.body[1]);
}

#[test]
fn indented_lines_open_paragraphs_of_a_column() {
    let text = "Ferry returns to Ostrel\nBy Ann Lee\n\n\
        OSTREL, Valmere (OPA) _ The ferry that links the islands with the\n\
        mainland sailed again on Monday, after nine weeks in which the\n\
        passengers had to go by bus and many of them stayed at home.\n    \
        The harbour office said that the engine had been repaired by a\n\
        firm of the town, and that the cost was lower than it had been\n\
        feared in winter.\n\
        (more)\n";
    let article = article(text);
    assert_eq!(article.body.len(), 2, "{:?}", article.body);
    assert!(article.body[1].ends_with("feared in winter."));
}

#[test]
fn lines_that_are_paragraphs_are_not_joined() {
    let text = "Ferry returns to Ostrel\n\
        The ferry sailed again on Monday after nine weeks in the dry dock, the harbour office said.\n\
        It had been expected in March.\n\
        Passengers had to take the bus by way of Lower Quay until then, which added an hour to the journey.\n\
        Many are glad.\n";
    assert_eq!(article(text).body.len(), 4);
}

#[test]
fn verses_and_lists_are_not_joined() {
    let text = "Song of the ferry\n\nO ferry, white and slow,\nthe gulls are calling now\nand over the water go\nthe sounds of chain and plough\nso let us row\n";
    assert_eq!(article(text).body.len(), 5);
    let list = "Results of the day\n\n- Ostrel 2, Lower Quay 1\n- Harbour 0, Islands 0\n- Valmere 3, New Quay 2\n- Dock 1, Mill 4\n";
    assert_eq!(article(list).body.len(), 4);
}

#[test]
fn a_soft_hyphen_at_a_line_end_joins_the_word() {
    let article = article("Ferry returns\n\nThe harbour office said that the fer\u{ad}\nry would sail.\n");
    assert_eq!(article.body, ["The harbour office said that the ferry would sail."]);
}

#[test]
fn scanned_columns_become_paragraphs_again() {
    let lines = [
        "the county court met on Monday to hear",
        "the complaint of the ferry company that",
        "its landing had been used without leave",
        "by boats of the rival line, which carry",
        "passengers to the lower islands at half",
        "the fare that the company is allowed to",
        "ask, and heard nine witnesses until the",
        "light failed and the court rose for the",
        "night without reaching any decision on",
        "the matter that had brought all of them",
        "there, so that the whole of the harbour",
        "will have to come again next week, when",
        "the judge hopes to close the case and to",
        "return to his own house in the mountains",
    ];
    let article = article(&format!("{}.\n", lines.join("\n")));
    assert_eq!(article.body.len(), 1);
    assert!(article.body[0].contains("company that its landing"));
}
