//! A PostgreSQL cluster in a temporary folder, for as long as its handle lives. The unit tests of the daemon's
//! storage use this file as well.
//!
//! A shell stands between the server and us: when our end of its input closes, whatever ended us, it ends the server
//! and removes the folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::free_port::free_port;

/// The user of every cluster, and its password over TCP.
pub const USER: &str = "radarr";
/// Loopback only.
pub const PASSWORD: &str = "loopback only";
/// How long a start or a promotion may take on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a cluster is set up.
#[derive(Debug, Clone, Default)]
pub struct ClusterSettings {
    /// Whether TCP is spoken with TLS only, by a certificate for `localhost` of the authority in `ca.crt`.
    pub tls: bool,
    /// Lines of `postgresql.conf`.
    pub config: String,
    /// Whether changes are synced to the disk, as in earnest; a kill of the server alone needs it not.
    pub fsync: bool,
    /// A small disk of so many MiB for the data of databases; the log of changes stays on the large one. Needs root.
    pub small_disk_mib: Option<u32>,
}

/// A server, running or not, and its data.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    server: Option<Child>,
    tls: bool,
    small_disk_mib: Option<u32>,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    databases: AtomicU32,
}

impl Cluster {
    /// Whether PostgreSQL is installed.
    pub fn is_installed() -> bool {
        programs().is_ok()
    }

