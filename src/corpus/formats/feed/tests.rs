use crate::corpus::format::{Flow, ParseOptions, Parsed, Record};
use crate::corpus::read::read_source;
use crate::{Code, Notice};

fn read(text: &str) -> (Option<&'static str>, Vec<Parsed>, Vec<Notice>) {
    let (mut articles, mut rejected) = (Vec::new(), Vec::new());
    let reading = read_source("feed", text.as_bytes(), &ParseOptions::default(), &mut |record| {
        match record {
            Record::Article(parsed) => articles.push(*parsed),
            Record::Reject { notice } => rejected.push(notice),
        }
        Flow::Continue
    });
    (reading.format, articles, rejected)
}

const ITEM: &str = "<item><title>Ferry returns</title><description>It sailed on Monday.</description></item>";

#[test]
fn every_version_is_told_by_its_root() {
    for (root, end, format) in [
        ("<rss version='0.91'><channel>", "</channel></rss>", "rss"),
        ("<!DOCTYPE rss [<!ENTITY x 'y'>]>\n<rss version=\"2.0\"><channel>", "</channel></rss>", "rss"),
        ("<rdf:RDF xmlns:rdf='http://r/' xmlns='http://my.netscape.com/rdf/simple/0.9/'>", "</rdf:RDF>", "rss"),
        ("<feed version='0.3' xmlns='http://purl.org/atom/ns#'>", "</feed>", "atom"),
    ] {
        let (found, articles, rejected) = read(&format!("{root}{ITEM}{end}"));
        assert_eq!((found, articles.len(), rejected.len()), (Some(format), 1, 0), "{root}");
        assert_eq!(articles[0].article.body, ["It sailed on Monday."]);
        assert_eq!((articles[0].record, articles[0].line.is_some()), (Some(1), true));
    }
}

#[test]
fn a_text_without_markup_is_read_as_any_other() {
    let item = ITEM.replace("It sailed", "It&amp;nbsp;sa\u{ad}iled\u{200b}");
    let (_, articles, _) = read(&format!("<rss version='2.0'><channel>{item}</channel></rss>"));
    assert_eq!(articles[0].article.body, ["It sailed on Monday."]);
}

#[test]
fn a_feed_that_breaks_off_keeps_the_entries_before() {
    let (_, articles, rejected) = read(&format!("<rss><channel>{ITEM}{ITEM}<item><title>Bri"));
    assert_eq!((articles.len(), rejected.len()), (3, 0));
    assert_eq!(articles[2].article.headline.as_deref(), Some("Bri"));
    assert!(articles[2].notices.iter().any(|notice| notice.code == Code::BrokenOff));
}

#[test]
fn what_has_no_news_is_rejected_by_name() {
    for (text, code, message) in [
        ("<rss><channel><title>Empty</title></channel></rss>", Code::NotAnArticle, "a feed without entries"),
        (
            "<urlset><url><loc>http://a.example/</loc></url></urlset>",
            Code::NotAnArticle,
            "a sitemap that lists no news",
        ),
        ("<sitemapindex><sitemap/></sitemapindex>", Code::NotAnArticle, "a list of sitemaps"),
        ("<rss><channel><title>Cut", Code::BrokenSource, "a feed that breaks off before its first entry"),
    ] {
        let (_, articles, rejected) = read(text);
        assert_eq!((articles.len(), rejected.len(), rejected[0].code), (0, 1, code), "{text}");
        assert!(rejected[0].message.starts_with(message), "{}", rejected[0].message);
    }
}

#[test]
fn an_entry_has_the_texts_that_say_something_new() {
    let entry = |inner: &str| {
        let text = format!("<rss xmlns:content='c'><channel><item><title>Ferry</title>{inner}</item></channel></rss>");
        read(&text).1.remove(0).article
    };
    let content = "<content:encoded>&lt;p>It sailed on Monday.&lt;/p>&lt;p>It was full.&lt;/p></content:encoded>";
    let repeated = entry(&format!("<description>It sailed on Monday.</description>{content}"));
    assert_eq!((repeated.standfirst, repeated.body.len()), (None, 2));
    let cut = entry(&format!("<description>The boat that everyone …</description>{content}"));
    assert_eq!(cut.standfirst, None);
    let new = entry(&format!("<description>Nine weeks late.</description>{content}"));
    assert_eq!(new.standfirst.as_deref(), Some("Nine weeks late."));
    let escaped_twice = entry("<description>Fish &amp;amp; chips</description>");
    assert_eq!(escaped_twice.body, ["Fish & chips"]);
}

#[test]
fn of_an_export_of_wordpress_what_was_published_is_read() {
    let item = |title: &str, kind: &str, state: &str| {
        format!(
            "<item><title>{title}</title><dc:creator><![CDATA[alee]]></dc:creator><description></description>\
             <content:encoded><![CDATA[<p>It sailed on Monday.</p>]]></content:encoded>\
             <excerpt:encoded><![CDATA[Nine weeks in dock.]]></excerpt:encoded><wp:post_type>{kind}</wp:post_type>\
             <wp:post_modified_gmt>2021-05-03 10:00:00</wp:post_modified_gmt><wp:status>{state}</wp:status></item>"
        )
    };
    let (format, articles, rejected) = read(&format!(
        "<rss version='2.0'><channel><title>Ostrel Post</title><wp:author><wp:author_login>alee</wp:author_login>\
         <wp:author_display_name>Ann Lee</wp:author_display_name></wp:author>{}{}{}{}{}</channel></rss>",
        item("Ferry returns", "post", "publish"),
        item("quay.jpg", "attachment", "inherit"),
        item("Not yet", "post", "draft"),
        item("Block", "wp_block", "publish"),
        item("Members", "post", "publish").replace("<wp:status>", "<wp:post_password>x</wp:post_password><wp:status>"),
    ));
    assert_eq!((format, articles.len()), (Some("rss"), 1));
    let article = &articles[0].article;
    assert_eq!(
        (article.bylines.join(", "), article.standfirst.as_deref()),
        ("Ann Lee".to_owned(), Some("Nine weeks in dock."))
    );
    assert_eq!(article.updated.map(|date| date.to_string()).as_deref(), Some("2021-05-03T10:00:00Z"));
    let told: Vec<(Code, &str)> = rejected.iter().map(|notice| (notice.code, notice.message.as_str())).collect();
    let why = "entries that WordPress does not show, left out: 1 behind a password, 1 in the state `draft`, 1 of the kind \
               `attachment`, 1 of the kind `wp_block`";
    assert_eq!(told, [(Code::LeftOut, why)]);
}

#[test]
fn a_post_of_wordpress_that_never_changed_has_no_doubtful_date() {
    for never in ["", "0000-00-00 00:00:00"] {
        let modified = format!("<wp:post_modified_gmt>{never}</wp:post_modified_gmt>");
        let (_, articles, _) = read(&format!(
            "<rss version='2.0'><channel><item><title>A</title><description>B.</description>{modified}</item></channel></rss>"
        ));
        assert_eq!((articles[0].article.updated, articles[0].notices.len()), (None, 0), "{never}");
    }
}
