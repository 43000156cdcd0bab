//! The bylines that a page shows, with the day that often stands on the same line.

use dom_query::{Document, NodeRef};

use crate::corpus::text;
use crate::corpus::text::shape::is_name_like;

use super::blocks::{parted_text_of, text_of};
use super::elsewhere::Elsewhere;
use super::fields::{Fields, clip, letters_of, without_handles};
use super::headline::is_link_home;

/// Where bylines stand, the surest first. The names under which others print the author's biography are left out.
const BYLINES: &[(&str, &str)] = &[
    (
        "[itemprop='author'] [itemprop='name'], meta[itemprop='author'], [property='author'] [property='name']",
        "<… itemprop=author>",
    ),
    (
        "[itemprop~='author'], [property='author'], [property='schema:author'], [property='dc:creator']",
        "<… itemprop=author>",
    ),
    ("a[rel~='author'], [rel~='author']", "<a rel=author>"),
    (".byline__name, .byline-name, .byline .author-name, .p-author .p-name", "<… class=byline-name>"),
    (LINES, "<… class=byline>"),
    (".author-name, .author__name", "<… class=author-name>"),
    ("[class*='author-name' i], [class*='author__name' i], [class*='authorname' i]", "<… class=author-name>"),
    (
        ".author, .post-author, .article-author, .entry-author, .article__author, .autor, .auteur, .autore, #byline, \
         [itemprop~='creator'] [itemprop='name']",
        "<… class=author>",
    ),
    (
        "[class*='byline' i], [id*='byline' i], [data-testid*='byline' i], [data-component*='byline' i]",
        "<… class=byline>",
    ),
    (
        "[class*='author' i], [class*='autor' i], [class*='auteur' i], [class*='writer' i], [class*='journalist' i], \
         [class*='reporter' i], [class*='avtor' i], [class*='szerzo' i], [class*='yazar' i], [class*='skribent' i], \
         [class*='forfatter' i], [class*='kirjoittaja' i], [class*='toimittaja' i], [class*='penulis' i]",
        "<… class=author>",
    ),
];
/// Links to the pages of authors, which stand in menus and pointers too.
const LINKS: &str = "a[href*='/author/' i], a[href*='/authors/' i], a[href*='/autor/' i], a[href*='/autores/' i], \
    a[href*='/autoren/' i], a[href*='/auteur/' i], a[href*='/auteurs/' i], a[href*='/journalists/' i], a[href*='/reporter/' i], \
    a[href*='/contributor' i], a[href*='/newsteam/' i], a[href*='/people/' i], a[href*='/staff/' i], a[href*='/profile' i]";
/// What says for sure who the author is, wherever it stands.
const SURE: &str = "[itemprop~='author'], [rel~='author']";
/// Lines that give names and often the day.
const LINES: &str = ".byline, .article-byline, .article__byline, .c-byline, .story-byline, .post-byline, .p-author";
/// What the main text is without, for its class.
const DROPPED: &str = "[class*='byline' i], [class*='author-' i]";
/// Longer ones are biographies.
const LONGEST: usize = 100;

/// Offers the names, and the days on lines of names for want of others.
pub(super) fn fill(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    const MOST: usize = 8;
    const MOST_SEEN: usize = 100;
    for (selector, place) in BYLINES {
        // Names are taken from one kind of place.
        if fields.takes_bylines_elsewhere(place) {
            continue;
        }
        let nodes = document.select(selector);
        let is_part = selector.starts_with("[class*");
        let headline = fields.parsed.article.headline.as_deref().map(letters_of).unwrap_or_default();
        let is_other = |node: &NodeRef<'_>| {
            elsewhere.holds(node) || is_part && is_of_comment(node) || is_of_teaser(node, &headline)
        };
        let mut own = nodes.nodes().iter().take(MOST_SEEN).filter(|node| !is_other(node));
        let Some(first) = own.next() else { continue };
        // Further away, names are those of other articles.
        for node in std::iter::once(first).chain(own.filter(|node| is_beside(first, node)).take(MOST - 1)) {
            // What is called a name is one, also where it is one word.
            offer(node, place, is_part && !selector.contains("name"), fields);
        }
    }
    // Some print the name of the author on the margin.
    let margins = document.select(SURE);
    let margins = margins.nodes().iter().map(text_of).filter(|name| (1..=LONGEST).contains(&name.len()));
    let mut margins = margins.collect::<Vec<_>>();
    margins.dedup();
    if let [name] = margins.as_slice() {
        fields.offer_byline(name, "<… itemprop=author>");
    }
    let lines = document.select(LINES);
    for node in lines.nodes().iter().filter(|node| !elsewhere.holds(node)).take(8) {
        let line = text_of(node);
        if line.len() > 2 * LONGEST || tells_change(&line) {
            continue;
        }
        if let Some((_, day)) = fields.day_in(&line) {
            fields.offer_date("published", day, "<… class=byline>");
        }
    }
}

