//! Which keys of JSON and front matter feed which field. The one home of these names: JSON, JSON Lines and Markdown
//! read them here. Keys are compared without case, `_`, `-`, `.` and spaces.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// A field that a key can feed, in the order in which they take their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    NativeId,
    Headline,
    Kicker,
    Standfirst,
    Bylines,
    Dateline,
    Published,
    Updated,
    Body,
    Captions,
    Publisher,
    Url,
    Language,
    Keywords,
    Section,
    Status,
    Version,
    Embargo,
    Page,
    Issue,
    Extra,
}

/// The fields in their order, and the keys of each: of several, the first here that says
/// something feeds the field. A key may stand for two fields; the first field that needs it has it.
const TABLE: &[(Field, &str, &[&str])] = &[
    (
        Field::NativeId,
        "native_id",
        &[
            "nativeid",
            "id",
            "guid",
            "uuid",
            "docno",
            "docid",
            "articleid",
            "storyid",
            "newsid",
            "identifier",
            "@id",
            "uri",
        ],
    ),
    (Field::Headline, "headline", &["headline", "hl1", "title", "hed", "heading"]),
    (Field::Kicker, "kicker", &["kicker", "eyebrow", "overline"]),
    (
        Field::Standfirst,
        "standfirst",
        &[
            "standfirst",
            "deck",
            "dek",
            "subtitle",
            "subheadline",
            "subhead",
            "subheading",
            "lead",
            "lede",
            "summary",
            "abstract",
            "excerpt",
            "teaser",
            "description",
            "contentsnippet",
        ],
    ),
    (
        Field::Bylines,
        "bylines",
        &[
            "bylines",
            "byline",
            "authors",
            "author",
            "creator",
            "creators",
            "dccreator",
            "by",
            "writer",
            "writers",
            "reporter",
        ],
    ),
    (Field::Dateline, "dateline", &["dateline", "located", "location"]),
    (
        Field::Published,
        "published",
        &[
            "published",
            "datepublished",
            "publisheddate",
            "publishedat",
            "publishedon",
            "publishedtime",
            "pubdate",
            "publicationdate",
            "publishdate",
            "firstpublished",
            "webpublicationdate",
            "date",
            "datetime",
            "dcdate",
            "isodate",
            "dateissued",
            "issued",
            "timestamp",
            "firstcreated",
            "created",
            "createdat",
            "createdon",
            "datecreated",
            "contentcreated",
            "versioncreated",
        ],
    ),
    (
        Field::Updated,
        "updated",
        &[
            "updated",
            "updatedat",
            "updatedon",
            "dateupdated",
            "updateddate",
            "lastupdated",
            "modified",
            "modifiedat",
            "datemodified",
            "modifieddate",
            "lastmodified",
            "lastmod",
            "versioncreated",
        ],
    ),
    (
        Field::Body,
        "body",
        &[
            "body",
            "bodytext",
            "articlebody",
            "articletext",
            "fulltext",
            "maintext",
            "paragraphs",
            "contentencoded",
            "contenttext",
            "text",
            "content",
            "contenthtml",
            "contents",
            "article",
            "bodyhtml",
            "bodyxhtml",
            "html",
        ],
    ),
    (
        Field::Captions,
        "captions",
        &[
            "captions",
            "caption",
            "photocaption",
            "imagecaption",
            "cutline",
            "images",
            "image",
            "photos",
            "photo",
            "pictures",
            "picture",
            "figures",
            "media",
            "leadimage",
            "featuredimage",
            "primaryimage",
        ],
    ),
    (
        Field::Publisher,
        "publisher",
        &["publisher", "source", "sitename", "site", "publication", "outlet", "newspaper", "provider"],
    ),
    (
        Field::Url,
        "url",
        &["url", "canonicalurl", "canonical", "articleurl", "weburl", "permalink", "link", "href", "sourceurl"],
    ),
    (Field::Language, "language", &["language", "lang", "inlanguage", "locale", "languagecode"]),
    (
        Field::Keywords,
        "keywords",
        &["keywords", "keyword", "tags", "tag", "topics", "topic", "subjects", "subject", "categories"],
    ),
    (
        Field::Section,
        "section",
        &["section", "sectionname", "articlesection", "sections", "category", "desk", "rubric"],
    ),
    (Field::Status, "status", &["status", "pubstatus"]),
    (Field::Version, "version", &["version"]),
    (Field::Embargo, "embargo", &["embargo", "embargoed", "embargodate", "embargoeduntil"]),
    (Field::Page, "page", &["page", "pagenumber", "printpage"]),
    (Field::Issue, "issue", &["issue", "edition", "issuenumber"]),
    (Field::Extra, "extra", &["extra"]),
];

/// Keys of captions that say what is in a picture; the others of that field hold pictures.
const CAPTION_TEXTS: &[&str] = &["captions", "caption", "photocaption", "imagecaption", "cutline"];

/// Keys that say what is counted anew, and so are left aside.
const COUNTED: &[&str] = &["wordcount", "recordcount"];

/// A field that a key feeds, and how early the key stands among those of the field.
pub(crate) type Place = (Field, usize);

static PLACES: LazyLock<FxHashMap<&'static str, Vec<Place>>> = LazyLock::new(|| {
    let mut places: FxHashMap<&'static str, Vec<Place>> = FxHashMap::default();
    for (field, _, keys) in TABLE {
        for (rank, key) in keys.iter().enumerate() {
            places.entry(key).or_default().push((*field, rank));
        }
    }
    places
});

impl Field {
    /// Returns the fields in their order.
    pub(crate) fn all() -> impl Iterator<Item = Field> {
        TABLE.iter().map(|(field, _, _)| *field)
    }

    /// Returns the field's name, as in the article's JSON.
    pub(crate) fn name(self) -> &'static str {
        TABLE.iter().find(|(field, _, _)| *field == self).map_or("", |(_, name, _)| name)
    }

    /// Returns the field of a name.
    pub(crate) fn named(name: &str) -> Option<Field> {
        TABLE.iter().find(|(_, known, _)| *known == name).map(|(field, _, _)| *field)
    }
}

/// Returns the fields that a key can feed, the key being in its normal form.
pub(crate) fn places(normal_key: &str) -> &'static [Place] {
    PLACES.get(normal_key).map_or(&[], Vec::as_slice)
}

/// Tells whether a key holds captions as such, not pictures that may have one.
pub(crate) fn is_caption_text(normal_key: &str) -> bool {
    CAPTION_TEXTS.contains(&normal_key)
}

/// Tells whether a key says what is counted anew.
pub(crate) fn is_counted(normal_key: &str) -> bool {
    COUNTED.contains(&normal_key)
}

/// Returns a key in the form in which keys are compared.
pub(crate) fn normal(key: &str) -> String {
    if key.is_ascii() {
        let mut kept = key.to_ascii_lowercase();
        kept.retain(|character| !matches!(character, '_' | '-' | '.' | ':' | ' '));
        return kept;
    }
    let kept = key.chars().filter(|character| !matches!(character, '_' | '-' | '.' | ':' | ' '));
    kept.flat_map(char::to_lowercase).collect()
}
