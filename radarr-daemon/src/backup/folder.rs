//! The daemon's own backups: one a day and on request, in a folder; which there are, and which stay.

use std::collections::HashSet;
use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use radarr_proto::request::{BackupFile, BackupPart, BackupSecrets, ReadBackup};

use super::read::Source;
use super::write::{HALF_SUFFIX, Written, write};
use super::{BackupError, Sealing};
use crate::config::Config;
use crate::files::{FileError, blocking, remove_name};
use crate::security::keeper::SecretKeeper;
use crate::security::mounted::Mounted;
use crate::storage::SharedStore;

const PREFIX: &str = "radarr-";
/// What a restore replaced: never removed by itself.
pub(super) const COPY_PREFIX: &str = "before-restore-";
/// Ours, and those of format 1.
const SUFFIXES: [&str; 2] = [".jsonl.gz", ".jsonl"];
const TIME: &str = "%Y-%m-%d-%H%M%S";

/// Whoever makes several a day finds them all there the next morning.
const ALL_STAY_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Nobody writes at one for so long.
const HALF_IS_LEFT_AFTER: Duration = Duration::from_hours(24);

/// Bytes of one part: three quarters of a megabyte, a megabyte as base64.
const PART_BYTES: u64 = 768 * 1024;

/// Files of one second are told apart by a number up to this.
const SAME_SECOND_MAX: u32 = 20;

/// The daemon's folder of backups, and the rules for it.
#[derive(Debug, Clone)]
pub struct Backups {
    /// Where they are.
    pub folder: PathBuf,
    /// What their secrets are encrypted with; empty = they are left out.
    passphrase: Mounted,
    keep: Keep,
}

/// How many stay.
#[derive(Debug, Clone)]
struct Keep {
    daily: usize,
    weekly: usize,
    /// Whose days and weeks.
    zone: TimeZone,
}

impl Backups {
    /// As the configuration says.
    pub fn of(config: &Config) -> Self {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            folder: config.backup_dir(),
            passphrase: Mounted::new(config.backup.passphrase.clone(), config.backup.passphrase_file.clone()),
            keep: Keep {
                daily: size(config.backup.keep_daily),
                weekly: size(config.backup.keep_weekly),
                zone: TimeZone::system(),
            },
        }
    }

    /// Writes one, under the name of the moment.
    pub async fn create(
        &self,
        store: &SharedStore,
        keeper: &SecretKeeper,
        now: Timestamp,
    ) -> Result<(BackupFile, Written), BackupError> {
        let name = free_name(&self.folder, PREFIX, now)?;
        let passphrase = self.passphrase.current();
        let sealing = Sealing::with(keeper, &passphrase);
        let written = write(store, &self.folder.join(&name), &sealing, now).await?;
        let file = BackupFile {
            name,
            at: now,
            size_bytes: written.size_bytes,
            secrets: written.secrets,
            documents: Some(written.documents),
            events: Some(written.events),
        };
        Ok((file, written))
    }

    /// Takes away those that are too many, and what was left half written. How many there were.
    pub async fn tidy(&self, now: Timestamp) -> Result<usize, BackupError> {
        let (folder, keep) = (self.folder.clone(), self.keep.clone());
        let removed = blocking(move || {
            let names = names(&folder)?;
            let going = going(&names, now, &keep);
            going.iter().try_for_each(|name| remove_name(&folder.join(name)))?;
            for half in names.iter().filter(|name| name.ends_with(HALF_SUFFIX)) {
                let path = folder.join(half);
                let age = fs::metadata(&path).and_then(|found| found.modified()).ok();
                if age.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > HALF_IS_LEFT_AFTER) {
                    remove_name(&path)?;
                }
            }
            Ok(going.len())
        })
        .await?;
        Ok(removed)
    }

    /// Those there are, newest first.
    pub async fn list(&self) -> Result<Vec<BackupFile>, BackupError> {
        let folder = self.folder.clone();
        let mut files = blocking(move || {
            if !folder.exists() {
                return Ok(Vec::new());
            }
            Ok(names(&folder)?.into_iter().filter_map(|name| look(&folder, name)).collect::<Vec<_>>())
        })
        .await?;
        files.sort_by(|one, other| age(other.at, &other.name).cmp(&age(one.at, &one.name)));
        Ok(files)
    }

    /// A part of one.
    pub async fn read(&self, request: ReadBackup) -> Result<BackupPart, BackupError> {
        let ReadBackup { name, offset } = request;
        // A name and not a path: nothing outside the folder can be asked for.
        if name.contains('/') || time_of(&name).is_none() {
            return Err(BackupError::NoSuch { name });
        }
        let path = self.folder.join(&name);
        if !path.is_file() {
            return Err(BackupError::NoSuch { name });
        }
        let part = blocking(move || {
            let fault = |error| FileError::new("read", &path, error);
            let mut file = fs::File::open(&path).map_err(fault)?;
            let size_bytes = file.metadata().map_err(fault)?.len();
            file.seek(SeekFrom::Start(offset)).map_err(fault)?;
            let mut data = Vec::new();
            file.take(PART_BYTES).read_to_end(&mut data).map_err(fault)?;
            Ok(BackupPart { data: STANDARD.encode(data), size_bytes })
        })
        .await?;
        Ok(part)
    }
}

