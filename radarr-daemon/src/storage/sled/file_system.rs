//! What kind of file system the storage may lie on: one of this machine.
//!
//! sled maps and locks its file, and a commit is on disk when a sync says so. Over a network the lock may not reach the
//! other machines, so that two daemons write into one file; a sync may end in the cache of a server; and a connection
//! that breaks in the middle of a write leaves an error behind that was told to nobody. Of a file system in user space
//! (FUSE) nobody can say what is behind it: sshfs and rclone are networks, mergerfs spreads a folder over several
//! disks. Media may lie on any of them; the storage may not.

use std::path::Path;

use rustix::fs::{FsWord, stat, statfs};

use super::directory::at;
use crate::storage::StoreError;

const OVER_A_NETWORK: &str =
    "and over a network neither its lock nor its syncs can be relied upon: the library could be damaged";
const IN_USER_SPACE: &str =
    "and what is behind a file system in user space, and whether its syncs reach a disk, can't be known";

/// File systems by the number that the kernel has for them (`linux/magic.h`, `statfs(2)`, their own sources).
const NETWORKS: [(u32, &str); 21] = [
    (0x0000_6969, "NFS"),
    (0x0000_517B, "SMB"),
    (0xFF53_4D42, "SMB (CIFS)"),
    (0xFE53_4D42, "SMB (SMB2)"),
    (0x0000_564C, "NetWare (NCP)"),
    (0x0102_1997, "9p"),
    (0x00C3_6400, "Ceph"),
    (0x0BD0_0BD0, "Lustre"),
    (0x5346_414F, "AFS"),
    (0x6B41_4653, "AFS (kAFS)"),
    (0x7375_7245, "Coda"),
    (0x1983_0326, "BeeGFS"),
    (0x2003_0528, "OrangeFS"),
    (0xAAD7_AAEA, "PanFS"),
    (0x4750_4653, "GPFS"),
    (0x0116_1970, "GFS2"),
    (0x7461_636F, "OCFS2"),
    (0x6163_6673, "ACFS"),
    (0x786F_4256, "a shared folder of VirtualBox"),
    (0xBACB_ACBC, "a shared folder of VMware"),
    (0x7C7C_6673, "a shared folder of Parallels"),
];

const FUSE: u32 = 0x6573_5546;

/// Those that have FUSE's number, and are a block device of this machine, the host's own disk, or the layer of a
/// rootless container above it.
const FUSE_ON_A_DISK: [&str; 3] = ["fuseblk", "virtiofs", "fuse.fuse-overlayfs"];

/// Refuses a folder that does not lie on a disk of this machine.
pub(super) fn must_be_local(path: &Path) -> Result<(), StoreError> {
    let found = statfs(path).map_err(|error| at(path, &error.into()))?;
    let mounts = || {
        let device = stat(path).ok()?.st_dev;
        let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
        type_of_mount(&std::fs::read_to_string("/proc/self/mountinfo").ok()?, &device)
    };
    match judge(number(found.f_type), mounts) {
        None => Ok(()),
        Some((kind, why)) => Err(StoreError::NotLocal { path: path.to_owned(), kind, why }),
    }
}

/// The kernel's numbers have 32 bits; some systems say them in a signed word.
fn number(word: FsWord) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Which kind it is and what is wrong with it; `None` = nothing.
fn judge(number: u32, name: impl FnOnce() -> Option<String>) -> Option<(String, &'static str)> {
    if let Some((_, name)) = NETWORKS.iter().find(|(known, _)| *known == number) {
        return Some(((*name).to_owned(), OVER_A_NETWORK));
    }
    if number != FUSE {
        return None;
    }
    match name() {
        Some(name) if FUSE_ON_A_DISK.contains(&name.as_str()) => None,
        Some(name) => Some((format!("FUSE ({name})"), IN_USER_SPACE)),
        None => Some(("FUSE".to_owned(), IN_USER_SPACE)),
    }
}

/// The type of the mount of a device, from the text of `/proc/self/mountinfo` (`proc(5)`).
fn type_of_mount(mounts: &str, device: &str) -> Option<String> {
    mounts.lines().find_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let found = place.split_ascii_whitespace().nth(2)?;
        (found == device).then(|| kind.split_ascii_whitespace().next())?.map(ToOwned::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_refused_by_name_and_disks_are_not() {
        let none = || None;
        for (number, want) in [
            (0x6969, Some("NFS")),
            (0xFF53_4D42, Some("SMB (CIFS)")),
            (0xFE53_4D42, Some("SMB (SMB2)")),
            (0x517B, Some("SMB")),
            (0x0102_1997, Some("9p")),
            (0x00C3_6400, Some("Ceph")),
            (0x0BD0_0BD0, Some("Lustre")),
            (0x5346_414F, Some("AFS")),
            // ext4, xfs, btrfs, tmpfs, overlay, zfs, f2fs, bcachefs.
            (0xEF53, None),
            (0x5846_5342, None),
            (0x9123_683E, None),
            (0x0102_1994, None),
            (0x794C_7630, None),
            (0x2FC1_2FC1, None),
            (0xF2F5_2010, None),
            (0xCA45_1A4E, None),
        ] {
            let found = judge(number, none);
            assert_eq!(found.as_ref().map(|(kind, _)| kind.as_str()), want, "{number:x}");
            assert!(found.is_none_or(|(_, why)| why == OVER_A_NETWORK), "{number:x}");
        }
    }

    #[test]
    fn file_systems_in_user_space_are_refused_but_for_those_on_a_disk() {
        for (name, refused) in [
            (Some("fuse.sshfs"), true),
            (Some("fuse.rclone"), true),
            (Some("fuse.glusterfs"), true),
            (Some("fuse.mergerfs"), true),
            (Some("fuse"), true),
            (None, true),
            (Some("fuseblk"), false),
            (Some("virtiofs"), false),
            (Some("fuse.fuse-overlayfs"), false),
        ] {
            let found = judge(FUSE, || name.map(ToOwned::to_owned));
            assert_eq!(found.is_some(), refused, "{name:?}");
        }
    }

    #[test]
    fn a_mount_is_found_by_its_device() {
        let mounts = "22 27 0:21 / /proc rw,nosuid - proc proc rw\n\
                      98 27 0:44 / /mnt/a\\040b rw,nosuid shared:7 - fuse.sshfs me@host:/ rw,user_id=0\n";
        assert_eq!(type_of_mount(mounts, "0:44").as_deref(), Some("fuse.sshfs"));
        assert_eq!(type_of_mount(mounts, "0:45"), None);
    }

    #[test]
    fn the_folder_of_a_test_is_local() {
        must_be_local(tempfile::tempdir().unwrap().path()).unwrap();
    }
}
