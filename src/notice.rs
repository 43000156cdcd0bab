//! What a run has to say of a source or an article: skipped, rejected, doubtful. Report data, never an error.

use serde::{Deserialize, Serialize};

use crate::ExtraKind;

/// Something that a run noticed, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How grave it is.
    pub level: Level,
    /// The stable code of the reason.
    pub code: Code,
    /// The corpus; empty where a file is looked at on its own.
    pub corpus: String,
    /// The path of the source, relative to the corpus.
    pub path: String,
    /// The line in the source, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What was found and what was done, as a sentence without full stop.
    pub message: String,
}

impl Notice {
    /// Returns a notice with no place yet: the mail room puts in corpus and path.
    pub fn new(code: Code, line: Option<u32>, message: impl Into<String>) -> Notice {
        Notice { level: code.level(), code, corpus: String::new(), path: String::new(), line, message: message.into() }
    }
}

/// Returns the notice that the value of a declared field is not of its kind.
pub(crate) fn doubtful_extra(name: &str, kind: ExtraKind) -> Notice {
    let message = format!("extra: `{name}` is no {kind}; kept, but x.{name} does not find it");
    Notice::new(Code::DoubtfulField, None, message)
}

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// An article was understood, but something in it is doubtful.
    Warning,
    /// An article could not be understood and is not in the index.
    Reject,
    /// A source was not read.
    Skip,
    /// A source could not be read now; its articles of an earlier run are kept.
    Stale,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $level:ident $variant:ident = $text:literal),* $(,)?) => {
        /// The stable codes of reasons. Codes are added, never changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl Code {
            /// Returns the code as it stands in reports.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// Returns how grave a notice with this code is.
            pub fn level(self) -> Level {
                match self { $(Code::$variant => Level::$level,)* }
            }
        }
    };
}

codes! {
    /// The name begins with a dot.
    Skip Hidden = "hidden",
    /// `.newshoundignore` leaves it out.
    Skip Ignored = "ignored",
    /// `--exclude` leaves it out.
    Skip Excluded = "excluded",
    /// `--include` does not name it.
    Skip NotIncluded = "not-included",
    /// It is an index.
    Skip IndexFolder = "index-folder",
    /// A symbolic link that leads into a folder above it, or back to itself.
    Skip SymlinkLoop = "symlink-loop",
    /// A symbolic link that leads out of the corpus.
    Skip OutsideLink = "outside-link",
    /// A symbolic link to a folder, inside a folder that was reached over another.
    Skip NestedLink = "nested-link",
    /// A symbolic link that leads nowhere.
    Skip BrokenLink = "broken-link",
    /// A pipe, socket or device.
    Skip SpecialFile = "special-file",
    /// It cannot be read.
    Skip Unreadable = "unreadable",
    /// It holds nothing.
    Skip EmptyFile = "empty-file",
    /// The corpus's own `newshound.toml`, which says how the others are read.
    Skip Settings = "settings",
    /// It is an archive; its files are sources of their own.
    Skip Archive = "archive",
    /// It is not text in a form that is known.
    Skip UnknownFormat = "unknown-format",
    /// An article that was taken down, and stays out.
    Skip TakenDown = "taken-down",
    /// A limit leaves it out, such as how deep it may be packed.
    Skip OverLimit = "over-limit",
    /// Its name is not valid Unicode, so that no stable path can be given.
    Skip BadName = "bad-name",
    /// It could be read before and cannot now; what was indexed of it is kept.
    Stale Stale = "stale",
    /// The corpus's root is not there; what was indexed of it is kept.
    Stale RootMissing = "root-missing",
    /// The corpus's root held sources before and holds none now; what was indexed of it is kept.
    Stale RootEmpty = "root-empty",
    /// A record that does not follow its format.
    Reject BadRecord = "bad-record",
    /// A source that cannot be read on from a place; what stands before is kept.
    Reject BrokenSource = "broken-source",
    /// A record with neither headline, body nor caption.
    Reject NoText = "no-text",
    /// A record larger than the limit.
    Reject TooLarge = "too-large",
    /// A source of another kind of article than can be indexed.
    Reject NotAnArticle = "not-an-article",
    /// A date that means two days; absent.
    Warning AmbiguousDate = "ambiguous-date",
    /// A date that does not exist; absent.
    Warning ImpossibleDate = "impossible-date",
    /// Text in the place of a date that is none; absent.
    Warning UnreadDate = "unread-date",
    /// An id that another article of the corpus has too; both are kept under path and record.
    Warning RepeatedId = "repeated-id",
    /// Bytes that are not text in the charset; shown as U+FFFD.
    Warning BadBytes = "bad-bytes",
    /// The charset was told from the text, since nothing declares it.
    Warning GuessedCharset = "guessed-charset",
    /// Text decoded in the wrong charset before it came here.
    Warning Mojibake = "mojibake",
    /// A page that asks for consent instead of showing an article.
    Warning ConsentWall = "consent-wall",
    /// A page that says that there is no such page.
    Warning NotFoundPage = "not-found-page",
    /// A header block or front matter that cannot be read; kept as text.
    Warning BadHeader = "bad-header",
    /// A line of `.newshoundignore` that is no pattern; it leaves nothing out.
    Warning BadPattern = "bad-pattern",
    /// A key or value that was understood but is doubtful.
    Warning DoubtfulField = "doubtful-field",
    /// A source that was written while it was read; the next run reads it again.
    Warning ChangedWhileRead = "changed-while-read",
    /// An article larger than the limit; its end is not in the index.
    Warning Truncated = "truncated",
    /// A source that cannot be read to its end; what stands before the break is kept.
    Warning BrokenOff = "broken-off",
    /// A source that a limit ends before its end; what stands before is kept, and nothing else of it.
    Warning CutShort = "cut-short",
    /// Records of a crawl or an export that are no articles, or none that was published, counted.
    Warning LeftOut = "left-out",
    /// An article without body.
    Warning NoBody = "no-body",
    /// A source of a known form that has no article: a picture without a caption, a list of files.
    Skip NoArticle = "no-article",
}