/// The newest backup in a folder; a file is meant itself. What a restore replaced is none.
pub fn newest(place: &Path) -> Result<PathBuf, BackupError> {
    if !place.is_dir() {
        return Ok(place.to_owned());
    }
    let ours =
        names(place)?.into_iter().filter(|name| name.starts_with(PREFIX) && !name.ends_with(HALF_SUFFIX));
    let dated = ours.filter_map(|name| Some((time_of(&name)?, name)));
    let newest =
        dated.max_by(|(one_at, one), (other_at, other)| age(*one_at, one).cmp(&age(*other_at, other)));
    newest.map(|(_, name)| place.join(name)).ok_or_else(|| BackupError::File {
        path: place.to_owned(),
        why: "there is no backup in it".to_owned(),
    })
}

/// A name of that moment that nothing in the folder has.
pub(super) fn free_name(folder: &Path, prefix: &str, now: Timestamp) -> Result<String, BackupError> {
    let moment = TimeZone::UTC.to_datetime(now).strftime(TIME).to_string();
    let mut names = (1..=SAME_SECOND_MAX).map(|number| match number {
        1 => format!("{prefix}{moment}.jsonl.gz"),
        _ => format!("{prefix}{moment}-{number}.jsonl.gz"),
    });
    names.find(|name| !folder.join(name).exists()).ok_or_else(|| {
        let why = format!("there are {SAME_SECOND_MAX} backups of this second in it");
        BackupError::File { path: folder.to_owned(), why }
    })
}

fn names(folder: &Path) -> Result<Vec<String>, FileError> {
    let entries = fs::read_dir(folder).map_err(|error| FileError::new("read", folder, error))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter(|name| time_of(name.strip_suffix(HALF_SUFFIX).unwrap_or(name)).is_some()).collect())
}

/// What sorts files by their age: those of one second by their number, which makes a name longer.
fn age(at: Timestamp, name: &str) -> (Timestamp, usize, &str) {
    (at, name.len(), name)
}

/// The moment in a name of ours.
fn time_of(name: &str) -> Option<Timestamp> {
    let rest = name.strip_prefix(PREFIX).or_else(|| name.strip_prefix(COPY_PREFIX))?;
    let rest = SUFFIXES.iter().find_map(|suffix| rest.strip_suffix(suffix))?;
    let (moment, number) = rest.split_at_checked("2026-01-02-030405".len())?;
    if !number.is_empty() && number.strip_prefix('-')?.parse::<u32>().is_err() {
        return None;
    }
    let moment = DateTime::strptime(TIME, moment).ok()?;
    TimeZone::UTC.to_timestamp(moment).ok()
}

/// What can be told of a file by its first line. One that can't be read is shown all the same.
fn look(folder: &Path, name: String) -> Option<BackupFile> {
    let at = time_of(&name)?;
    let path = folder.join(&name);
    let size_bytes = fs::metadata(&path).ok()?.len();
    let secrets = match SUFFIXES.iter().position(|suffix| name.ends_with(suffix)) {
        // Format 1 is read as a whole; its heads do not say what they all did.
        Some(1) => BackupSecrets::OwnKey,
        Some(_) | None => Source::open(&path).map_or(BackupSecrets::Unknown, |(head, _)| head.secrets.kind()),
    };
    Some(BackupFile { name, at, size_bytes, secrets, documents: None, events: None })
}

