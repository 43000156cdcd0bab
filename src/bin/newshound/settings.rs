//! Defaults, then the environment, then what was typed, become the library's option structs. The only place that
//! asks for the environment and the working directory.

use std::env;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context;
use newshound::{
    CheckOptions, Corpus, Date, Index, IndexOptions, IngestOptions, Mapping, OpenOptions, Operator, ParseOptions,
    SearchRequest,
};

use crate::args::{CheckArgs, FilterArgs, IndexArgs, Place, ReadingArgs, SearchArgs};
use crate::failure::Refusal;

const VARIABLE: &str = "NEWSHOUND_INDEX";
const FOLDER: &str = "index";
/// The file that tells an index from other folders named `index`.
const MARK: &str = "newshound.json";

/// Returns the folder of the index that a command reads: as typed, as the environment says, or the nearest folder
/// `index` that holds an index, from the working directory upward; `./index` where there is none.
pub(crate) fn index_to_read(typed: Option<&Path>) -> PathBuf {
    named_index(typed).or_else(|| nearest_index(&env::current_dir().ok()?)).unwrap_or_else(default_index)
}

/// Opens the index that a command reads.
pub(crate) fn open(place: &Place) -> newshound::Result<Index> {
    let mut options = OpenOptions::default();
    options.verify = place.verify;
    Index::open_with(index_to_read(place.index.as_deref()), &options)
}

/// Opens the index in a folder; `None` where there is none. One that lost its mark is damaged, and not absent.
pub(crate) fn opened(dir: &Path) -> newshound::Result<Option<Index>> {
    match Index::open(dir) {
        Err(newshound::Error::NoIndex { .. }) => Ok(None),
        opened => opened.map(Some),
    }
}

/// Returns the folder of the index that `newshound index` writes. It never looks upward: a run in a folder inside of
/// another archive must not change that archive.
pub(crate) fn index_to_write(typed: Option<&Path>) -> PathBuf {
    named_index(typed).unwrap_or_else(default_index)
}

fn named_index(typed: Option<&Path>) -> Option<PathBuf> {
    let from_environment = || env::var_os(VARIABLE).filter(|dir| !dir.is_empty()).map(PathBuf::from);
    typed.map(Path::to_path_buf).or_else(from_environment)
}

/// An index that lost its mark is told to be damaged, and not passed over for another one further up.
fn nearest_index(from: &Path) -> Option<PathBuf> {
    let is_index = |index: &PathBuf| [MARK, "meta.json"].iter().any(|file| index.join(file).is_file());
    from.ancestors().map(|folder| folder.join(FOLDER)).find(is_index)
}

fn default_index() -> PathBuf {
    Path::new(".").join(FOLDER)
}

/// Tells whether the terminal cannot move its cursor, so that no bar can be drawn on it.
pub(crate) fn is_dumb_terminal() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Returns the corpora that `DIR` and `NAME=DIR` stand for.
///
/// Folders are made absolute, so that a later run from another place finds them again. One whose path holds `=` and
/// which exists is taken for what it is.
pub(crate) fn corpora(typed: &[PathBuf]) -> anyhow::Result<Vec<Corpus<'static>>> {
    typed.iter().map(|corpus| named_corpus(corpus)).collect()
}

fn named_corpus(typed: &Path) -> anyhow::Result<Corpus<'static>> {
    let named = typed.to_str().and_then(|text| text.split_once('=')).filter(|_| !typed.is_dir());
    Ok(match named {
        Some((name, dir)) if !name.contains(['/', std::path::MAIN_SEPARATOR]) => {
            Corpus::named(name, absolute(Path::new(dir))?)?
        }
        _ => Corpus::directory(absolute(typed)?)?,
    })
}

