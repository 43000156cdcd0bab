//! A folder of made-up stories that changes at random, the same way for a seed: files come, go, change, move, and
//! are touched without a change.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::random::Random;
use super::story::Story;

const EXTENSIONS: &[&str] = &["txt", "md", "jsonl", "json", "html"];
const FOLDERS: &[&str] = &["", "coast", "coast/ferries", "märz 2021"];

/// What was done to a corpus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    Added(String),
    Deleted(String),
    Changed(String),
    /// Rewritten with as many bytes as before.
    ChangedInPlace(String),
    Renamed(String, String),
    /// Two files took each other's names.
    Swapped(String, String),
    /// Given another time of change, and the same content.
    Touched(String),
    /// Made a file that holds no article.
    Spoilt(String),
}

/// A folder of sources that changes at random.
pub(crate) struct RandomCorpus {
    root: PathBuf,
    random: Random,
    /// The paths of its files, relative to the root.
    files: Vec<String>,
    named: usize,
}

impl RandomCorpus {
    /// Fills a folder, which is absent or empty.
    pub(crate) fn create(root: &Path, seed: u64) -> io::Result<RandomCorpus> {
        let mut corpus = RandomCorpus { root: root.to_owned(), random: Random::new(seed), files: Vec::new(), named: 0 };
        for _ in 0..corpus.random.between(3, 10) {
            corpus.add()?;
        }
        Ok(corpus)
    }

    /// Returns the number of its files.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Returns the paths of its files, relative to the root, in no order.
    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// Makes one to four changes, and tells which.
    pub(crate) fn edit(&mut self) -> io::Result<Vec<Edit>> {
        (0..self.random.between(1, 4)).map(|_| self.edit_once()).collect()
    }

    fn edit_once(&mut self) -> io::Result<Edit> {
        match self.random.below(10) {
            // A root that loses its last source is taken for a disk that is not there, which is not what is meant here.
            0 | 1 if self.files.len() > 2 => self.delete(),
            0..=2 => self.add(),
            3 | 4 => self.change(),
            5 => self.change_in_place(),
            6 => self.rename(),
            7 if self.files.len() > 1 => self.swap(),
            8 => self.spoil(),
            _ => self.touch(),
        }
    }

    fn add(&mut self) -> io::Result<Edit> {
        let extension = self.random.pick(EXTENSIONS);
        let path = self.new_path(extension);
        self.write(&path)?;
        self.files.push(path.clone());
        Ok(Edit::Added(path))
    }

    fn delete(&mut self) -> io::Result<Edit> {
        let path = self.files.swap_remove(self.random.below(self.files.len()));
        fs::remove_file(self.root.join(&path))?;
        Ok(Edit::Deleted(path))
    }

    fn change(&mut self) -> io::Result<Edit> {
        let path = self.some_file();
        self.write(&path)?;
        Ok(Edit::Changed(path))
    }

    fn change_in_place(&mut self) -> io::Result<Edit> {
        let path = self.some_file();
        let text = fs::read_to_string(self.root.join(&path))?;
        fs::write(self.root.join(&path), text.replace("ferry", "barge").replace("closed", "sealed"))?;
        Ok(Edit::ChangedInPlace(path))
    }

    fn rename(&mut self) -> io::Result<Edit> {
        let nth = self.random.below(self.files.len());
        // The extension is kept, so that the content is still understood.
        let extension = extension_of(&self.files[nth]).to_owned();
        let new = self.new_path(&extension);
        make_parent(&self.root.join(&new))?;
        fs::rename(self.root.join(&self.files[nth]), self.root.join(&new))?;
        let old = std::mem::replace(&mut self.files[nth], new.clone());
        Ok(Edit::Renamed(old, new))
    }

    fn swap(&mut self) -> io::Result<Edit> {
        let one = self.some_file();
        // With another extension, the content could not be understood, and what was indexed before would be kept.
        let alike: Vec<&String> = self.files.iter().filter(|file| extension_of(file) == extension_of(&one)).collect();
        let other = alike[self.random.below(alike.len())].clone();
        let path = |name: &str| self.root.join(name);
        let aside = self.root.join("aside.txt");
        fs::rename(path(&one), &aside)?;
        if one != other {
            fs::rename(path(&other), path(&one))?;
        }
        fs::rename(&aside, path(&other))?;
        Ok(Edit::Swapped(one, other))
    }

    fn touch(&mut self) -> io::Result<Edit> {
        let path = self.some_file();
        let seconds = 1_600_000_000 + self.random.below(100_000_000) as u64;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        File::options().write(true).open(self.root.join(&path))?.set_modified(time)?;
        Ok(Edit::Touched(path))
    }

    fn spoil(&mut self) -> io::Result<Edit> {
        let path = self.some_file();
        // Of what is damaged, what was indexed of it would be kept.
        let content = self.random.pick(&["", " \n\n"]);
        fs::write(self.root.join(&path), content)?;
        Ok(Edit::Spoilt(path))
    }

    fn write(&mut self, path: &str) -> io::Result<()> {
        let extension = extension_of(path);
        let stories = if extension == "jsonl" { self.random.between(1, 5) } else { 1 };
        let random = &mut self.random;
        let text: String = (0..stories).map(|_| Story::random(random).written_as(extension)).collect();
        let file = self.root.join(path);
        make_parent(&file)?;
        fs::write(file, text)
    }

    fn some_file(&mut self) -> String {
        self.files[self.random.below(self.files.len())].clone()
    }

    /// Returns a path that was never used before.
    fn new_path(&mut self, extension: &str) -> String {
        self.named += 1;
        let folder = self.random.pick(FOLDERS);
        // Some before and some after the names that are there.
        let letter = char::from(b'a' + self.random.below(26) as u8);
        let name = format!("{letter}{}.{extension}", self.named);
        if folder.is_empty() { name } else { format!("{folder}/{name}") }
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

fn extension_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn files_under(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = walkdir::WalkDir::new(root).into_iter().map(|entry| entry.expect("the folder can be read"));
        let files = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
        let relative = |path: &Path| path.strip_prefix(root).expect("it is under the root").to_owned();
        files.map(|path| (relative(&path), fs::read(&path).expect("the file can be read"))).collect()
    }

    #[test]
    fn a_seed_gives_the_same_corpus_and_the_same_edits() {
        for seed in 0..8 {
            let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder can be made"));
            let mut corpora = folders.each_ref().map(|f| RandomCorpus::create(f.path(), seed).expect("it is writable"));
            for _ in 0..8 {
                let [one, other] = corpora.each_mut().map(|corpus| corpus.edit().expect("it is writable"));
                assert_eq!(one, other);
                let files = files_under(folders[0].path());
                assert_eq!(files, files_under(folders[1].path()));
                assert_eq!(files.len(), corpora[0].len());
            }
        }
    }
}