/// Those that are too many: neither of the last 24 hours, nor the last of one of the newest days or weeks that have
/// any.
fn going(names: &[String], now: Timestamp, keep: &Keep) -> Vec<String> {
    let ours = names.iter().filter(|name| name.starts_with(PREFIX));
    let mut files: Vec<(Timestamp, &String)> = ours.filter_map(|name| Some((time_of(name)?, name))).collect();
    files.sort_unstable_by(|(one_at, one), (other_at, other)| age(*other_at, other).cmp(&age(*one_at, one)));
    let (mut days, mut weeks) = (HashSet::new(), HashSet::new());
    let mut going = Vec::new();
    for (at, name) in files {
        let date = keep.zone.to_datetime(at).date();
        let week = date.iso_week_date();
        let first_of_day = days.len() < keep.daily && days.insert(date);
        let first_of_week = weeks.len() < keep.weekly && weeks.insert((week.year(), week.week()));
        let is_fresh = now.duration_since(at) < ALL_STAY_FOR;
        if !(first_of_day || first_of_week || is_fresh) {
            going.push(name.clone());
        }
    }
    going
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(daily: usize, weekly: usize) -> Keep {
        Keep { daily, weekly, zone: TimeZone::UTC }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn only_names_of_ours_are_names_of_backups() {
        for (name, want) in [
            ("radarr-2026-01-02-030405.jsonl.gz", Some("2026-01-02T03:04:05Z")),
            ("radarr-2026-01-02-030405-2.jsonl.gz", Some("2026-01-02T03:04:05Z")),
            ("radarr-2026-01-02-030405.jsonl", Some("2026-01-02T03:04:05Z")),
            ("before-restore-2026-01-02-030405.jsonl.gz", Some("2026-01-02T03:04:05Z")),
            ("radarr-2026-01-02-030405-x.jsonl.gz", None),
            ("radarr-2026-13-02-030405.jsonl.gz", None),
            ("radarr-notes.jsonl.gz", None),
            ("radarr-2026-01-02-030405.jsonl.gz.new", None),
            ("../radarr-2026-01-02-030405.jsonl.gz", None),
            ("", None),
        ] {
            assert_eq!(time_of(name), want.map(at), "{name}");
        }
    }

    #[test]
    fn the_newest_of_a_folder_is_a_whole_backup_and_no_copy_of_a_restore() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| fs::write(folder.path().join(name), "").unwrap();
        put("notes.txt");
        assert!(newest(folder.path()).unwrap_err().to_string().contains("no backup in it"));
        for name in [
            "radarr-2026-01-02-030405.jsonl.gz",
            "radarr-2026-01-03-030405.jsonl.gz",
            "radarr-2026-01-03-030405-2.jsonl.gz",
            "radarr-2026-01-04-030405.jsonl.gz.new",
            "before-restore-2026-01-05-030405.jsonl.gz",
        ] {
            put(name);
        }
        let found = newest(folder.path()).unwrap();
        assert_eq!(found, folder.path().join("radarr-2026-01-03-030405-2.jsonl.gz"));
        let named = folder.path().join("radarr-2026-01-02-030405.jsonl.gz");
        assert_eq!(newest(&named).unwrap(), named);
    }

    #[tokio::test]
    async fn of_one_second_the_one_with_the_highest_number_is_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let ending = |number: &str| format!("{PREFIX}2026-01-02-030405{number}.jsonl.gz");
        let names = ["-10", "-9", "-2", ""].map(ending);
        for name in &names {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let (folder, keep) = (folder.path().to_path_buf(), keep(7, 4));
        let backups = Backups { folder, passphrase: Mounted::default(), keep };
        let listed: Vec<String> = backups.list().await.unwrap().into_iter().map(|file| file.name).collect();
        assert_eq!(listed, names);
    }

    #[test]
    fn the_last_of_each_day_and_week_stays_and_all_of_the_last_day() {
        // 60 days, at 02:00 and at 12:00; the last one on a Wednesday.
        let first = at("2026-01-01T02:00:00Z");
        let names: Vec<String> = (0..120)
            .map(|half_days| first.checked_add(SignedDuration::from_hours(12 * half_days)).unwrap())
            .map(|at| format!("{PREFIX}{}.jsonl.gz", TimeZone::UTC.to_datetime(at).strftime(TIME)))
            .chain(["before-restore-2020-01-02-030405.jsonl.gz".to_owned()])
            .collect();
        let now = at("2026-03-01T14:30:00Z");
        let stays = |keep: &Keep| -> Vec<String> {
            let going = going(&names, now, keep);
            let mut stays: Vec<_> = names.iter().filter(|name| !going.contains(name)).cloned().collect();
            stays.sort_unstable_by(|one, other| other.cmp(one));
            let shorten = |name: &String| name.trim_start_matches(PREFIX).replace(".jsonl.gz", "");
            stays.iter().map(shorten).collect()
        };
        let days = ["2026-03-01-140000", "2026-03-01-020000"];
        assert_eq!(
            stays(&keep(3, 0)),
            [&days[..], &["2026-02-28-140000", "2026-02-27-140000", "before-restore-2020-01-02-030405"]]
                .concat()
        );
        assert_eq!(
            stays(&keep(1, 3)),
            [&days[..], &["2026-02-22-140000", "2026-02-15-140000", "before-restore-2020-01-02-030405"]]
                .concat()
        );
        let all = stays(&keep(7, 4));
        // The second one of the last day, seven days, three more weeks (the newest is among the days), the copy.
        assert_eq!(all.len(), 1 + 7 + 3 + 1, "{all:?}");
    }
}
