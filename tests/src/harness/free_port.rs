//! Ports for programs that have to be told one.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

/// A port of loopback that nobody listens on. The system does not hand it out again soon.
pub fn free_port() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
