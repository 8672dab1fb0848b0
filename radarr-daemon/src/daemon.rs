//! The daemon's life: the order in which it starts, and the order in which it ends.
//!
//! Start: logs, metrics, the probes (which answer "not ready" from here on), the storage, what a new one holds, the
//! services outside, imports and jobs that the last end cut off, the library in memory, settings that files declare,
//! clients, the worker; ready.
//!
//! End: not ready, no new clients and calls, jobs handed back, the storage closed; the probes go last. It ends when it
//! is told to, or when the storage can't be brought back but by a new process.

use std::os::unix::net::UnixListener;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::FutureExt;
use radarr_proto::model::{JobKind, Role};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;
use tracing::{info, warn};

use crate::backup::Backups;
use crate::clock;
use crate::config::{self, Config, PublicPlain};
use crate::declared::Folder;
use crate::descriptors::connections;
use crate::flow::folder_work::recover_folders;
use crate::flow::import::{ImportContext, recover_imports};
use crate::flow::send::send_interrupted;
use crate::flow::{By, Flow};
use crate::group_view::GroupView;
use crate::http::{self, Guard, InfoSource, Readiness};
use crate::jobs::{JobQueue, Priority, Pulse, SCHEDULE, Schedule, Worker};
use crate::library_view::LibraryView;
use crate::net::Http;
use crate::outside::Outside;
use crate::presence;
use crate::queue_view::QueueView;
use crate::rpc::accept::{self, Accepting};
use crate::rpc::authorise::Doorkeeper;
use crate::rpc::call::Calls;
use crate::rpc::refused;
use crate::run_jobs;
use crate::scrape::{Rooms, Scrape};
use crate::security::places::Places;
use crate::security::tls::{Tls, TlsFiles};
use crate::service_manager;
use crate::settings;
use crate::status::Daemon;
use crate::storage::{self, SharedStore};
use crate::tasks::Tasks;
use crate::telemetry;
use crate::upkeep::{self, Remembered};

/// Jobs hand back what they do within five seconds; what is left of ten is for the storage and the probes.
const END_TASKS_MAX: Duration = Duration::from_secs(7);
const END_STORAGE_MAX: Duration = Duration::from_secs(2);
const END_PROBES_MAX: Duration = Duration::from_millis(300);
/// A thread that is in the middle of a system call to a disk that does not answer is not waited for.
const END_THREADS_MAX: Duration = Duration::from_millis(200);

/// Reading and waiting need no more; heavy work on files has threads of its own.
const RUNTIME_THREADS: usize = 2;
/// Threads for work on files; each that was used takes memory.
const BLOCKING_THREADS_MAX: usize = 16;

/// Runs the daemon until it is told to end. An error means that it could not start.
pub fn serve(config: &Config) -> anyhow::Result<()> {
    let socket = service_manager::take_socket()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(RUNTIME_THREADS)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .enable_all()
        .build()
        .context("the system gives no threads")?;
    let result = runtime.block_on(run(config, socket));
    runtime.shutdown_timeout(END_THREADS_MAX);
    result
}

async fn run(config: &Config, socket: Option<UnixListener>) -> anyhow::Result<()> {
    let began = Instant::now();
    let mut signals = Signals::listen()?;
    let _logs = telemetry::logs::start(config)?;
    info!(version = env!("CARGO_PKG_VERSION"), storage = %config.storage.path.display(), database = config.storage.is_database(), "starting");
    service_manager::starting();
    let tasks = Tasks::new();
    let probes = Probes::open(config).await?;
    let started = tokio::select! {
        started = start(config, &tasks, &probes, socket) => started,
        () = signals.wait() => {
            info!("told to end before the start was done");
            return Ok(());
        }
    };
    let started = match started {
        Ok(started) => started,
        Err(error) => {
            probes.tasks.stop(END_PROBES_MAX).await;
            return Err(error);
        }
    };
    probes.readiness.set_started();
    service_manager::ready();
    info!(milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX), "ready");
    let given_up = tokio::select! {
        () = signals.wait() => None,
        fault = upkeep::storage_gives_up(&started.store) => Some(fault),
    };
    end(&tasks, &probes, &started).await;
    // Whatever started the daemon starts it again: a fresh process is what brings the storage back.
    given_up.map_or(Ok(()), |fault| Err(fault.into()))
}

/// What has to be ended again.
struct Started {
    store: SharedStore,
    /// The name of this daemon in leases.
    daemon: String,
}

