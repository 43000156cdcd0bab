//! Which files of a corpus are METS, and what they say of an issue, before its pages are read.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use memchr::memmem;

use super::format::{Format as _, HEAD};
use super::formats::alto::{Mets, mets};
use super::source::Source;
use super::xml::Document;
use crate::issue::Issue;

/// Tells whether METS is looked for in a file of this path.
pub(crate) fn may_be_issue(path: &str) -> bool {
    path.get(path.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case(".xml"))
}

/// Reads METS. None for a file that is something else, which only its beginning is read of, and for what says nothing of any
/// page: one that cannot be read to its end, has more than `longest` bytes, or names no file in XML. What is wrong with it is told
/// where it is read as a source. `make_room` is told how many bytes will be held of METS before they are.
pub(crate) fn read_issue(
    root: &Path,
    path: &str,
    longest: u64,
    make_room: &mut dyn FnMut(u64),
) -> io::Result<Option<Issue>> {
    if !may_be_issue(path) {
        return Ok(None);
    }
    let mut file = File::open(root.join(path))?;
    let mut bytes = Vec::with_capacity(HEAD);
    (&mut file).take(HEAD as u64).read_to_end(&mut bytes)?;
    if !may_be_mets(&bytes) || Mets.detect(path, &Source::decode(path, &bytes).text).is_none() {
        return Ok(None);
    }
    make_room(file.metadata()?.len().min(longest));
    file.take(longest.saturating_sub(bytes.len() as u64) + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Ok(None);
    }
    let source = Source::decode(path, &bytes);
    let Ok((facts, pages)) = mets::read(&Document::parse(&source.text), path) else { return Ok(None) };
    let hash = *blake3::hash(&bytes).as_bytes().first_chunk().expect("a hash has 32 bytes");
    Ok(Some(Issue { path: path.to_owned(), hash, facts, pages }).filter(|issue| !issue.pages.is_empty()))
}

/// Tells of most other files that they are none without decoding them: the name of the root stands in the beginning, in any charset
/// in which a letter is a byte.
fn may_be_mets(beginning: &[u8]) -> bool {
    memmem::find(beginning, b"mets").is_some() || beginning.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_asked_for_before_mets_is_held_and_for_nothing_else() {
        let dir = tempfile::tempdir().expect("a folder can be made");
        let page = "<file ID='p1'><FLocat xlink:href='p1.xml'/></file>";
        let mets = format!("<mets>{}<fileSec><fileGrp>{page}</fileGrp></fileSec></mets>", " ".repeat(100_000));
        let alto = format!("<alto>{}</alto>", " ".repeat(100_000));
        for (name, text, longest, wanted) in [
            ("mets.xml", &mets, 1 << 20, vec![mets.len() as u64]),
            ("large.xml", &mets, 50_000, vec![50_000]),
            ("alto.xml", &alto, 1 << 20, vec![]),
            ("mets.txt", &mets, 1 << 20, vec![]),
        ] {
            std::fs::write(dir.path().join(name), text).expect("a file can be written");
            let mut asked = Vec::new();
            let issue = read_issue(dir.path(), name, longest, &mut |bytes| asked.push(bytes)).expect("it can be read");
            assert_eq!((issue.is_some(), asked), (name == "mets.xml", wanted), "{name}");
        }
    }
}