    /// Makes a cluster and starts it.
    pub fn start(settings: &ClusterSettings) -> anyhow::Result<Self> {
        let mut cluster = Self::empty()?;
        cluster.tls = settings.tls;
        cluster.small_disk_mib = settings.small_disk_mib;
        let password = cluster.folder.join("password");
        cluster.write(&password, PASSWORD)?;
        cluster.run(
            "initdb",
            &[
                "-D",
                &cluster.data(),
                "-U",
                USER,
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--pwfile",
                &password.display().to_string(),
            ],
        )?;
        let mut config = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nwal_level = replica\nhot_standby = on\n\
             max_connections = 200\nshared_buffers = 32MB\nfsync = {}\n{}\n",
            cluster.folder.display(),
            if settings.fsync { "on" } else { "off" },
            settings.config,
        );
        if settings.tls {
            cluster.make_certificate()?;
            config.push_str("ssl = on\n");
            let access = "local all all trust\nlocal replication all trust\n\
                          hostssl all all 127.0.0.1/32 scram-sha-256\n";
            cluster.write(&cluster.folder.join("data/pg_hba.conf"), access)?;
        }
        cluster.append(&cluster.folder.join("data/postgresql.conf"), &config)?;
        cluster.start_again()?;
        Ok(cluster)
    }

    /// A standby of this cluster, which follows it by streaming.
    pub fn standby(&self) -> anyhow::Result<Self> {
        let mut standby = Self::empty()?;
        standby.tls = self.tls;
        let (from, port) = (self.folder.display().to_string(), self.port.to_string());
        let copy = [
            "-D",
            &standby.data(),
            "-h",
            &from,
            "-p",
            &port,
            "-U",
            USER,
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        ];
        standby.run("pg_basebackup", &copy)?;
        let sockets = format!("unix_socket_directories = '{}'\n", standby.folder.display());
        standby.append(&standby.folder.join("data/postgresql.auto.conf"), &sockets)?;
        standby.start_again()?;
        Ok(standby)
    }

    fn empty() -> anyhow::Result<Self> {
        let programs = programs()?;
        let made = output(as_postgres("mktemp").args(["-d", "-t", "radarr-postgres.XXXXXX"]))?;
        let folder = PathBuf::from(String::from_utf8(made.stdout)?.trim());
        let port = free_port()?.port();
        Ok(Self {
            programs,
            folder,
            server: None,
            tls: false,
            small_disk_mib: None,
            port,
            databases: AtomicU32::new(0),
        })
    }

    /// Starts it on the data that it has, and waits until it answers.
    pub fn start_again(&mut self) -> anyhow::Result<()> {
        ensure!(self.server.is_none(), "the cluster runs already");
        // The input ends when we do, or when we say so; then the server ends at once, without a farewell.
        let script = "exec 3<&0; \"$1\" -D \"$2\" -p \"$3\" </dev/null >>\"$4\" 2>&1 & server=$!; \
                      (read -r how <&3; kill -\"${how:-QUIT}\" $server 2>/dev/null; \
                      [ -n \"$how\" ] || { while kill -0 $server 2>/dev/null; do sleep 0.05; done; rm -rf \"$5\"; }) & \
                      wait $server";
        let mut command = match self.small_disk_mib {
            Some(mib) => with_disk(&self.small_disk(), mib)?,
            None => as_postgres("sh"),
        };
        command.args(["-c", script, "sh"]).arg(self.programs.join("postgres")).arg(self.data());
        command.arg(self.port.to_string()).arg(self.folder.join("log")).arg(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        self.server = Some(command.spawn().context("the server does not start")?);
        self.wait_until_it_answers()
    }

    /// Waits until it takes connections.
    pub fn wait_until_it_answers(&self) -> anyhow::Result<()> {
        self.until("the server's answer", || self.sql("postgres", "SELECT 1").is_ok())
    }

    /// Ends it at once, as a crash would: `QUIT`; with `INT` connections are cut and all is written.
    pub fn stop(&mut self, signal: &str) -> anyhow::Result<()> {
        let mut server = self.server.take().context("the cluster does not run")?;
        let mut input = server.stdin.take().context("the shell has no input")?;
        writeln!(input, "{signal}")?;
        server.wait()?;
        Ok(())
    }

    /// Sends a signal to the server and to all of its processes, e.g. `STOP`: to the clients it hangs.
    pub fn signal_all(&self, signal: &str) -> anyhow::Result<()> {
        let main = output(as_postgres("cat").arg(self.folder.join("data/postmaster.pid")))?;
        let main = String::from_utf8(main.stdout)?;
        let main = main.lines().next().context("the server has no process")?.to_owned();
        let script = "kill -\"$1\" \"$2\" $(ps -o pid= --ppid \"$2\")";
        output(as_postgres("sh").args(["-c", script, "sh", signal, &main])).map(|_| ())
    }

    /// Sends a signal to the process of a standby that receives what the primary writes.
    pub fn signal_receiver(&self, signal: &str) -> anyhow::Result<()> {
        let receiver = self.sql("postgres", "SELECT pid FROM pg_stat_wal_receiver")?;
        ensure!(!receiver.is_empty(), "the standby receives nothing");
        output(as_postgres("kill").args([&format!("-{signal}"), &receiver])).map(|_| ())
    }

    /// Ends that process. The server takes it for a crash and starts all of its own anew; whoever promotes it meanwhile is
    /// not heard.
    pub fn end_receiver(&self) -> anyhow::Result<()> {
        let startup = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'";
        let before = self.sql("postgres", startup)?;
        self.signal_receiver("KILL")?;
        let is_anew = |now: String| !now.is_empty() && now != before;
        self.until("the standby without its receiver", || self.sql("postgres", startup).is_ok_and(is_anew))
    }

    /// Makes a standby the one that takes changes.
    pub fn promote(&self) -> anyhow::Result<()> {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "promote"])
    }

    /// Whether a standby has everything that `primary` has.
    pub fn wait_for(&self, primary: &Self) -> anyhow::Result<()> {
        let upto = primary.sql("postgres", "SELECT pg_current_wal_lsn()")?;
        let behind = format!("SELECT pg_last_wal_replay_lsn() >= '{upto}'");
        self.until("the standby", || self.sql("postgres", &behind).is_ok_and(|is_there| is_there == "t"))
    }

    fn until(&self, what: &str, done: impl Fn() -> bool) -> anyhow::Result<()> {
        let began = Instant::now();
        while !done() {
            if began.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("{what} did not come; the server's log:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// A new database; its name.
    pub fn database(&self) -> anyhow::Result<String> {
        let name = format!("radarr{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut place = "";
        if self.small_disk_mib.is_some() {
            let small = format!("CREATE TABLESPACE small LOCATION '{}'", self.small_disk().display());
            self.sql("postgres", &small)?;
            place = " TABLESPACE small";
        }
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0{place}"))?;
        Ok(name)
    }

    /// Leaves no room on the small disk.
    pub fn fill_disk(&self) -> anyhow::Result<()> {
        // The server writes until it can't: the error is what is wanted, and what it wrote stays.
        let filler = self.small_disk().join("filler");
        for chunk in [1_000_000, 1_000] {
            let fill = format!(
                "COPY (SELECT repeat('x', {chunk}) FROM generate_series(1, 100000)) TO '{}'",
                filler.with_extension(chunk.to_string()).display()
            );
            ensure!(self.sql("postgres", &fill).is_err(), "the disk has no end");
        }
        Ok(())
    }

    /// Gives the room back.
    pub fn clear_disk(&self) -> anyhow::Result<()> {
        for chunk in [1_000_000, 1_000] {
            let filler = self.small_disk().join("filler").with_extension(chunk.to_string());
            self.sql("postgres", &format!("COPY (SELECT 1 WHERE false) TO '{}'", filler.display()))?;
        }
        Ok(())
    }

    fn small_disk(&self) -> PathBuf {
        self.folder.join("small")
    }

    /// The URL of a database, over TCP.
    pub fn url(&self, database: &str) -> String {
        let tls = if self.tls {
            format!("sslmode=verify-full&sslrootcert={}", self.authority().display())
        } else {
            "sslmode=disable".to_owned()
        };
        let password = PASSWORD.replace(' ', "%20");
        format!("postgres://{USER}:{password}@localhost:{}/{database}?{tls}", self.port)
    }

    /// The certificate of the authority that signed the server's.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("ca.crt")
    }

    /// Where its socket and its data are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a statement gives: rows as lines, columns divided by `|`.
    pub fn sql(&self, database: &str, statement: &str) -> anyhow::Result<String> {
        let mut command = Command::new(self.programs.join("psql"));
        command
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-h"])
            .arg(&self.folder)
            .args(["-p", &self.port.to_string()]);
        command.args(["-U", USER, "-d", database, "-c", statement]);
        Ok(String::from_utf8(output(&mut command)?.stdout)?.trim().to_owned())
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
        output(as_postgres(self.programs.join(program)).args(arguments)).map(|_| ())
    }

    /// Files belong to the server's user.
    fn write(&self, path: &Path, text: &str) -> anyhow::Result<()> {
        self.pipe(&["sh", "-c", "umask 077; cat > \"$1\"", "sh"], path, text)
    }

    fn append(&self, path: &Path, text: &str) -> anyhow::Result<()> {
        self.pipe(&["sh", "-c", "cat >> \"$1\"", "sh"], path, text)
    }

    fn pipe(&self, program: &[&str], path: &Path, text: &str) -> anyhow::Result<()> {
        let (first, rest) = program.split_first().context("no program")?;
        let mut writing = as_postgres(first).args(rest).arg(path).stdin(Stdio::piped()).spawn()?;
        writing.stdin.take().context("no input")?.write_all(text.as_bytes())?;
        ensure!(writing.wait()?.success(), "{} can't be written", path.display());
        Ok(())
    }

    fn make_certificate(&self) -> anyhow::Result<()> {
        let script = "cd \"$1\" && chmod 755 . && umask 077 && \
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=test-ca \
            -keyout ca.key -out ca.crt && \
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
            -keyout data/server.key -out s.csr && \
            printf 'subjectAltName=DNS:localhost\\nbasicConstraints=critical,CA:FALSE\\n' > ext && \
            openssl x509 -req -in s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile ext \
            -out data/server.crt && chmod 644 ca.crt";
        let folder = self.folder.display().to_string();
        output(as_postgres("sh").args(["-c", script, "sh", &folder])).map(|_| ())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let ended = match self.server.take() {
            // Its input closes, and the shell removes the folder.
            Some(mut server) => {
                drop(server.stdin.take());
                server.wait().map(|_| ())
            }
            None => Ok(()),
        };
        let removed = as_postgres("rm").arg("-rf").arg(&self.folder).status();
        if ended.is_err() || removed.is_err() {
            drop(writeln!(std::io::stderr(), "{} could not be removed", self.folder.display()));
        }
    }
}

/// The newest version that is installed as Debian does.
fn programs() -> anyhow::Result<PathBuf> {
    let found = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders =
        found.map(|entry| entry.path().join("bin")).filter(|folder| folder.join("initdb").is_file());
    folders.max().context("PostgreSQL is not installed; on Debian: apt-get install postgresql")
}

/// PostgreSQL does not run as root.
fn as_postgres(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

/// A shell of the server's user that sees a small disk in that folder; nobody else does, and it goes with the shell.
fn with_disk(folder: &Path, mib: u32) -> anyhow::Result<Command> {
    ensure!(rustix::process::geteuid().is_root(), "a small disk needs root");
    output(as_postgres("mkdir").arg("-p").arg(folder))?;
    let script = "mount -t tmpfs -o \"size=$1m,mode=0777\" none \"$2\" && chown postgres \"$2\" && shift 2 && \
                  exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh", &mib.to_string()]).arg(folder);
    command.args(["runuser", "-u", "postgres", "--", "sh"]).current_dir("/");
    Ok(command)
}

fn output(command: &mut Command) -> anyhow::Result<Output> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}
