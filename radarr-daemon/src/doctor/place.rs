//! The machine: the folders, who owns them, how much room they have, and what files that are made there may be read by.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::line::Line;
use crate::config::Config;
use crate::domain::quality::size::in_words;
use crate::files::{check_writable, free_space};

const FOLDER: &str = "folder";
const UMASK: &str = "umask";

/// Less room than this, and a storage stops taking changes before long.
const ROOM_BYTES_MIN: u64 = 200 * 1024 * 1024;

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The daemon keeps its own things there, secrets among them.
    Own,
    /// The daemon writes there.
    Write,
    /// The daemon only reads.
    Read,
}

/// All folders of the configuration. Blocks.
pub(super) fn folders(config: &Config) -> Vec<Line> {
    let mut lines = folder("storage.path", &config.storage.path, Use::Own, config.storage.is_database());
    lines.extend(folder("backup.dir", &config.backup_dir(), Use::Write, true));
    let read = [("settings.dir", &config.settings.dir), ("guides.path", &config.guides.path)];
    for (key, path) in read {
        let path: Option<&PathBuf> = path.as_ref();
        lines.extend(path.into_iter().flat_map(|path| folder(key, path, Use::Read, true)));
    }
    lines
}

fn folder(key: &str, path: &Path, purpose: Use, is_shareable: bool) -> Vec<Line> {
    let shown = format!("{key} = {}", path.display());
    let facts = match std::fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && purpose != Use::Read => {
            return vec![match check_writable(path) {
                Ok(()) => Line::ok(FOLDER, format!("{shown} is not there yet, and can be made")),
                Err(error) => Line::problem(
                    FOLDER,
                    format!("{shown} is not there and can't be made: {error}"),
                    "make it, and give it to the user that the daemon runs as",
                ),
            }];
        }
        Err(error) => {
            let hint = "mount it, or correct the setting; the daemon's user must be able to enter each folder above it";
            return vec![Line::problem(FOLDER, format!("{shown} can't be looked at: {error}"), hint)];
        }
    };
    if !facts.is_dir() {
        return vec![Line::problem(FOLDER, format!("{shown} is no folder"), "correct the setting")];
    }
    let mut lines = Vec::new();
    let owner = facts.uid();
    let us = rustix::process::geteuid().as_raw();
    if purpose != Use::Read
        && let Err(error) = check_writable(path)
    {
        let hint = format!("chown -R {us} {}, if the daemon runs as the user who asks now", path.display());
        lines.push(Line::problem(
            FOLDER,
            format!("{shown}: {error}; it belongs to user {owner}, and this is user {us}"),
            hint,
        ));
    }
    if purpose == Use::Read && std::fs::read_dir(path).is_err() {
        let message = format!("{shown} can't be read; it belongs to user {owner}, and this is user {us}");
        lines.push(Line::problem(FOLDER, message, "let the daemon's user read it"));
    }
    if purpose == Use::Own && facts.permissions().mode() & 0o007 != 0 {
        lines.push(Line::warning(
            FOLDER,
            format!(
                "{shown} can be entered by every user of this machine; the key of the secrets may lie in it"
            ),
            format!("chmod o-rwx {}", path.display()),
        ));
    }
    if purpose != Use::Read
        && let Ok(room) = free_space(path)
        && room.free_bytes < ROOM_BYTES_MIN
    {
        let message = format!("{shown} has {} left", in_words(room.free_bytes));
        lines.push(Line::warning(FOLDER, message, "make room on that disk"));
    }
    let kind = file_system(path);
    if let Some((kind, what, hint)) = kind.and_then(|kind| trouble(kind, purpose, is_shareable)) {
        lines.push(Line::warning(FOLDER, format!("{shown} lies on {kind}: {what}"), hint));
    }
    if lines.is_empty() {
        let room =
            free_space(path).map(|room| format!(", {} free", in_words(room.free_bytes))).unwrap_or_default();
        let kind = kind.map(|kind| format!(", {kind}")).unwrap_or_default();
        lines.push(Line::ok(FOLDER, format!("{shown}{room}{kind}")));
    }
    lines
}

