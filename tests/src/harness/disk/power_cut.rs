//! What a power cut may leave on a disk, from the record of what a program wrote and synced.
//!
//! After a sync of a file has ended, what was written to that file before the sync began is there. Of everything else
//! any part may be there or not, in any order, and of a write any of its sectors. Names (files and folders made,
//! renamed, removed) come to the disk in their order, as by a journal, and are there once a sync of anything has ended
//! that began after them; `fdatasync` promises no more names than the one of its own file. `sync_file_range` promises
//! nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Record, Step};

/// Sectors that a torn write may end at.
const SECTORS: [usize; 2] = [512, 4096];

/// A small generator of numbers (splitmix): the same ones for the same seed.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `below`, which is not 0.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % (below.max(1) as u64)).unwrap_or(0)
    }

    fn is_heads(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What becomes of what no sync has promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsynced {
    /// None of it is there.
    Lost,
    /// All of it is there.
    Kept,
    /// Some of it is there, by this seed.
    Some(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Debug, Clone)]
enum Name {
    Made(String, Node),
    Renamed(String, String),
    Removed(String),
}

type Names = BTreeMap<String, Node>;

#[derive(Debug, Clone)]
enum Change {
    Wrote(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Debug, Default)]
struct File {
    on_disk: Vec<u8>,
    /// With the number of the step.
    on_the_way: Vec<(usize, Change)>,
}

/// A disk on which the steps of a record are done one after the other.
#[derive(Debug, Default)]
pub struct Disk {
    files: Vec<File>,
    /// As the program sees them.
    names: Names,
    names_on_disk: Names,
    names_on_the_way: Vec<(usize, Name)>,
    /// Syncs under way: path and handle, with the step that began them.
    syncs: Vec<(String, u64, usize)>,
    steps: usize,
}

impl Disk {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Does the next step; `false` = all are done.
    pub fn step(&mut self, record: &Record) -> bool {
        let Some((_, step)) = record.steps.get(self.steps) else { return false };
        let number = self.steps;
        self.steps += 1;
        match step.clone() {
            Step::Made(path) => {
                self.files.push(File::default());
                self.name(number, Name::Made(path, Node::File(self.files.len() - 1)));
            }
            Step::MadeFolder(path) => self.name(number, Name::Made(path, Node::Folder)),
            Step::Wrote { path, offset, data } => self.change(number, &path, Change::Wrote(offset, data)),
            Step::Cut { path, length } => self.change(number, &path, Change::Cut(length)),
            Step::SyncBegan { path, handle } => self.syncs.push((path, handle, number)),
            Step::Synced { path, handle, full } => {
                let found = self.syncs.iter().rposition(|(other, by, _)| *other == path && *by == handle);
                if let Some(found) = found {
                    let (path, _, began) = self.syncs.remove(found);
                    self.synced(&path, began, full);
                }
            }
            Step::Renamed { from, to } => self.name(number, Name::Renamed(from, to)),
            Step::Removed(path) => self.name(number, Name::Removed(path)),
        }
        true
    }

    fn name(&mut self, number: usize, name: Name) {
        apply_name(&mut self.names, &name);
        self.names_on_the_way.push((number, name));
    }

    fn change(&mut self, number: usize, path: &str, change: Change) {
        if let Some(Node::File(file)) = self.names.get(path)
            && let Some(file) = self.files.get_mut(*file)
        {
            file.on_the_way.push((number, change));
        }
    }

    fn synced(&mut self, path: &str, began: usize, full: bool) {
        let node = self.names.get(path).copied();
        let mut names_up_to = if full { began } else { 0 };
        if let Some(Node::File(number)) = node
            && let Some(file) = self.files.get_mut(number)
        {
            let later = file.on_the_way.partition_point(|(step, _)| *step < began);
            for (_, change) in file.on_the_way.drain(..later) {
                apply(&mut file.on_disk, &change);
            }
            let is_own = |name: &Name| matches!(name, Name::Made(_, Node::File(made)) if *made == number);
            let own = self.names_on_the_way.iter().find(|(_, name)| is_own(name));
            names_up_to = names_up_to.max(own.map_or(0, |(step, _)| step + 1));
        }
        let later = self.names_on_the_way.partition_point(|(step, _)| *step < names_up_to);
        for (_, name) in self.names_on_the_way.drain(..later) {
            apply_name(&mut self.names_on_disk, &name);
        }
    }

    /// Writes into `folder`, which is empty, what the disk may hold after a power cut at this moment.
    pub fn after_a_power_cut(&self, unsynced: Unsynced, folder: &Path) -> anyhow::Result<()> {
        let mut chance = Chance::new(if let Unsynced::Some(seed) = unsynced { seed } else { 0 });
        let names_kept = match unsynced {
            Unsynced::Lost => 0,
            Unsynced::Kept => self.names_on_the_way.len(),
            Unsynced::Some(_) => chance.below(self.names_on_the_way.len() + 1),
        };
        let mut names = self.names_on_disk.clone();
        for (_, name) in self.names_on_the_way.iter().take(names_kept) {
            apply_name(&mut names, name);
        }
        for (path, node) in &names {
            let path = folder.join(path);
            match node {
                Node::Folder => std::fs::create_dir_all(&path)?,
                Node::File(number) => {
                    let Some(file) = self.files.get(*number) else { continue };
                    if let Some(above) = path.parent() {
                        std::fs::create_dir_all(above)?;
                    }
                    std::fs::write(&path, content(file, unsynced, &mut chance))?;
                }
            }
        }
        Ok(())
    }
}

fn content(file: &File, unsynced: Unsynced, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = file.on_disk.clone();
    // Each file by a rule of its own: what came last is lost, what came first, or any of it.
    let (rule, edge) = (chance.below(4), chance.below(file.on_the_way.len() + 1));
    let sector = if chance.is_heads() { SECTORS[0] } else { SECTORS[1] };
    for (place, (_, change)) in file.on_the_way.iter().enumerate() {
        let kept = match (unsynced, rule) {
            (Unsynced::Lost, _) => false,
            (Unsynced::Kept, _) => true,
            (Unsynced::Some(_), 0) => place < edge,
            (Unsynced::Some(_), 1) => place >= edge,
            (Unsynced::Some(_), _) => chance.is_heads(),
        };
        let is_torn = matches!(unsynced, Unsynced::Some(_)) && chance.below(3) == 0;
        match change {
            Change::Wrote(offset, data) if is_torn => tear(&mut bytes, *offset, data, sector, chance),
            Change::Wrote(..) | Change::Cut(_) if kept => apply(&mut bytes, change),
            Change::Wrote(..) | Change::Cut(_) => {}
        }
    }
    bytes
}

/// Writes some sectors only.
fn tear(bytes: &mut Vec<u8>, offset: usize, data: &[u8], sector: usize, chance: &mut Chance) {
    let mut at = 0;
    while at < data.len() {
        // Up to the next border of a sector.
        let length = (sector - (offset + at) % sector).min(data.len() - at);
        if chance.is_heads()
            && let Some(part) = data.get(at..at + length)
        {
            apply(bytes, &Change::Wrote(offset + at, part.to_vec()));
        }
        at += length;
    }
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Wrote(offset, data) => {
            let end = offset + data.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            if let Some(place) = bytes.get_mut(*offset..end) {
                place.copy_from_slice(data);
            }
        }
        Change::Cut(length) => bytes.resize(*length, 0),
    }
}

