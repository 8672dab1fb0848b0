//! A peer that has everything: it answers who asks (BEP 3), and asks nobody. Its speed can be changed while it runs,
//! so that a download takes as long as a test or a person needs to see it.

use std::net::{SocketAddr, SocketAddrV4};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use radarr_daemon::tasks::Tasks;
use radarr_proto::model::InfoHash;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::torrent::{PIECE_BYTES, Torrent};
use super::world::World;

const PROTOCOL: &[u8; 20] = b"\x13BitTorrent protocol";
const PEER_ID: &[u8; 20] = b"-RS0001-seederseeder";
/// The largest message that is read: a bitfield of a torrent with 100,000 pieces.
const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Peers ask for 16 KiB; the largest block that any client asks for.
const BLOCK_BYTES_MAX: usize = PIECE_BYTES;
/// A peer that says nothing for so long is gone; keep-alives come every two minutes.
const SILENCE_MAX: Duration = Duration::from_mins(5);

/// How late a block may be and still count as sent in time: sleeps end some milliseconds late.
const LATE_MAX: Duration = Duration::from_millis(100);

/// Message numbers of BEP 3.
mod message {
    pub(super) const UNCHOKE: u8 = 1;
    pub(super) const INTERESTED: u8 = 2;
    pub(super) const BITFIELD: u8 = 5;
    pub(super) const REQUEST: u8 = 6;
    pub(super) const PIECE: u8 = 7;
}

/// Hands out bytes at a rate: each taker waits until its bytes are due.
#[derive(Debug)]
pub(super) struct Throttle {
    /// Bytes in a second; 0 = as fast as it goes.
    rate: AtomicU64,
    due: Mutex<Instant>,
}

impl Throttle {
    pub(super) fn new(bytes_per_second: u64) -> Self {
        Self { rate: AtomicU64::new(bytes_per_second), due: Mutex::new(Instant::now()) }
    }

    pub(super) async fn take(&self, bytes: usize) {
        let rate = self.rate.load(Ordering::Relaxed);
        if rate == 0 {
            return;
        }
        let takes = Duration::from_micros(bytes as u64 * 1_000_000 / rate);
        let wait = {
            let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            // What a sleep took too long is made good.
            *due = (*due).max(now.checked_sub(LATE_MAX).unwrap_or(now)) + takes;
            due.saturating_duration_since(now)
        };
        tokio::time::sleep(wait).await;
    }
}

/// A seeder that runs.
#[derive(Debug)]
pub struct Seeder {
    /// Where.
    pub address: SocketAddrV4,
    world: Arc<World>,
    throttle: Arc<Throttle>,
    sent: Arc<AtomicU64>,
    tasks: Tasks,
}