/// Everything between the probes and the word "ready".
async fn start(
    config: &Config,
    tasks: &Tasks,
    probes: &Probes,
    socket: Option<UnixListener>,
) -> anyhow::Result<Started> {
    let store = storage::open(&config.storage, None).await?;
    let now = clock::now();
    if settings::seed(&store, now).await? {
        info!("a new storage; the usual profiles are in it");
    }
    let http = Http::new()?;
    let outside = Outside::new(Arc::clone(&store), config, http, probes.daemon.started_at)?;
    let queue = JobQueue::new(Arc::clone(&store), &uuid::Uuid::now_v7().to_string());
    presence::beat(&store, queue.owner(), outside.keeper().keys().fingerprints(), now).await?;
    outside.keeper().agrees_with_others(&store, queue.owner(), now).await?;
    let context = ImportContext {
        store: Arc::clone(&store),
        now: clock::now,
        by: By::system(),
        ffprobe: config.media.ffprobe.clone(),
        daemon: queue.owner().to_owned(),
    };
    recover_imports(&context).await?;
    // Where others share the storage, a job that is at work may be theirs: its lease tells.
    let reclaimed = if store.is_shared() { 0 } else { queue.reclaim_all(now).await? };
    if reclaimed > 0 {
        info!(reclaimed, "jobs that the last end cut off go on");
    }
    let (library, grabs, groups) = tokio::try_join!(
        LibraryView::build(Arc::clone(&store)),
        QueueView::build(Arc::clone(&store)),
        GroupView::build(Arc::clone(&store))
    )?;
    let flow = Flow {
        store: Arc::clone(&store),
        library: Arc::new(library),
        grabs: Arc::new(grabs),
        groups: Arc::new(groups),
        formats: Arc::default(),
        queue,
        outside: Arc::new(outside),
        clock: clock::now,
    };
    recover_folders(&flow).await?;
    send_interrupted(&flow).await?;
    tasks.spawn_until_stop("library view", Arc::clone(&flow.library).follow());
    tasks.spawn_until_stop("group view", Arc::clone(&flow.groups).follow());
    let doorkeeper = Arc::clone(&probes.doorkeeper);
    let remembered = Arc::new(Remembered::read(&store, config).await?);
    if let Some(dir) = config.settings.dir.clone() {
        let mut folder = Folder::new(flow.clone(), dir);
        folder.first_look().await;
        tasks.spawn_until_stop("folder of settings", folder.watch());
    }
    upkeep::start(tasks, &flow, &doorkeeper, &remembered, &probes.readiness).await?;
    let interval = Arc::new(move |kind: &_| remembered.interval(kind));
    let schedule = Schedule::new(flow.queue.clone(), SCHEDULE, interval);
    listen(config, tasks, probes, &flow, schedule.clone(), socket).await?;
    let pulse = start_worker(config, tasks, &flow, schedule);
    let telling = service_manager::keep_telling(store.clone(), pulse, Arc::clone(&probes.readiness));
    tasks.spawn_until_stop("service manager", telling);
    // From here on `/info` knows the counts.
    let daemon = flow.queue.owner().to_owned();
    if probes.flow.set(flow).is_err() {
        warn!("the daemon was started twice");
    }
    Ok(Started { store, daemon })
}

async fn listen(
    config: &Config,
    tasks: &Tasks,
    probes: &Probes,
    flow: &Flow,
    schedule: Schedule,
    socket: Option<UnixListener>,
) -> anyhow::Result<()> {
    let doorkeeper = Arc::clone(&probes.doorkeeper);
    let calls = Arc::new(Calls {
        flow: flow.clone(),
        daemon: Arc::clone(&probes.daemon),
        doorkeeper: Arc::clone(&doorkeeper),
        backups: Arc::new(Backups::of(config)),
        schedule,
        events: Arc::default(),
        tasks: tasks.clone(),
    });
    let rpc = &config.rpc;
    let accepting = Accepting::new(rpc, doorkeeper, calls, tasks.clone());
    let tls = TlsFiles::of_rpc(rpc).map(Tls::open).transpose()?;
    if !rpc.tcp.is_empty() {
        accept::listen_tcp(accepting.clone(), &rpc.tcp, tls.clone()).await?;
    }
    match socket {
        Some(socket) => accept::serve_handed(accepting, socket)?,
        None if rpc.unix.is_empty() => {}
        None => accept::listen_unix(accepting, rpc.unix.as_ref()).await?,
    }
    tasks.spawn_until_stop("what was refused", refused::tell(flow.clone(), Arc::clone(&probes.doorkeeper)));
    for tls in [tls, probes.tls.clone()].into_iter().flatten() {
        let flow = flow.clone();
        tasks.spawn_until_stop("certificates", tls.follow(async move || check_health(&flow).await));
    }
    Ok(())
}

/// New certificates show on the health page at once, the bad ones above all.
async fn check_health(flow: &Flow) {
    let now = flow.now();
    let queued = flow.queue.enqueue(JobKind::CheckHealth, Priority::Story, now, "system", now).await;
    if let Err(error) = queued {
        warn!(%error, "the health page will show the new certificates a little later");
    }
}

