//! The recycle bin inside of a root folder: a folder for each day, the movie's folder in it.
//!
//! Age is told from the day's folder and not from the file: a file in the bin may be a second name of one that is
//! still seeded, and its times are the download client's.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::FileError;

/// More namesakes than anybody makes in a day.
const NAMESAKES_MAX: u32 = 10_000;

/// A free place in the bin for `file` of the movie folder `movie_folder`: `BIN/2026-01-31/Movie (2019)/file_2.mkv`.
pub fn bin_path(bin: &Path, today: Date, movie_folder: &str, file: &Path) -> PathBuf {
    let folder = bin.join(today.to_string()).join(movie_folder.replace('/', " "));
    let name = file.file_name().unwrap_or_default();
    let wanted = folder.join(name);
    if wanted.symlink_metadata().is_err() {
        return wanted;
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    (2..NAMESAKES_MAX)
        .map(|number| folder.join(format!("{stem}_{number}{ending}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or(wanted)
}

/// Removes the days that are more than `keep_days` old; 0 keeps all. Anything else in the bin is left alone. Answers
/// with what was removed.
pub fn clean_bin(bin: &Path, today: Date, keep_days: u32) -> Result<Vec<PathBuf>, FileError> {
    let mut removed = Vec::new();
    if keep_days == 0 || !bin.is_dir() {
        return Ok(removed);
    }
    let entries = fs::read_dir(bin).map_err(|error| FileError::new("list", bin, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| FileError::new("list", bin, error))?;
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let day = entry.file_name().to_str().and_then(|name| name.parse::<Date>().ok());
        let Some(day) = day.filter(|_| is_folder) else { continue };
        let age_days = today.since(day).map_or(0, |span| span.get_days());
        if age_days > i32::try_from(keep_days).unwrap_or(i32::MAX) {
            // Does not follow symbolic links.
            fs::remove_dir_all(entry.path())
                .map_err(|error| FileError::new("remove", &entry.path(), error))?;
            removed.push(entry.path());
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn namesakes_get_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let place = || bin_path(folder.path(), date(2026, 1, 31), "Movie (2019)", Path::new("/x/a.b.mkv"));
        let first = place();
        assert_eq!(first, folder.path().join("2026-01-31/Movie (2019)/a.b.mkv"));
        fs::create_dir_all(first.parent().unwrap()).unwrap();
        fs::write(&first, "").unwrap();
        assert_eq!(place(), first.with_file_name("a.b_2.mkv"));
        fs::write(place(), "").unwrap();
        assert_eq!(place(), first.with_file_name("a.b_3.mkv"));
    }

    #[test]
    fn only_days_that_are_old_enough_go() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["2026-01-23", "2026-01-24", "2026-02-01", "keep me", "2020-99-99"] {
            fs::create_dir_all(folder.path().join(name).join("Movie")).unwrap();
        }
        fs::write(folder.path().join("2020-01-01"), "a file, no folder").unwrap();
        let removed = clean_bin(folder.path(), date(2026, 1, 31), 7).unwrap();
        assert_eq!(removed, [folder.path().join("2026-01-23")]);
        assert_eq!(clean_bin(folder.path(), date(2036, 1, 31), 0).unwrap(), Vec::<PathBuf>::new());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
    }

    #[test]
    fn months_and_years_count_as_days() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("2025-01-31")).unwrap();
        assert_eq!(clean_bin(folder.path(), date(2026, 1, 31), 400).unwrap().len(), 0);
        assert_eq!(clean_bin(folder.path(), date(2026, 1, 31), 300).unwrap().len(), 1);
    }
}
