//! A way to a server over which what is sent takes as long as a test wants.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use radarr_daemon::tasks::Tasks;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What is passed on at once; a statement of ours fits.
const PART_BYTES: usize = 64 * 1024;

/// A port that leads to another one. It ends with its handle.
#[derive(Debug)]
pub struct SlowWay {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    delay_ms: Arc<AtomicU64>,
    tasks: Tasks,
}

impl SlowWay {
    /// Leads to `target` on 127.0.0.1, at first without a delay.
    pub async fn start(target: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let delay_ms = Arc::new(AtomicU64::new(0));
        let tasks = Tasks::new();
        let delay = Arc::clone(&delay_ms);
        tasks.spawn_until_stop("slow way", async move {
            let mut ways = JoinSet::new();
            while let Ok((here, _)) = listener.accept().await {
                let delay = Arc::clone(&delay);
                // A connection that breaks is the caller's to notice.
                ways.spawn(async move { drop(lead(here, target, &delay).await) });
                while ways.try_join_next().is_some() {}
            }
        });
        Ok(Self { port, delay_ms, tasks })
    }

    /// From now on each part that is sent to the server takes that long.
    pub fn delay(&self, delay: Duration) {
        self.delay_ms.store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::Release);
    }
}

impl Drop for SlowWay {
    fn drop(&mut self) {
        self.tasks.stopping().cancel();
    }
}

async fn lead(here: TcpStream, target: u16, delay_ms: &AtomicU64) -> std::io::Result<()> {
    let there = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await?;
    here.set_nodelay(true)?;
    there.set_nodelay(true)?;
    let (mut from_here, mut to_here) = here.into_split();
    let (mut from_there, mut to_there) = there.into_split();
    let forth = async {
        let mut part = vec![0; PART_BYTES];
        loop {
            let len = from_here.read(&mut part).await?;
            if len == 0 {
                return Ok(());
            }
            wait(Duration::from_millis(delay_ms.load(Ordering::Acquire))).await;
            to_there.write_all(part.get(..len).unwrap_or_default()).await?;
        }
    };
    let back = tokio::io::copy(&mut from_there, &mut to_here);
    tokio::select! {
        ended = forth => ended,
        ended = back => ended.map(|_| ()),
    }
}

async fn wait(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}