impl Seeder {
    /// Starts it with this speed, in bytes in a second for all peers together; 0 = as fast as it goes.
    pub async fn start(world: Arc<World>, listen: SocketAddr, bytes_per_second: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("the seeder can't listen at {listen}"))?;
        let SocketAddr::V4(address) = listener.local_addr()? else {
            bail!("the seeder speaks IPv4 only, and is told to listen on {listen}");
        };
        let tasks = Tasks::new();
        let throttle = Arc::new(Throttle::new(bytes_per_second));
        let sent = Arc::new(AtomicU64::new(0));
        let seeder = Self {
            address,
            world: Arc::clone(&world),
            throttle: Arc::clone(&throttle),
            sent: Arc::clone(&sent),
            tasks: tasks.clone(),
        };
        let for_peers = tasks.clone();
        tasks.spawn_until_stop("seeder", async move {
            while let Ok((peer, _)) = listener.accept().await {
                let (world, throttle, sent) = (Arc::clone(&world), Arc::clone(&throttle), Arc::clone(&sent));
                // How a peer leaves is its own affair.
                for_peers.spawn_until_stop("peer", async move {
                    drop(serve(peer, &world, &throttle, &sent).await);
                });
            }
        });
        Ok(seeder)
    }

    /// From now on this many bytes in a second; 0 = as fast as it goes.
    pub fn set_speed(&self, bytes_per_second: u64) {
        self.throttle.rate.store(bytes_per_second, Ordering::Relaxed);
        *self.throttle.due.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Bytes of pieces that went out.
    pub fn sent_bytes(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// What it has.
    pub(super) fn world(&self) -> Arc<World> {
        Arc::clone(&self.world)
    }

    /// What limits its speed.
    pub(super) fn throttle(&self) -> Arc<Throttle> {
        Arc::clone(&self.throttle)
    }
}

impl Drop for Seeder {
    fn drop(&mut self) {
        self.tasks.stopping().cancel();
    }
}

async fn serve(
    mut peer: TcpStream,
    world: &World,
    throttle: &Throttle,
    sent: &AtomicU64,
) -> anyhow::Result<()> {
    peer.set_nodelay(true)?;
    let mut hello = [0; 68];
    tokio::time::timeout(SILENCE_MAX, peer.read_exact(&mut hello)).await??;
    let (protocol, rest) = hello.split_at(20);
    if protocol != PROTOCOL {
        bail!("not the plain protocol");
    }
    let hash = rest.get(8..28).and_then(|bytes| <[u8; 20]>::try_from(bytes).ok()).map(InfoHash);
    let torrent =
        hash.and_then(|hash| world.torrents.get(&hash)).filter(|torrent| torrent.content.can_be_read());
    let torrent = torrent.context("no such torrent")?;
    let mut answer = PROTOCOL.to_vec();
    answer.extend([0; 8]);
    answer.extend(torrent.info_hash.0);
    answer.extend(PEER_ID);
    answer.extend(written(message::BITFIELD, &all_pieces(torrent)));
    peer.write_all(&answer).await?;
    loop {
        let length = tokio::time::timeout(SILENCE_MAX, peer.read_u32()).await??;
        let length = usize::try_from(length)?;
        if length > MESSAGE_BYTES_MAX {
            bail!("a message of {length} bytes");
        }
        let mut body = vec![0; length];
        peer.read_exact(&mut body).await?;
        match body.split_first() {
            Some((&message::INTERESTED, _)) => peer.write_all(&written(message::UNCHOKE, &[])).await?,
            Some((&message::REQUEST, request)) => {
                let block = block(torrent, request)?;
                throttle.take(block.len()).await;
                sent.fetch_add(block.len() as u64, Ordering::Relaxed);
                peer.write_all(&written(message::PIECE, &block)).await?;
            }
            // A keep-alive, or what a peer that has everything need not know.
            Some(_) | None => {}
        }
    }
}

fn written(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 1).unwrap_or(u32::MAX);
    let mut message = length.to_be_bytes().to_vec();
    message.push(number);
    message.extend_from_slice(body);
    message
}

/// One bit for each piece, from the highest bit of the first byte on; what is left of the last byte is zero.
fn all_pieces(torrent: &Torrent) -> Vec<u8> {
    let pieces = usize::try_from(torrent.content.piece_count()).unwrap_or(0);
    let mut bits = vec![0xff; pieces.div_ceil(8)];
    let spare = bits.len() * 8 - pieces;
    if let Some(last) = bits.last_mut() {
        *last <<= spare;
    }
    bits
}

/// Piece number, place in it, and its bytes.
fn block(torrent: &Torrent, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    let number =
        |at: usize| request.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
    let (Some(piece), Some(begin), Some(length)) = (number(0), number(4), number(8)) else {
        bail!("half a request");
    };
    let length = usize::try_from(length)?;
    if length > BLOCK_BYTES_MAX {
        bail!("a block of {length} bytes");
    }
    let at = u64::from(piece) * PIECE_BYTES as u64 + u64::from(begin);
    let bytes = torrent.content.read(at, length);
    if bytes.len() != length {
        bail!("a block behind the end");
    }
    let head = request.get(..8).unwrap_or_default();
    Ok([head, &bytes].concat())
}
