//! Ports for programs that have to be told one.

use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below 32768, where Linux begins to give ports to connections that go out: one of these could have the port before
/// the program that is told it.
const FIRST: u16 = 15_000;
const COUNT: u16 = 17_000;

/// How many were looked at: none is given twice before all were.
static LOOKED_AT: AtomicU16 = AtomicU16::new(0);

/// A port of loopback that nobody listens on.
pub fn free_port() -> std::io::Result<SocketAddr> {
    // Each process begins elsewhere, so that two of them do not give out the same.
    let begin = std::process::id().wrapping_mul(7919) % u32::from(COUNT);
    for _ in 0..COUNT {
        let step = u32::from(LOOKED_AT.fetch_add(1, Ordering::Relaxed));
        let port = (begin + step) % u32::from(COUNT) + u32::from(FIRST);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).map_err(Error::other)?));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err(Error::new(ErrorKind::AddrInUse, format!("{COUNT} ports from {FIRST} on are all taken")))
}
