//! A server on loopback that ends when its handle is dropped.

use std::net::SocketAddr;

use anyhow::Context;
use axum::Router;
use radarr_daemon::tasks::Tasks;
use tokio::net::TcpListener;

/// Any free port of loopback.
pub const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A server that runs.
#[derive(Debug)]
pub struct Served {
    /// Where.
    pub address: SocketAddr,
    tasks: Tasks,
}

impl Served {
    /// Listens there and serves.
    pub async fn start(name: &'static str, listen: SocketAddr, router: Router) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("{name} can't listen at {listen}"))?;
        let address = listener.local_addr()?;
        let tasks = Tasks::new();
        tasks.spawn_until_stop(name, async move {
            // It ends with the task; an error of one connection does not end it.
            drop(axum::serve(listener, router).await);
        });
        Ok(Self { address, tasks })
    }

    /// Its address, without path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.tasks.stopping().cancel();
    }
}
