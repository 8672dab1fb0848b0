//! The ports and the socket: free, or our daemon's own.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::line::Line;
use crate::config::Config;
use crate::files::check_writable;

const PORT: &str = "port";

/// All of them. `runs` tells whether our daemon answers at its socket. Blocks.
pub(super) fn ports(config: &Config, runs: bool) -> Vec<Line> {
    let listens = [
        ("http.listen", &config.http.listen),
        ("metrics.listen", &config.metrics.listen),
        ("rpc.tcp", &config.rpc.tcp),
    ];
    let mut lines: Vec<Line> = listens
        .into_iter()
        .filter(|(_, listen)| !listen.is_empty())
        .map(|(key, listen)| port(key, listen, runs))
        .collect();
    if !config.rpc.unix.is_empty() {
        lines.push(socket(Path::new(&config.rpc.unix)));
    }
    lines
}

fn port(key: &str, listen: &str, runs: bool) -> Line {
    let Ok(address) = listen.parse::<SocketAddr>() else {
        return Line::problem(
            PORT,
            format!("{key} = {listen} is no address and port"),
            "write it as 127.0.0.1:7878",
        );
    };
    match TcpListener::bind(address) {
        Ok(_) if runs => Line::warning(
            PORT,
            format!("{key} = {listen} is free, though a daemon runs"),
            "the daemon that runs has another configuration: name its file with --config",
        ),
        Ok(_) => Line::ok(PORT, format!("{key} = {listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && runs => {
            Line::ok(PORT, format!("{key} = {listen} is in use, by the daemon as it seems"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Line::problem(
            PORT,
            format!("{key} = {listen} is taken by another program, and the daemon could not start"),
            format!(
                "see which one: ss -ltnp 'sport = :{}'; end it, or set {key} to another port",
                address.port()
            ),
        ),
        Err(error) => Line::problem(
            PORT,
            format!("{key} = {listen} can't be opened: {error}"),
            "use an address of this machine, and a port above 1023",
        ),
    }
}

fn socket(path: &Path) -> Line {
    let shown = format!("rpc.unix = {}", path.display());
    match UnixStream::connect(path) {
        Ok(_) => Line::ok(PORT, format!("{shown}: a daemon listens there")),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Line::problem(
            PORT,
            format!("{shown} may not be used by this user"),
            "ask as the daemon's own user, or as root",
        ),
        Err(_) => match path.parent().map(check_writable) {
            Some(Err(error)) => Line::problem(
                PORT,
                format!("{shown} can't be made: {error}"),
                "make its folder and give it to the daemon's user",
            ),
            Some(Ok(())) | None => Line::ok(PORT, format!("{shown}: no daemon listens there at the moment")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::State;
    use super::*;

    #[test]
    fn a_port_is_free_ours_or_somebody_elses() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        assert_eq!(port("k", &address, false).state, State::Problem);
        assert_eq!(port("k", &address, true).state, State::Ok);
        drop(taken);
        assert_eq!(port("k", &address, false).state, State::Ok);
        assert_eq!(port("k", "nonsense", false).state, State::Problem);
    }
}
