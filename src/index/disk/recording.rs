//! Disks for tests: one that remembers all that was done to it, so that what a cut of power leaves can be made from it;
//! one that is full from some operation on; one that waits for no disk.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{Disk, DiskFile, FileSystem};

/// What was done to a disk. Files have a number, since their names change.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    MakeFolder(PathBuf),
    Create(usize, PathBuf),
    Write(usize, Vec<u8>),
    Sync(usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncFolder(PathBuf),
    /// Not of the disk: the program was told that it is done with this step.
    Told(usize),
}

/// The file system, with all that was done to it since.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recording {
    log: Arc<Mutex<Vec<Operation>>>,
    files: Arc<AtomicUsize>,
}

impl Recording {
    pub(crate) fn tell(&self, step: usize) {
        self.note(Operation::Told(step));
    }

    pub(crate) fn log(&self) -> Vec<Operation> {
        self.log.lock().expect("no thread panicked").clone()
    }

    fn note(&self, operation: Operation) {
        self.log.lock().expect("no thread panicked").push(operation);
    }
}

impl Disk for Recording {
    fn create(&self, path: &Path, is_new: bool) -> io::Result<Box<dyn DiskFile>> {
        let file = FileSystem.create(path, is_new)?;
        let number = self.files.fetch_add(1, Ordering::SeqCst);
        self.note(Operation::Create(number, path.to_path_buf()));
        Ok(Box::new(Recorded { file, number, disk: self.clone() }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.note(Operation::Rename(from.to_path_buf(), to.to_path_buf()));
        FileSystem.rename(from, to)
    }

    /// Not recorded: an index is never linked into.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        FileSystem.link(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.note(Operation::Remove(path.to_path_buf()));
        FileSystem.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.note(Operation::MakeFolder(path.to_path_buf()));
        FileSystem.make_folder(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.note(Operation::SyncFolder(path.to_path_buf()));
        Ok(())
    }
}

struct Recorded {
    file: Box<dyn DiskFile>,
    number: usize,
    disk: Recording,
}

impl Write for Recorded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.disk.note(Operation::Write(self.number, bytes[..written].to_vec()));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for Recorded {
    fn sync(&mut self) -> io::Result<()> {
        self.disk.note(Operation::Sync(self.number));
        Ok(())
    }
}

/// What is left of the operations that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// All: the process was killed, the machine goes on.
    All,
    /// Nothing.
    Nothing,
    /// Files are there, renamed and gone, but of what was written into them there is no more than was synced.
    Names,
    /// Of what was done to names only that files were removed.
    Removals,
    /// Of what was done to names all but that files were removed.
    NewNames,
    /// Some, by a number.
    Some(u64),
}

impl Left {
    fn has(self, nth: usize, is_removal: bool) -> bool {
        match self {
            Left::All | Left::Names => true,
            Left::Nothing => false,
            Left::Removals => is_removal,
            Left::NewNames => !is_removal,
            Left::Some(seed) => mixed(seed, nth as u64).is_multiple_of(2),
        }
    }