fn start_worker(config: &Config, tasks: &Tasks, flow: &Flow, schedule: Schedule) -> Pulse {
    let pulse = Pulse::default();
    let worker = Worker {
        queue: flow.queue.clone(),
        schedule,
        handler: run_jobs::handler(flow.clone(), config),
        at_once: config.jobs.workers,
        clock: clock::now,
        pulse: pulse.clone(),
    };
    tasks.spawn("worker", worker.run(tasks.stopping()));
    pulse
}

async fn end(tasks: &Tasks, probes: &Probes, started: &Started) {
    info!("ending");
    service_manager::ending();
    probes.readiness.set_draining();
    tasks.stop(END_TASKS_MAX).await;
    let leave_and_close = async {
        if let Err(error) = presence::leave(&started.store, &started.daemon, clock::now()).await {
            warn!(%error, "the other daemons will notice the end of this one a little later");
        }
        started.store.close().await;
    };
    if tokio::time::timeout(END_STORAGE_MAX, leave_and_close).await.is_err() {
        warn!("the storage did not close in time; what was acknowledged is on disk all the same");
    }
    info!("ended");
    probes.tasks.stop(END_PROBES_MAX).await;
}

/// The HTTP ports: open before everything else, closed after it.
struct Probes {
    tasks: Tasks,
    readiness: Arc<Readiness>,
    doorkeeper: Arc<Doorkeeper>,
    tls: Option<Arc<Tls>>,
    daemon: Arc<Daemon>,
    flow: Arc<OnceLock<Flow>>,
}

impl Probes {
    async fn open(config: &Config) -> anyhow::Result<Self> {
        let metrics = telemetry::metrics::start()?;
        let probes = Self {
            tasks: Tasks::new(),
            readiness: Arc::default(),
            doorkeeper: Arc::new(Doorkeeper::new(config.security.calls_per_second)),
            tls: TlsFiles::of_http(&config.http).map(Tls::open).transpose()?,
            daemon: Arc::new(Daemon { started_at: clock::now(), config_text: config::to_toml(config) }),
            flow: Arc::default(),
        };
        let most = connections("http.max_connections", config.http.max_connections, 1);
        let door = |key, address: &str, tls| http::Door {
            key,
            address: address.to_owned(),
            tls,
            // One address can't keep all others out, such as the probes of a cluster.
            places: Places::new(most, most.div_ceil(2)),
            refusals: Arc::new(Semaphore::new(http::REFUSALS_MAX)),
        };
        if !config.http.listen.is_empty() {
            let guard = probes.guard(probes.tls.is_some() || config.http.public_plain == PublicPlain::All);
            let router = http::probe_router(Arc::clone(&probes.readiness), probes.info(), guard);
            let door = door("http.listen", &config.http.listen, probes.tls.clone());
            http::listen(&probes.tasks, door, router).await?;
        }
        if let Ok(address) = config.metrics.listen.parse() {
            let scrape = Scrape {
                counted: metrics.clone(),
                readiness: Arc::clone(&probes.readiness),
                started_at: probes.daemon.started_at,
                flow: Arc::clone(&probes.flow),
                rooms: Rooms::default(),
            };
            // The loopback is this machine's own, and "open" is the operator's word.
            let guarded = config::is_public(address) && !config.metrics.open;
            let (readiness, guard) = (Arc::clone(&probes.readiness), guarded.then(|| probes.guard(true)));
            let router = http::metrics_router(Arc::new(scrape), readiness, guard);
            let tls = probes.tls.clone().filter(|_| guarded);
            http::listen(&probes.tasks, door("metrics.listen", &config.metrics.listen, tls), router).await?;
        }
        probes.tasks.spawn_until_stop("metrics upkeep", upkeep::metrics(metrics));
        Ok(probes)
    }

    fn guard(&self, plain_from_afar: bool) -> Guard {
        let (doorkeeper, readiness) = (Arc::clone(&self.doorkeeper), Arc::clone(&self.readiness));
        Guard::new(doorkeeper, readiness, Role::Viewer, plain_from_afar)
    }

    fn info(&self) -> InfoSource {
        let (daemon, flow) = (Arc::clone(&self.daemon), Arc::clone(&self.flow));
        Arc::new(move || {
            let (daemon, flow) = (Arc::clone(&daemon), Arc::clone(&flow));
            async move {
                let known = match flow.get() {
                    Some(flow) => daemon.status(flow).await.ok(),
                    None => None,
                };
                known.unwrap_or_else(|| daemon.before_it_is_ready())
            }
            .boxed()
        })
    }
}

/// What tells the daemon to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("the system gives no signals")?,
            interrupt: signal(SignalKind::interrupt()).context("the system gives no signals")?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