/// Returns the sentence for the first folder that is not there. For an index that does not exist yet: a mistyped
/// folder is to leave no empty index behind. Of an index that exists, the library keeps what it has of the folder.
pub(crate) fn missing_root(corpora: &[Corpus<'_>]) -> Option<String> {
    corpora.iter().find_map(|corpus| match corpus {
        Corpus::Directory { root, .. } if !root.is_dir() => {
            Some(format!("{}: there is no such folder", root.display()))
        }
        _ => None,
    })
}

/// Checks what corpora say themselves of how they are read, for an index that does not exist yet: a mistake there is to leave
/// no empty index behind.
pub(crate) fn check_own_mappings(corpora: &[Corpus<'_>]) -> newshound::Result<()> {
    corpora.iter().try_for_each(|corpus| match corpus {
        Corpus::Directory { root, .. } => Mapping::of_corpus(root).map(|_| ()),
        _ => Ok(()),
    })
}

/// Returns a folder as it is called from anywhere.
pub(crate) fn absolute(dir: &Path) -> anyhow::Result<PathBuf> {
    // `.` and `..` have no name of their own; what they stand for has.
    let nameless = dir.components().any(|part| part.as_os_str() == "..") || dir.file_name().is_none();
    if let Some(dir) = nameless.then(|| dir.canonicalize().ok()).flatten() {
        return Ok(dir);
    }
    std::path::absolute(dir).with_context(|| dir.display().to_string())
}

/// Returns how sources are to be read.
pub(crate) fn parse_options(args: &ReadingArgs) -> anyhow::Result<ParseOptions> {
    let mut options = ParseOptions::default();
    options.date_order = args.date_order.map(Into::into).unwrap_or_default();
    options.mapping = mapping(&args.map)?;
    Ok(options)
}

/// Returns what `KEY=FIELD` and the names of files stand for. A file whose name holds `=` is taken for what it is.
fn mapping(typed: &[String]) -> anyhow::Result<Mapping> {
    let (files, pairs): (Vec<_>, Vec<_>) = typed.iter().partition(|typed| Path::new(typed).is_file());
    let mut mapping = Mapping::default();
    for pair in pairs {
        match pair.split_once('=') {
            Some((key, field)) if !key.is_empty() && !field.is_empty() => mapping.map(key, field),
            _ => {
                let message =
                    format!("--map: there is no file `{pair}`; name one, or write KEY=FIELD, such as titel=headline");
                return Err(Refusal::usage(message).into());
            }
        }
    }
    for file in files {
        mapping.rules.extend(Mapping::read(file)?.rules);
    }
    mapping.check()?;
    Ok(mapping)
}

/// Returns what the corpus around a file says of how it is read: the nearest `newshound.toml` in a folder above it.
pub(crate) fn mapping_around(file: &Path) -> anyhow::Result<Mapping> {
    let file = absolute(file)?;
    for folder in file.ancestors().skip(1) {
        let Some(path) = Some(folder.join("newshound.toml")).filter(|path| path.is_file()) else { continue };
        let below = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy();
        return Ok(Mapping::read(path)?.of_source(&below.replace(std::path::MAIN_SEPARATOR, "/")));
    }
    Ok(Mapping::default())
}

/// Returns what the index is made with: as typed, else as it has it already.
pub(crate) fn index_options(args: &IndexArgs, mut options: IndexOptions) -> anyhow::Result<IndexOptions> {
    if !args.extra.is_empty() {
        options.extra = args.extra.iter().cloned().collect();
    }
    if let Some((name, _)) = args.extra.iter().find(|(name, kind)| options.extra.get(name) != Some(kind)) {
        let problem = format!("`{name}` is declared as two kinds; name one");
        return Err(newshound::Error::Options { option: "extra", problem }.into());
    }
    options.compact |= args.compact;
    Ok(options)
}

/// Returns how the index is to be built; progress and cancelling are put in by the command.
pub(crate) fn ingest_options(args: &IndexArgs) -> anyhow::Result<IngestOptions<'static>> {
    let mut options = IngestOptions::default();
    options.threads = args.threads.unwrap_or_default();
    options.memory = args.memory;
    options.full = args.full;
    options.keep_every = args.keep_every.unwrap_or_default();
    options.canonical = args.canonical;
    options.purge = args.purge;
    options.dry_run = args.dry_run;
    options.allow_empty = args.allow_empty;
    options.include = args.include.clone();
    options.exclude = args.exclude.clone();
    options.parse = parse_options(&args.reading)?;
    options.default_language = args.default_language.clone();
    options.max_article = args.max_article;
    for (name, value) in &args.limits.limits {
        options.parse.limits.set(name, *value)?;
    }
    Ok(options)
}

/// Returns how a check is to be done; progress and cancelling are put in by the command.
pub(crate) fn check_options(args: &CheckArgs) -> anyhow::Result<CheckOptions<'static>> {
    let mut options = CheckOptions::default();
    options.threads = args.threads.unwrap_or_default();
    options.trust_mtime = args.trust_mtime;
    options.coverage_drop = args.coverage_drop;
    options.include = args.include.clone();
    options.exclude = args.exclude.clone();
    options.parse = parse_options(&args.reading)?;
    options.default_language = args.default_language.clone();
    options.max_article = args.max_article;
    for (name, value) in &args.limits.limits {
        options.parse.limits.set(name, *value)?;
    }
    Ok(options)
}