/// What kind of file system a folder lies on; `None` = none that matters here.
fn file_system(path: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(path).ok()?.f_type;
    let known: [(u32, &str); 10] = [
        (0x6969, "NFS"),
        (0xFF53_4D42, "SMB"),
        (0xFE53_4D42, "SMB"),
        (0x0102_1994, "tmpfs"),
        (0x794C_7630, "overlay"),
        (0x6573_5546, "FUSE"),
        (0xEF53, "ext4"),
        (0x5846_5342, "xfs"),
        (0x9123_683E, "btrfs"),
        (0x2FC1_2FC1, "zfs"),
    ];
    known
        .into_iter()
        .find(|(number, _)| i128::from(*number) == i128::from(magic) & i128::from(u32::MAX))
        .map(|(_, name)| name)
}

fn trouble(
    kind: &'static str,
    purpose: Use,
    is_shareable: bool,
) -> Option<(&'static str, &'static str, &'static str)> {
    match (kind, purpose) {
        ("NFS" | "SMB" | "FUSE", Use::Own) if !is_shareable => Some((
            kind,
            "the embedded storage trusts locks and syncs that network folders do not always keep",
            "put storage.path on a disk of this machine, or use PostgreSQL (DATABASE_URL)",
        )),
        ("tmpfs", Use::Own | Use::Write) => {
            Some((kind, "it is gone when the machine starts again", "put it on a disk"))
        }
        ("overlay", Use::Own | Use::Write) => Some((
            kind,
            "if that is a container's own layer, it goes with the container",
            "mount a volume there",
        )),
        _ => None,
    }
}

/// What the files that the daemon makes may be read by: as the configuration says, else as whoever starts it. Blocks.
pub(super) fn umask(config: &Config) -> Vec<Line> {
    if let Ok(Some(bits)) = config.files.umask_bits() {
        return vec![judged_umask(bits, "files.umask = ", "set files.umask (UMASK) to 022")];
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Umask:"));
    let Some(umask) = line.and_then(|text| u32::from_str_radix(text.trim(), 8).ok()) else {
        return Vec::new();
    };
    let hint = "set files.umask to 022, or UMask=0022 for the service";
    vec![judged_umask(umask, "of who asks now, which need not be the daemon's: ", hint)]
}

fn judged_umask(umask: u32, whose: &str, hint: &str) -> Line {
    let shown = format!("{whose}{umask:03o}");
    if umask & 0o700 != 0 {
        Line::problem(UMASK, format!("{shown} takes rights from the daemon itself"), hint)
    } else if umask & 0o050 != 0 {
        Line::warning(
            UMASK,
            format!("{shown}: a media server of another user can't read what is imported"),
            format!("{hint}, or 002 where a group shares the library"),
        )
    } else {
        Line::ok(UMASK, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::State;
    use super::*;

    #[test]
    fn the_umask_of_the_configuration_goes_before_that_of_who_asks() {
        for (text, state) in
            [("022", State::Ok), ("002", State::Ok), ("077", State::Warning), ("700", State::Problem)]
        {
            let mut config = Config::default();
            text.clone_into(&mut config.files.umask);
            let lines = umask(&config);
            assert_eq!(lines.iter().map(|line| line.state).collect::<Vec<_>>(), [state], "{lines:?}");
            assert!(lines[0].message.contains(&format!("files.umask = {text}")), "{lines:?}");
        }
        assert!(umask(&Config::default())[0].message.contains("of who asks now"));
    }

    #[test]
    fn a_folder_is_judged_by_what_it_is_for() {
        let temp = tempfile::tempdir().unwrap();
        let states = |path: &Path, purpose| -> Vec<State> {
            folder("k", path, purpose, true).into_iter().map(|line| line.state).collect()
        };
        assert_eq!(states(&temp.path().join("new"), Use::Own), [State::Ok]);
        assert_eq!(states(&temp.path().join("new"), Use::Read), [State::Problem]);
        std::fs::write(temp.path().join("file"), "x").unwrap();
        assert_eq!(states(&temp.path().join("file"), Use::Write), [State::Problem]);
        let open = temp.path().join("open");
        std::fs::create_dir(&open).unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert!(states(&open, Use::Own).contains(&State::Warning));
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!folder("k", &open, Use::Own, true).iter().any(|line| line.message.contains("every user")));
    }
}