/// Tells whether an element is of a comment by a reader.
fn is_of_comment(node: &NodeRef<'_>) -> bool {
    let names_comment = |node: &NodeRef<'_>| node.class().is_some_and(|class| class.to_lowercase().contains("comment"));
    names_comment(node) || node.ancestors_it(Some(4)).any(|ancestor| names_comment(&ancestor))
}

/// Returns the elements around one, the nearest first, up to one that holds an article.
fn around<'a>(node: &NodeRef<'a>, most: usize) -> impl Iterator<Item = NodeRef<'a>> {
    let is_whole = |node: &NodeRef<'_>| ["article", "main", "body"].iter().any(|name| node.has_name(name));
    node.ancestors_it(Some(most)).take_while(move |ancestor| !is_whole(ancestor))
}

/// Tells whether an element stands in a pointer to another article: the block around it has a heading that is a link, and not the
/// headline.
fn is_of_teaser(node: &NodeRef<'_>, headline: &str) -> bool {
    const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5"];
    const MOST: usize = 60;
    let is_heading = |inner: &NodeRef<'_>| HEADINGS.iter().any(|name| inner.has_name(name));
    let holds = |heading: &NodeRef<'_>| {
        heading.id == node.id || node.ancestors_it(Some(3)).any(|ancestor| ancestor.id == heading.id)
    };
    let is_link = |heading: &NodeRef<'_>| {
        let in_link = heading.ancestors_it(Some(2)).any(|outer| outer.has_name("a"));
        let is_linked = in_link || heading.descendants_it().take(MOST).any(|inner| inner.has_name("a"));
        let is_long = || beginning_of(heading).len() >= LONGEST || heading.descendants_it().nth(MOST).is_some();
        is_linked && (is_long() || !is_link_home(heading))
    };
    let blocks = around(node, 3).map(|block| block.descendants_it().take(MOST).filter(is_heading).collect::<Vec<_>>());
    let mut blocks = blocks.filter(|headings| !headings.is_empty());
    blocks.next().is_some_and(|headings| {
        let is_headline = |beginning: String| !beginning.is_empty() && headline.starts_with(&beginning);
        let is_own = |heading: &NodeRef<'_>| heading.has_name("h1") || is_headline(beginning_of(heading));
        !headings.iter().any(is_own) && headings.iter().any(|heading| is_link(heading) && !holds(heading))
    })
}

/// Returns the letters that a heading begins with.
fn beginning_of(heading: &NodeRef<'_>) -> String {
    let texts = heading.descendants_it().take(LONGEST).filter(NodeRef::is_text);
    letters_of(
        &texts.flat_map(|text| text.text().chars().take(LONGEST).collect::<Vec<_>>()).take(LONGEST).collect::<String>(),
    )
}

/// Tells whether an element stands near another.
fn is_beside(first: &NodeRef<'_>, node: &NodeRef<'_>) -> bool {
    let article = |node: &NodeRef<'_>| {
        let is_article = |scope: &NodeRef<'_>| {
            let kind = scope.attr_or("itemtype", "");
            kind.contains("Article") || kind.contains("Posting")
        };
        node.ancestors_it(None).find(is_article).map(|scope| scope.id)
    };
    if article(first) != article(node) {
        return false;
    }
    let block = around(first, 3).last().or_else(|| first.parent());
    block.is_some_and(|block| node.ancestors_it(Some(6)).any(|ancestor| ancestor.id == block.id))
}