fn apply_name(names: &mut Names, name: &Name) {
    match name {
        Name::Made(path, node) => {
            names.insert(path.clone(), *node);
        }
        Name::Removed(path) => {
            names.remove(path);
        }
        Name::Renamed(from, to) => {
            let below = format!("{from}/");
            let moved: Vec<String> =
                names.keys().filter(|path| *path == from || path.starts_with(&below)).cloned().collect();
            for path in moved {
                if let (Some(node), Some(rest)) = (names.remove(&path), path.strip_prefix(from.as_str())) {
                    names.insert(format!("{to}{rest}"), node);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<(String, String)> {
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_file());
        files
            .map(|entry| {
                let path = entry.path().strip_prefix(folder).unwrap().display().to_string();
                (path, std::fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    /// What is there after a cut behind all of `steps`.
    #[track_caller]
    fn check(steps: Vec<Step>, unsynced: Unsynced, want: &[(&str, &str)]) {
        let record = Record { steps: steps.into_iter().map(|step| (0, step)).collect() };
        let mut disk = Disk::new();
        while disk.step(&record) {}
        let folder = tempfile::tempdir().unwrap();
        disk.after_a_power_cut(unsynced, folder.path()).unwrap();
        let want: Vec<_> = want.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(files(folder.path()), want);
    }

    fn wrote(path: &str, offset: usize, text: &str) -> Step {
        Step::Wrote { path: path.to_owned(), offset, data: text.as_bytes().to_vec() }
    }

    fn synced(path: &str, full: bool) -> [Step; 2] {
        let path = path.to_owned();
        [Step::SyncBegan { path: path.clone(), handle: 3 }, Step::Synced { path, handle: 3, full }]
    }

    #[test]
    fn what_a_sync_promised_is_there_and_the_rest_may_be() {
        let mut steps =
            vec![Step::MadeFolder("d".to_owned()), Step::Made("d/a".to_owned()), wrote("d/a", 0, "one")];
        check(steps.clone(), Unsynced::Lost, &[]);
        check(steps.clone(), Unsynced::Kept, &[("d/a", "one")]);
        steps.extend(synced("d/a", false));
        check(steps.clone(), Unsynced::Lost, &[("d/a", "one")]);
        steps.push(wrote("d/a", 3, "two"));
        steps.push(Step::Renamed { from: "d".to_owned(), to: "e".to_owned() });
        check(steps.clone(), Unsynced::Lost, &[("d/a", "one")]);
        check(steps.clone(), Unsynced::Kept, &[("e/a", "onetwo")]);
        // A sync of the folder: the name, not the bytes.
        steps.extend(synced("e", true));
        check(steps.clone(), Unsynced::Lost, &[("e/a", "one")]);
        steps.extend([Step::Removed("e/a".to_owned())]);
        check(steps, Unsynced::Kept, &[]);
    }

    #[test]
    fn what_came_after_a_sync_began_is_not_promised_by_it() {
        let [began, ended] = synced("a", true);
        let steps = vec![Step::Made("a".to_owned()), wrote("a", 0, "x"), began, wrote("a", 1, "y"), ended];
        check(steps, Unsynced::Lost, &[("a", "x")]);
    }

    #[test]
    fn seeds_give_different_disks_and_the_same_seed_the_same() {
        let steps: Vec<Step> = std::iter::once(Step::Made("a".to_owned()))
            .chain(synced("a", true))
            .chain((0..8).map(|place| wrote("a", place * 3000, &"z".repeat(3000))))
            .collect();
        let record = Record { steps: steps.into_iter().map(|step| (0, step)).collect() };
        let mut disk = Disk::new();
        while disk.step(&record) {}
        let by = |seed| {
            let folder = tempfile::tempdir().unwrap();
            disk.after_a_power_cut(Unsynced::Some(seed), folder.path()).unwrap();
            files(folder.path())
        };
        let all: Vec<_> = (0..20).map(by).collect();
        assert_eq!(all[7], by(7));
        let mut different = all.clone();
        different.sort();
        different.dedup();
        assert!(different.len() > 15, "{}", different.len());
    }
}
