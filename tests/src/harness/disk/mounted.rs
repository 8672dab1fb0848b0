//! A disk that only the programs see that are started through it: one of some megabytes, in memory, or a folder behind
//! a file system in user space.
//!
//! It is mounted in a mount namespace of its own, which a process holds open that ends when our end of its input
//! closes, whatever ended us. So nothing is mounted for anybody else, and nothing is left.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail, ensure};

use crate::harness::binaries;

/// A mounted disk.
#[derive(Debug)]
pub struct MountedDisk {
    holder: Child,
    mounted_at: PathBuf,
}

impl MountedDisk {
    /// Why none can be had here; `None` = one can.
    pub fn why_not() -> Option<String> {
        let folder = match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => return Some(error.to_string()),
        };
        Self::of_megabytes(folder.path(), 1).err().map(|error| format!("{error:#}"))
    }

    /// Mounts one of that many megabytes, with room for a thousand names, at a folder that is there.
    pub fn of_megabytes(folder: &Path, megabytes: u32) -> anyhow::Result<Self> {
        let script = "mount -t tmpfs -o size=\"$2\"m,nr_inodes=1000,mode=700 radarr-test \"$1\" && echo mounted && exec cat";
        Self::mount(folder, script, &megabytes.to_string())
    }

    /// Mounts the folder `behind` at another one by FUSE.
    pub fn by_fuse(folder: &Path, behind: &Path) -> anyhow::Result<Self> {
        binaries::needed("bindfs", "bindfs")?;
        let script = "bindfs -f \"$2\" \"$1\" & until grep -q \" $1 fuse\" /proc/mounts; do kill -0 $! || exit 1; \
                      done; echo mounted; cat; umount \"$1\"; wait";
        Self::mount(folder, script, behind.to_str().context("the folder is not UTF-8")?)
    }

    /// Runs a script that mounts something at `$1`, says so, and stays until its input closes.
    fn mount(folder: &Path, script: &str, what: &str) -> anyhow::Result<Self> {
        let unshare = binaries::needed("unshare", "util-linux")?;
        let script = format!("mount --make-rprivate / && {{ {script}; }}");
        let mut holder = Command::new(unshare)
            .args(["--mount", "sh", "-c", &script, "sh"])
            .arg(folder)
            .arg(what)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = String::new();
        BufReader::new(holder.stdout.take().context("no output")?).read_line(&mut said)?;
        if said.trim() != "mounted" {
            let output = holder.wait_with_output()?;
            bail!("no disk can be mounted here: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(Self { holder, mounted_at: folder.to_path_buf() })
    }

    /// The program and arguments that others are started through, to see it.
    pub fn through(&self) -> anyhow::Result<Vec<String>> {
        let nsenter = binaries::needed("nsenter", "util-linux")?;
        let holder = self.holder.id().to_string();
        Ok([&nsenter.display().to_string(), "--target", &holder, "--mount", "--"]
            .map(ToOwned::to_owned)
            .into())
    }

    /// Where it is for us, who are outside.
    pub fn seen_from_here(&self) -> PathBuf {
        let below_root = self.mounted_at.strip_prefix("/").unwrap_or(&self.mounted_at);
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(below_root)
    }

    /// Bytes that can still be written.
    pub fn free_bytes(&self) -> anyhow::Result<u64> {
        let room = rustix::fs::statvfs(self.seen_from_here())?;
        Ok(room.f_bavail * room.f_frsize)
    }

    /// Fills it with a file of that name until so many bytes are left.
    pub fn fill(&self, name: &str, leave_bytes: u64) -> anyhow::Result<()> {
        let free = self.free_bytes()?;
        let zeros = vec![0; usize::try_from(free.saturating_sub(leave_bytes))?];
        std::fs::write(self.seen_from_here().join(name), zeros)?;
        ensure!(self.free_bytes()? <= leave_bytes, "{} bytes are left", self.free_bytes()?);
        Ok(())
    }

    /// Makes empty files until there is no room for one more; the bytes stay free. They are below that folder.
    pub fn fill_names(&self, folder: &str) -> anyhow::Result<()> {
        let folder = self.seen_from_here().join(folder);
        std::fs::create_dir(&folder)?;
        for number in 0..10_000 {
            match std::fs::File::create_new(folder.join(number.to_string())) {
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        bail!("there is room for more names than a disk of this kind has")
    }
}

impl Drop for MountedDisk {
    fn drop(&mut self) {
        // Its input closes with the handle; then it ends by itself.
        drop(self.holder.stdin.take());
        drop(self.holder.wait());
    }
}
