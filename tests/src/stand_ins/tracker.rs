//! A BitTorrent tracker over HTTP (BEP 3, compact answers by BEP 23) for the torrents of the world: it names the
//! seeder for what somebody has, and every peer that announced itself before.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use radarr_proto::model::InfoHash;

use super::gate::{Flavour, Gate};
use super::serve::Served;
use super::torrent::bencode::Value;
use super::world::World;

/// Seconds until a peer is to ask again. Short, so that a peer that started before the seeder finds it.
const INTERVAL_SECONDS: i64 = 30;
/// Peers that are named at most.
const PEERS_MAX: usize = 50;

/// An announcement, as a test looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Which torrent.
    pub info_hash: InfoHash,
    /// `started`, `completed`, `stopped`, or empty.
    pub event: String,
    /// Bytes that the peer still wants.
    pub left: u64,
}

/// A tracker that runs.
#[derive(Debug)]
pub struct Tracker {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    inner: Arc<Inner>,
    served: Served,
}

#[derive(Debug)]
struct Inner {
    world: Arc<World>,
    seeder: SocketAddrV4,
    announced: Mutex<Vec<Announced>>,
    /// Other peers of each torrent, and what each still wants.
    peers: Mutex<HashMap<InfoHash, BTreeMap<SocketAddrV4, u64>>>,
}

impl Tracker {
    /// Starts it; it names the seeder at that address.
    pub async fn start(world: Arc<World>, listen: SocketAddr, seeder: SocketAddrV4) -> anyhow::Result<Self> {
        let gate = Gate::new(Flavour::Hdbits, &[]);
        let inner = Arc::new(Inner { world, seeder, announced: Mutex::default(), peers: Mutex::default() });
        let routes = Router::new().route("/announce.php", get(announce)).with_state(Arc::clone(&inner));
        let served = Served::start("tracker", listen, gate.before(routes)).await?;
        Ok(Self { gate, inner, served })
    }

    /// Where peers announce themselves.
    pub fn announce_url(&self) -> String {
        format!("{}/announce.php", self.served.url())
    }

    /// What was announced of a torrent, oldest first.
    pub fn announced(&self, info_hash: InfoHash) -> Vec<Announced> {
        let all = self.inner.announced.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().filter(|announced| announced.info_hash == info_hash).cloned().collect()
    }
}

fn failure(reason: &str) -> Response {
    answer(&Value::dictionary([("failure reason", Value::text(reason))]))
}

fn answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "text/plain")], value.written()).into_response()
}

/// The parameters as bytes: a hash is no text.
fn parameters(query: &str) -> HashMap<&str, Vec<u8>> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name, percent_decoded(value))).collect()
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::new();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match byte {
            b'%' => {
                if let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) {
                    decoded.push(u8::try_from(high * 16 + low).unwrap_or(0));
                }
            }
            other => decoded.push(other),
        }
    }
    decoded
}

async fn announce(State(inner): State<Arc<Inner>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let parameters = parameters(&query);
    let text = |name: &str| parameters.get(name).map(|value| String::from_utf8_lossy(value).into_owned());
    let number = |name: &str| text(name).and_then(|value| value.parse::<u64>().ok());
    let hash = parameters.get("info_hash").and_then(|bytes| <[u8; 20]>::try_from(bytes.as_slice()).ok());
    let (Some(hash), Some(port)) =
        (hash.map(InfoHash), number("port").and_then(|port| u16::try_from(port).ok()))
    else {
        return failure("info_hash or port is missing");
    };
    let Some(torrent) = inner.world.torrents.get(&hash) else {
        return failure("unregistered torrent");
    };
    let left = number("left").unwrap_or(0);
    let event = text("event").unwrap_or_default();
    let asking = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    let mut peers: Vec<SocketAddrV4> = Vec::new();
    let (mut complete, mut incomplete) = (0, 0);
    if torrent.content.can_be_read() {
        peers.push(inner.seeder);
        complete += 1;
    }
    {
        let mut all = inner.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let of_torrent = all.entry(hash).or_default();
        if event == "stopped" {
            of_torrent.remove(&asking);
        } else {
            of_torrent.insert(asking, left);
        }
        complete += of_torrent.values().filter(|left| **left == 0).count();
        incomplete += of_torrent.values().filter(|left| **left > 0).count();
        peers.extend(of_torrent.keys().filter(|peer| **peer != asking));
    }
    inner.announced.lock().unwrap_or_else(PoisonError::into_inner).push(Announced {
        info_hash: hash,
        event,
        left,
    });
    let compact = peers.iter().take(PEERS_MAX).flat_map(|peer| {
        let (ip, port) = (peer.ip().octets(), peer.port().to_be_bytes());
        ip.into_iter().chain(port)
    });
    answer(&Value::dictionary([
        ("interval", Value::Integer(INTERVAL_SECONDS)),
        ("complete", Value::size(complete as u64)),
        ("incomplete", Value::size(incomplete as u64)),
        ("peers", Value::Bytes(compact.collect())),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_bytes() {
        let parameters = parameters("info_hash=%00%ffA%7e&port=80&left=5");
        assert_eq!(parameters.get("info_hash").unwrap(), &[0, 255, b'A', b'~']);
        assert_eq!(parameters.get("port").unwrap(), b"80");
        assert_eq!(percent_decoded("%zz%4"), b"");
    }
}
