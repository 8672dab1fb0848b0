//! One heap for all threads.
//!
//! glibc gives each thread a heap of its own, and what was freed in one is of no use to another. With 10,000 movies
//! the daemon takes 33 MB of memory with one heap and 57 MB with several (measured); its few threads hardly ever wait
//! for each other there. glibc can only be told so by the environment of a process, so the daemon starts itself anew.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// glibc's variable; other C libraries do not know it, and musl has one heap anyway.
const VARIABLE: &str = "MALLOC_ARENA_MAX";
/// From that size on memory is the system's again as soon as it is free. Without it glibc raises the size to that of
/// the largest answer, and after a storm of them the heap stays as large as it was then.
const LARGE: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "262144");

/// Starts this program anew, in the same process, unless the variable is set. Where that can't be, all goes on as it
/// is: it only takes more memory.
pub fn use_it() {
    if !cfg!(target_env = "gnu") {
        return;
    }
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    let error =
        Command::new(&program).arg0(name).args(arguments).env(VARIABLE, "1").env(LARGE.0, LARGE.1).exec();
    tracing::debug!(%error, "the daemon could not start itself anew");
}
