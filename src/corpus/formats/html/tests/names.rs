//! Who wrote it, as pages of many countries say it, to machines and in print.

use super::*;

const HEADLINE: &str = "Ferry returns to Ostrel after a winter";

fn names(head: &str, line: &str) -> Vec<String> {
    let head = format!("<title>{HEADLINE} | Tidewater</title><meta property='og:site_name' content='Tidewater'>{head}");
    let markup = page(&head, "").replace("<article>", &format!("<article><h1>{HEADLINE}</h1>{line}"));
    article(&markup).bylines
}

fn told(author: &str) -> Vec<String> {
    let json = format!(
        r#"{{"@type": "NewsArticle", "headline": "{HEADLINE}", "publisher": {{"name": "Tidewater"}}, "author": {author}}}"#
    );
    names(&format!("<script type='application/ld+json'>{json}</script>"), "")
}

#[test]
fn lines_that_open_as_bylines_do_in_their_language_give_names() {
    for (line, expected) in [
        ("Written by: Ann Lee", "Ann Lee"),
        ("Ein Kommentar von Anna Lehm", "Anna Lehm"),
        ("Von Anna Lehm, Ostrel", "Anna Lehm"),
        ("Text: Anna Lehm, Fotos: Jonas Brandt", "Anna Lehm"),
        ("Propos recueillis par Anne Lacroix", "Anne Lacroix"),
        ("Por Marta de la Vega Ruiz", "Marta de la Vega Ruiz"),
        ("A cura di Marco Rivi e Lucia Bonn", "Marco Rivi;Lucia Bonn"),
        ("Geschreven door Jan de Wit", "Jan de Wit"),
        ("Af Lars Holm og Mette Lind", "Lars Holm;Mette Lind"),
        ("Teksti: Aino Salo", "Aino Salo"),
        ("Höfundur: Jón Hólm", "Jón Hólm"),
        ("Autor: Jan Lis i Anna Wrona", "Jan Lis;Anna Wrona"),
        ("Autor: Jan Lis a Petra Malá", "Jan Lis;Petra Malá"),
        ("Szerző: Nagy Imola", "Nagy Imola"),
        ("Autor: Ion Pop și Ana Radu", "Ion Pop;Ana Radu"),
        ("Piše: Ivan Hum", "Ivan Hum"),
        ("Autorius: Jonas Kalnas", "Jonas Kalnas"),
        ("Автор: Анна Лебедева и Иван Орлов", "Анна Лебедева;Иван Орлов"),
        ("Авторка: Олена Гай та Іван Бор", "Олена Гай;Іван Бор"),
        ("Συντάκτης: Γιώργος Πετρής", "Γιώργος Πετρής"),
        ("Yazan: Ayşe Yıl", "Ayşe Yıl"),
        ("Oleh Budi Santo", "Budi Santo"),
        ("Tác giả: Nguyễn Văn An", "Nguyễn Văn An"),
        ("بقلم: أحمد علي", "أحمد علي"),
        ("כתבה: דנה כהן", ""),
        ("מאת דנה כהן", "דנה כהן"),
        ("लेखक: अनिल शर्मा", "अनिल शर्मा"),
        ("โดย สมชาย ใจดี", "สมชาย ใจดี"),
        ("记者 张三丰 李四海", "张三丰;李四海"),
        ("記者張三丰／台北報導", "張三丰"),
        ("来源：潮水网 作者：张三 2021-05-03 10:13", "张三"),
        ("執筆：山田 太郎", "山田 太郎"),
        ("김하늘 기자 sky@tide.example", "김하늘"),
        ("김하늘·이바다 기자", "김하늘;이바다"),
        ("10:13 | By Ann Lee | Coast", "Ann Lee"),
        ("Von Montag bis Freitag", ""),
        ("By the time it came, all were asleep", ""),
    ] {
        assert_eq!(names("", &format!("<p>{line}</p>")).join(";"), expected, "{line}");
    }
    assert_eq!(names("", "<p>By</p><div>Ann Lee</div>"), ["Ann Lee"]);
    assert_eq!(names("", "<p><a href='/authors/lee'>Ann Lee</a></p>"), ["Ann Lee"]);
    assert_eq!(names("", "<p><a href='/sailors/lee'>Ann Lee</a></p>"), [""; 0]);
}