/// Returns what is asked of the index.
pub(crate) fn search_request(args: &SearchArgs) -> SearchRequest {
    let mut request = SearchRequest {
        operator: if args.any { Operator::Any } else { Operator::All },
        now: args.now.or_else(|| now(args.assume_zone)),
        sort: args.sort.clone(),
        assumed_offset: args.assume_zone,
        exact_total: !args.quick_total && args.shows_total(),
        limit: args.limit,
        offset: args.offset,
        lenient: args.lenient,
        expand: args.ranking.expand(),
        collapse: args.collapse(),
        recency: args.ranking.recency,
        explain: args.explain,
        rescore: args.ranking.rescore,
        max_forms: args.max_forms,
        passages: args.passages,
        ..SearchRequest::new(args.query())
    };
    filter(&mut request, &args.filters);
    request
}

/// Has a request ask for the articles that are to count.
pub(crate) fn filter(request: &mut SearchRequest, filters: &FilterArgs) {
    request.sections.clone_from(&filters.section);
    request.publishers.clone_from(&filters.publisher);
    request.languages.clone_from(&filters.language);
    request.corpora.clone_from(&filters.corpus);
    (request.since, request.until, request.undated) = (filters.since, filters.until, filters.undated);
}

/// Returns the time of day in a zone, given by its minutes east of UTC.
pub(crate) fn now(zone: i16) -> Option<Date> {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since_1970.as_secs()).ok()?;
    Date::from_epoch_seconds(seconds + 60 * i64::from(zone))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn nearest_index_is_looked_for_upward_and_must_hold_an_index() {
        let top = tempfile::tempdir().unwrap();
        let deep = top.path().join("a/b");
        fs::create_dir_all(deep.join("index")).unwrap();
        fs::create_dir_all(top.path().join("index")).unwrap();
        assert_eq!(nearest_index(&deep).filter(|found| found.starts_with(top.path())), None);
        fs::write(top.path().join("index/newshound.json"), "{}").unwrap();
        assert_eq!(nearest_index(&deep), Some(top.path().join("index")));
        assert_eq!(nearest_index(&top.path().join("index")), Some(top.path().join("index")));
    }

    #[test]
    fn corpus_takes_a_name_before_an_equals_sign() {
        let top = tempfile::tempdir().unwrap();
        let odd = top.path().join("a=b");
        fs::create_dir(&odd).unwrap();
        let root = |typed: &Path| match named_corpus(typed).unwrap() {
            Corpus::Directory { name, root } => (name, root),
            _ => panic!("not a folder"),
        };
        assert_eq!(root(&odd).1, odd);
        let typed = format!("wire={}", top.path().display());
        assert_eq!(root(Path::new(&typed)), ("wire".to_owned(), top.path().to_path_buf()));
    }
}