/// Offers the names in an element: those of its text, without the day, or where there is more than names in it, those that
/// it links. Where only a part of a class tells, nothing but whole names is taken.
fn offer(node: &NodeRef<'_>, place: &str, only_names: bool, fields: &mut Fields) {
    let text = node.attr("content").map_or_else(|| parted_text_of(node), |content| content.trim().to_owned());
    if text.len() > 2 * LONGEST {
        return;
    }
    let text = before_day(&text, fields);
    let names = text::byline_names(&text);
    let links = node.descendants_it().filter(|inner| inner.has_name("a")).map(|link| text_of(&link));
    let links = links.filter(|name| is_like_a_name(name)).collect::<Vec<_>>();
    let is_whole = |name: &String| {
        (is_like_a_name(name) || text::is_agency(name))
            && !links.iter().any(|link| link != name && name.starts_with(link.as_str()))
    };
    let is_named = || !only_names || names.iter().any(|name| is_like_a_name(name));
    if !names.is_empty() && names.iter().all(is_whole) && is_named() {
        fields.offer_byline(&text, place);
        return;
    }
    for name in &links {
        fields.offer_byline(name, place);
    }
    if links.is_empty() && text.len() <= LONGEST && !only_names {
        fields.offer_byline(&text, place);
    }
}

/// Returns the names that link to the pages of authors.
pub(super) fn linked_names(document: &Document) -> Vec<String> {
    const MOST: usize = 40;
    let links = document.select(LINKS);
    links.nodes().iter().take(MOST).map(text_of).filter(|name| is_like_a_name(name)).collect()
}

/// Offers the names of a line that begins as bylines do or is a name that is `linked`, and has names and nothing else; or those of
/// the part of a line that does.
pub(super) fn offer_line(line: &str, linked: &[String], place: &str, fields: &mut Fields) {
    if line.len() > LONGEST {
        return;
    }
    // Scripts that need no spaces have them between labels.
    let is_mark = |c: char| matches!(c, '|' | '•' | '·') || c.is_whitespace() && line.contains('：');
    for part in std::iter::once(line).chain(line.split(is_mark).filter(|part| part.len() < line.len())) {
        let text = before_day(part.trim(), fields);
        let names = text::byline_names(&text);
        let is_linked = || names.iter().all(|name| linked.contains(name));
        let is_byline = text::opened_names(&text).is_some() || is_linked() || text::ends_with_cjk_role(&text);
        let is_names = || names.iter().all(|name| is_like_a_name(name) || text::is_agency(name));
        if is_byline && names.first().is_some_and(|name| is_like_a_name(name)) && is_names() {
            fields.offer_byline(&text, place);
            return;
        }
    }
}

/// Offers the name that lines in the text or below it give with a label, for want of others, where they give no two.
pub(super) fn offer_labelled(lines: &[String], fields: &mut Fields) {
    if !fields.parsed.article.bylines.is_empty() {
        return;
    }
    let labelled = lines.iter().filter(|line| line.len() <= LONGEST && text::has_byline_label(line));
    let mut names = labelled.map(|line| before_day(line, fields)).collect::<Vec<_>>();
    names.dedup();
    if let [name] = names.as_slice()
        && text::byline_names(name).iter().all(|name| is_like_a_name(name))
    {
        fields.offer_byline(name, "line with a label");
    }
}

/// Tells whether a text is the name of a person or desk: a few words in capitals, or of a script without them.
fn is_like_a_name(text: &str) -> bool {
    const LONGEST_WORDS: usize = 5;
    let is_capital = |word: &str| word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    // Some scripts have neither capitals nor spaces in a name.
    if text.chars().all(|c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase()) {
        return (1..=12).contains(&text.chars().count());
    }
    text.contains(' ')
        && !text::names_role(text)
        && is_name_like(text, LONGEST_WORDS)
        && text.split_whitespace().next().is_some_and(is_capital)
        && text.split_whitespace().next_back().is_some_and(is_capital)
        && !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '@' | ':' | '/'))
}