#[test]
fn elements_for_names_give_names_alone() {
    for (line, expected) in [
        ("<p class=byline>Published by<a href=/a>Ann Lee</a> Published on 3 May 2021</p>", "Ann Lee"),
        ("<p class=byline>Anne Lacroix Publié le 3 mai 2021</p>", "Anne Lacroix"),
        ("<p class=byline>Ann Lee ann@tide.example</p>", "Ann Lee"),
        ("<p class=byline>By Ann Lee Associated Press</p>", "Ann Lee;Associated Press"),
        ("<p class=byline><a href=/a>Ann Lee</a> Tideline Extra Writer</p>", "Ann Lee"),
        (
            "<ul class=our-authors><li class=an-author>Ann Lee</li><li class=an-author>Raj Singh</li></ul>",
            "Ann Lee;Raj Singh",
        ),
        ("<div data-testid=the-byline><span>By</span><span><a href=/x>Ann Lee</a></span></div>", "Ann Lee"),
        ("<span property=author typeof=Person><b property=name>Ann Lee</b></span>", "Ann Lee"),
        (
            "<div class=card><h3><a href=/b>Bridge closed for a year</a></h3><i class=card-author>Other Man</i></div>",
            "",
        ),
        (
            "<i itemprop=author>Ann Lee</i><div itemscope itemtype='https://schema.org/NewsArticle'><i itemprop=author>Other Man</i></div>",
            "Ann Lee",
        ),
    ] {
        assert_eq!(names("", line).join(";"), expected, "{line}");
    }
}

#[test]
fn authors_in_json_have_many_forms() {
    for (author, expected) in [
        (r#""Ann Lee and Raj Singh""#, "Ann Lee;Raj Singh"),
        (r#"{"name": ["Ann Lee", "Raj Singh"]}"#, "Ann Lee;Raj Singh"),
        (r#"[[{"name": "Ann Lee"}], {"name": "Raj Singh"}]"#, "Ann Lee;Raj Singh"),
        (r#"{"givenName": "Ann", "familyName": "Lee"}"#, "Ann Lee"),
        (r#"{"name": "", "alternateName": "Ann Lee"}"#, "Ann Lee"),
        (r#"{"@type": "Role", "author": {"name": "Ann Lee"}}"#, "Ann Lee"),
        (r#"{"name": "Se&#225;n O&amp;#39;Lee"}"#, "Seán O'Lee"),
        (r#"{"name": "김하늘 기자"}"#, "김하늘"),
        (r#"{"name": "Tide \'n\' Lee"}"#, "Tide 'n' Lee"),
        (r#"[{"name": "Ann Lee"}, {"@type": "Organization", "name": "Tidewater"}]"#, "Ann Lee"),
    ] {
        assert_eq!(told(author).join(";"), expected, "{author}");
    }
    for broken in [r#""headline": "x", "author": {"name": "Ann Lee"}"#, r#""headline": "x" "author": "Ann Lee"}"#] {
        let head = format!(r#"<script type="application/ld+json">{{"@type": "NewsArticle", {broken}</script>"#);
        assert_eq!(names(&head, ""), ["Ann Lee"], "{broken}");
    }
}

#[test]
fn a_person_goes_before_the_site_wherever_they_are_told() {
    let line = "<p class=byline>By <a href=/a>Ann Lee</a></p>";
    let json = r#"<script type="application/ld+json">{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Sound Group"}}</script>"#;
    for head in [
        "<meta name=author content='Tidewater Online'>",
        "<meta name=author content='Sound Verlag GmbH, Ostrel, Avelia'>",
        json,
    ] {
        assert_eq!(names(head, line), ["Ann Lee"], "{head}");
        assert!(!names(head, "").is_empty(), "{head}");
    }
    // A desk of the site signs as people do, and people are whom the site is named after.
    assert_eq!(names("<meta name=author content='Redaktion Tidewater'>", line), ["Redaktion Tidewater"]);
    assert_eq!(names("<meta name=author content='Tide Lee'>", line), ["Tide Lee"]);
}

#[test]
fn services_have_names_of_their_own_for_authors() {
    for name in ["cXenseParse:author", "mediator_author", "og:author", "x:recs:articleauthor", "authors"] {
        assert_eq!(names(&format!("<meta name='{name}' content='Ann Lee'>"), ""), ["Ann Lee"], "{name}");
    }
    let page = r#"<meta name="parsely-page" content='{"authors": ["Ann Lee", "Raj Singh"]}'>"#;
    assert_eq!(names(page, ""), ["Ann Lee", "Raj Singh"]);
    for other in [("web_author", "Page Maker"), ("twitter:creator", "annlee"), ("twitter:creator", "@annlee")] {
        assert!(names(&format!("<meta name='{}' content='{}'>", other.0, other.1), "").is_empty(), "{other:?}");
    }
    // One place may know of more people than another.
    let both = r#"<script type="application/ld+json">{"@type": "NewsArticle", "author": "Raj Singh"}</script>
        <meta name=author content="Ann Lee, Raj Singh">"#;
    assert_eq!(names(both, ""), ["Ann Lee", "Raj Singh"]);
}