    /// Returns how much of a file is there.
    fn length(self, number: usize, synced: usize, written: usize) -> usize {
        match self {
            Left::All => written,
            Left::Some(seed) => synced + mixed(seed, number as u64) as usize % (written - synced + 1),
            Left::Nothing | Left::Names | Left::Removals | Left::NewNames => synced,
        }
    }
}

fn mixed(seed: u64, number: u64) -> u64 {
    let hash = blake3::hash(&[seed.to_le_bytes(), number.to_le_bytes()].concat());
    u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes"))
}

/// The files of a folder and those below, by path, and the folders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) folders: BTreeSet<PathBuf>,
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Tree {
    /// Returns what a disk holds of these operations, where power was cut after them.
    pub(crate) fn after(log: &[Operation], left: Left) -> Tree {
        let mut contents: BTreeMap<usize, (Vec<u8>, usize)> = BTreeMap::new();
        let mut names = Names::default();
        // Operations on names that are not synced yet.
        let mut pending: Vec<(usize, &Operation)> = Vec::new();
        for (nth, operation) in log.iter().enumerate() {
            match operation {
                Operation::Write(number, bytes) => contents.entry(*number).or_default().0.extend(bytes),
                Operation::Sync(number) => {
                    let (written, synced) = contents.entry(*number).or_default();
                    *synced = written.len();
                }
                Operation::SyncFolder(folder) => pending.retain(|(_, operation)| {
                    let is_in_folder = folder_of(operation) == Some(folder);
                    if is_in_folder {
                        names.take(operation);
                    }
                    !is_in_folder
                }),
                Operation::Told(_) => {}
                on_names => pending.push((nth, on_names)),
            }
        }
        for (nth, operation) in pending {
            if left.has(nth, matches!(operation, Operation::Remove(_))) {
                names.take(operation);
            }
        }
        let bytes = |number: &usize| {
            let (written, synced) = contents.get(number).cloned().unwrap_or_default();
            let length = left.length(*number, synced, written.len());
            written[..length].to_vec()
        };
        let is_there = |path: &Path| path.parent().is_some_and(|folder| names.folders.contains(folder));
        let files = names.files.iter().filter(|(path, _)| is_there(path));
        Tree { files: files.map(|(path, number)| (path.clone(), bytes(number))).collect(), folders: names.folders }
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for folder in &self.folders {
            hasher.update(folder.as_os_str().as_encoded_bytes()).update(b"\n");
        }
        for (path, bytes) in &self.files {
            hasher.update(path.as_os_str().as_encoded_bytes()).update(b"\n").update(blake3::hash(bytes).as_bytes());
        }
        *hasher.finalize().as_bytes()
    }

    /// Makes the files and folders, with another folder in the place of the one that they were in.
    pub(crate) fn write(&self, from: &Path, to: &Path) {
        let moved = |path: &Path| to.join(path.strip_prefix(from).expect("it is below the folder"));
        for folder in &self.folders {
            fs::create_dir_all(moved(folder)).expect("a folder can be made");
        }
        for (path, bytes) in &self.files {
            fs::write(moved(path), bytes).expect("a file can be written");
        }
    }
}

#[derive(Default)]
struct Names {
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, usize>,
}

impl Names {
    fn take(&mut self, operation: &Operation) {
        match operation {
            Operation::MakeFolder(path) => drop(self.folders.insert(path.clone())),
            Operation::Create(number, path) => drop(self.files.insert(path.clone(), *number)),
            Operation::Rename(from, to) => {
                if let Some(number) = self.files.remove(from) {
                    self.files.insert(to.clone(), number);
                }
            }
            Operation::Remove(path) => drop(self.files.remove(path)),
            Operation::Write(..) | Operation::Sync(_) | Operation::SyncFolder(_) | Operation::Told(_) => {}
        }
    }
}

fn folder_of(operation: &Operation) -> Option<&Path> {
    match operation {
        Operation::MakeFolder(path)
        | Operation::Create(_, path)
        | Operation::Rename(_, path)
        | Operation::Remove(path) => path.parent(),
        Operation::Write(..) | Operation::Sync(_) | Operation::SyncFolder(_) | Operation::Told(_) => None,
    }
}

/// A disk that is full from some operation on, until room is made. Waits for no disk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filling {
    done: Arc<AtomicUsize>,
    full_at: Option<usize>,
    has_room: Arc<AtomicBool>,
}

impl Filling {
    /// Returns a disk that never is.
    pub(crate) fn never() -> Filling {
        Filling::default()
    }

    pub(crate) fn at(operation: usize) -> Filling {
        Filling { full_at: Some(operation), ..Filling::default() }
    }

    pub(crate) fn make_room(&self) {
        self.has_room.store(true, Ordering::SeqCst);
    }

    /// Returns how many operations there were that need room.
    pub(crate) fn operations(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    fn take_room(&self) -> io::Result<()> {
        const NO_SPACE_LEFT: i32 = 28;
        let nth = self.done.fetch_add(1, Ordering::SeqCst);
        let is_full = self.full_at.is_some_and(|full_at| nth >= full_at) && !self.has_room.load(Ordering::SeqCst);
        if is_full { Err(io::Error::from_raw_os_error(NO_SPACE_LEFT)) } else { Ok(()) }
    }
}

impl Disk for Filling {
    fn create(&self, path: &Path, is_new: bool) -> io::Result<Box<dyn DiskFile>> {
        self.take_room()?;
        Ok(Box::new(Full(FileSystem.create(path, is_new)?, self.clone())))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.take_room()?;
        FileSystem.rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.take_room()?;
        FileSystem.link(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        FileSystem.remove(path)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.take_room()?;
        FileSystem.make_folder(path)
    }

    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        self.take_room()
    }
}

struct Full(Box<dyn DiskFile>, Filling);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.take_room()?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl DiskFile for Full {
    fn sync(&mut self) -> io::Result<()> {
        self.1.take_room()
    }
}