/// Words that stand between a name and the day.
const BEFORE_DAYS: &[&str] = &[
    "on",
    "at",
    "am",
    "vom",
    "le",
    "el",
    "il",
    "op",
    "den",
    "em",
    "à",
    "jour",
    "mis",
    "first",
    "last",
    "published",
    "posted",
    "updated",
    "modified",
    "stand",
    "veröffentlicht",
    "aktualisiert",
    "zuletzt",
    "erstellt",
    "publié",
    "publiée",
    "modifié",
    "publicado",
    "publicada",
    "actualizado",
    "actualizada",
    "atualizado",
    "pubblicato",
    "aggiornato",
    "gepubliceerd",
    "geplaatst",
    "bijgewerkt",
    "publiceret",
    "opdateret",
    "publisert",
    "oppdatert",
    "publicerad",
    "publicerat",
    "uppdaterad",
    "julkaistu",
    "päivitetty",
    "opublikowano",
    "aktualizacja",
    "dodano",
    "publikováno",
    "aktualizováno",
    "publikované",
    "aktualizované",
    "objavljeno",
    "ažurirano",
    "megjelent",
    "közzétéve",
    "frissítve",
    "publicat",
    "actualizat",
    "yayınlanma",
    "güncelleme",
    "güncellenme",
    "tarihi",
    "опубликовано",
    "обновлено",
    "опубліковано",
    "оновлено",
    "публикувано",
    "diterbitkan",
    "diperbarui",
    "نشر",
    "تحديث",
    "في",
    "פורסם",
    "עודכן",
    "प्रकाशित",
    "अपडेट",
    "更新",
    "公開",
    "发布",
    "發布",
    "입력",
    "수정",
    "승인",
    "등록",
];

/// Returns a line of names without the day, which may be written close to them, and without addresses of mail.
fn before_day(line: &str, fields: &Fields) -> String {
    let line = &*without_handles(line);
    let day = fields.day_in(line).and_then(|(_, day)| Some((line.find(day)?, day.len())));
    let figure = || line.find(|c: char| c.is_ascii_digit()).map(|at| (at, line.len() - at));
    let Some((at, length)) = day.or_else(figure) else { return line.trim().to_owned() };
    let (before, after) = (&line[..at], &line[at + length..]);
    let is_before_day = |word: &str| BEFORE_DAYS.contains(&&*letters_of(word));
    let is_opening = before.split_whitespace().all(is_before_day);
    let trimmed = |text: &'_ str| -> String {
        text.trim_matches(|c: char| !c.is_alphabetic() && c != '.' && c != ')').to_owned()
    };
    let mut names = trimmed(if is_opening { after } else { before });
    // `Ann Lee on 5 May`.
    while let Some((before, _)) = names.rsplit_once(' ').filter(|(_, last)| is_before_day(last)) {
        names = trimmed(before);
    }
    names
}

/// Tells whether a line says when something was changed, and not when it was published.
pub(super) fn tells_change(line: &str) -> bool {
    const CHANGED: &[&str] = &[
        "updated",
        "modified",
        "lastedited",
        "aktualisiert",
        "geändert",
        "misàjour",
        "modifié",
        "actualizado",
        "aggiornato",
        "atualizado",
        "обновлено",
    ];
    const PUBLISHED: &[&str] = &[
        "published",
        "posted",
        "writtenon",
        "written19",
        "written20",
        "veröffentlicht",
        "publié",
        "publicado",
        "pubblicato",
        "опубликовано",
    ];
    let letters = letters_of(line);
    let has = |words: &[&str]| words.iter().any(|word| letters.contains(word));
    has(CHANGED) && !has(PUBLISHED)
}

/// Notes the lines that the main text is without and no field has wholly.
pub(super) fn leave_over(document: &Document, elsewhere: &Elsewhere, fields: &mut Fields) {
    const MOST: usize = 20;
    let nodes = document.select(DROPPED);
    let mut noted: Vec<String> = Vec::new();
    for node in nodes.nodes().iter().filter(|node| !elsewhere.holds(node)).take(MOST) {
        let line = text_of(node);
        // One within another is noted with that one.
        if line.is_empty() || is_used(&line, fields) || noted.iter().any(|known| known.contains(&line)) {
            continue;
        }
        fields.parsed.leave(None, clip(&line), "byline");
        noted.push(line);
    }
}

fn is_used(line: &str, fields: &Fields) -> bool {
    let article = &fields.parsed.article;
    let names = text::byline_names(line);
    let is_named = line.len() <= 2 * LONGEST && names.iter().all(|name| article.bylines.contains(name));
    match fields.day_in(line) {
        Some((day, _)) => is_named && [&article.published, &article.updated].contains(&&Some(day)),
        None => is_named && !names.is_empty(),
    }
}
