//! Addresses that are reachable from outside: they need TLS and a token, unless the operator says otherwise by name.

use std::net::SocketAddr;

use super::{Config, PublicPlain};

/// Whether the listeners may be opened as they are set; the error says what to set.
pub(super) fn check(config: &Config) -> Result<(), String> {
    let (http, metrics, rpc) = (&config.http, &config.metrics, &config.rpc);
    for (section, certificate, key) in
        [("http", &http.tls_cert, &http.tls_key), ("rpc", &rpc.tls_cert, &rpc.tls_key)]
    {
        if certificate.is_some() != key.is_some() {
            return Err(format!(
                "{section}.tls_cert and {section}.tls_key belong together: set both or none"
            ));
        }
    }
    if rpc.client_ca.is_some() && rpc.tls_cert.is_none() {
        return Err("rpc.client_ca needs TLS: set rpc.tls_cert and rpc.tls_key as well".to_owned());
    }
    clash(&[("http.listen", &http.listen), ("metrics.listen", &metrics.listen), ("rpc.tcp", &rpc.tcp)])?;
    let outside = |key: &str, value: &str| match value {
        "" => Ok(false),
        _ => value
            .parse()
            .map(is_public)
            .map_err(|_| format!("{key} = {value:?} is no address and port, such as 127.0.0.1:7878")),
    };
    if outside("http.listen", &http.listen)?
        && http.tls_cert.is_none()
        && http.public_plain == PublicPlain::Refuse
    {
        return Err(format!(
            "http.listen = {} is reachable from outside, so it needs TLS: set http.tls_cert and http.tls_key, or \
             listen on 127.0.0.1; http.public_plain = \"probes\" answers the probes without TLS and nothing else",
            http.listen
        ));
    }
    if outside("metrics.listen", &metrics.listen)? && !metrics.open && http.tls_cert.is_none() {
        return Err(format!(
            "metrics.listen = {} is reachable from outside, so it needs TLS and a token: set http.tls_cert and \
             http.tls_key, or listen on 127.0.0.1; metrics.open = true shows the page to everybody who gets there",
            metrics.listen
        ));
    }
    if outside("rpc.tcp", &rpc.tcp)? && rpc.tls_cert.is_none() && !rpc.public_plain {
        return Err(format!(
            "rpc.tcp = {} is reachable from outside, so it needs TLS: set rpc.tls_cert and rpc.tls_key, or listen \
             on 127.0.0.1; rpc.public_plain = true lets tokens travel in the clear, as inside a VPN",
            rpc.tcp
        ));
    }
    Ok(())
}

/// Two listeners can't have one port.
fn clash(listeners: &[(&str, &String)]) -> Result<(), String> {
    let mut before: Vec<(&str, SocketAddr)> = Vec::new();
    for (key, value) in listeners {
        let Ok(address) = value.parse::<SocketAddr>() else { continue };
        let is_one = |other: &SocketAddr| {
            let (here, there) = (address.ip(), other.ip());
            let any = here.is_unspecified() || there.is_unspecified();
            address.port() == other.port()
                && address.port() != 0
                && here.is_ipv4() == there.is_ipv4()
                && (here == there || any)
        };
        if let Some((other, taken)) = before.iter().find(|(_, other)| is_one(other)) {
            return Err(format!(
                "{other} = {taken} and {key} = {address} are one port: set one of them to another"
            ));
        }
        before.push((key, address));
    }
    Ok(())
}

/// Whether others than this machine reach the address.
pub fn is_public(address: SocketAddr) -> bool {
    !address.ip().to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reachable_from_outside_needs_tls_or_a_word_of_the_operator() {
        let certificate = ["http.tls_cert=/c", "http.tls_key=/k", "rpc.tls_cert=/c", "rpc.tls_key=/k"];
        let table: [(&[&str], Option<&str>); 20] = [
            (&[], None),
            (&["http.listen=", "metrics.listen=", "rpc.tcp="], None),
            (&["http.listen=0.0.0.0:1"], Some("http.tls_cert")),
            (&["http.listen=[::]:1"], Some("http.public_plain")),
            (&["http.listen=192.168.1.2:1"], Some("http.public_plain")),
            (&["http.listen=[::ffff:127.0.0.1]:1"], None),
            (&["http.listen=0.0.0.0:1", "http.public_plain=probes"], None),
            (&["http.listen=0.0.0.0:1", "http.public_plain=all"], None),
            (&["metrics.listen=0.0.0.0:1"], Some("metrics.open")),
            (&["metrics.listen=0.0.0.0:1", "http.public_plain=all"], Some("metrics.open")),
            (&["metrics.listen=0.0.0.0:1", "metrics.open=true"], None),
            (&["rpc.tcp=0.0.0.0:1"], Some("rpc.tls_cert")),
            (&["rpc.tcp=127.0.0.1:1"], None),
            (&["rpc.tcp=0.0.0.0:1", "rpc.public_plain=true"], None),
            (&["http.listen=127.0.0.1:8080"], Some("http.listen = 127.0.0.1:8080 and metrics.listen")),
            (&["rpc.tcp=0.0.0.0:7878", "rpc.public_plain=true"], Some("are one port")),
            (&["http.listen=127.0.0.1:0", "metrics.listen=127.0.0.1:0"], None),
            (&["http.listen=[::1]:8080"], None),
            (&["rpc.tcp=here"], Some("no address")),
            (&["rpc.client_ca=/ca"], Some("rpc.client_ca needs TLS")),
        ];
        for (set, wanted) in table {
            let answer = check(&with(set));
            match wanted {
                None => assert_eq!(answer, Ok(()), "{set:?}"),
                Some(word) => {
                    assert!(answer.as_ref().is_err_and(|text| text.contains(word)), "{set:?}: {answer:?}");
                }
            }
        }
        let public = ["http.listen=0.0.0.0:1", "metrics.listen=0.0.0.0:2", "rpc.tcp=0.0.0.0:3"];
        assert_eq!(check(&with(&[&certificate[..], &public].concat())), Ok(()));
        assert!(check(&with(&certificate[..1])).unwrap_err().contains("belong together"));
    }

    fn with(set: &[&str]) -> Config {
        let mut tree = serde_json::to_value(Config::default()).unwrap();
        for pair in set {
            let (key, value) = pair.split_once('=').unwrap();
            let (section, field) = key.split_once('.').unwrap();
            tree[section][field] = match value {
                "true" => true.into(),
                text => text.into(),
            };
        }
        serde_json::from_value(tree).unwrap()
    }
}
