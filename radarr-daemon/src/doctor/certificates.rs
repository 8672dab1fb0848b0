//! The certificate that clients see: its chain, its names, how long it lasts, whether its key fits and is kept.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::line::Line;
use crate::config::Config;
use crate::security::certificate;
use crate::security::tls::misfit;

const CERTIFICATE: &str = "certificate";
/// Enough to renew it without haste.
const LASTS_MIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// All that the configuration names. Blocks.
pub(super) fn certificates(config: &Config, now: Timestamp) -> Vec<Line> {
    let ports = [
        ("rpc", &config.rpc.tls_cert, &config.rpc.tls_key),
        ("http", &config.http.tls_cert, &config.http.tls_key),
    ];
    let of_port =
        |(section, certificate, key): (&str, &Option<PathBuf>, &Option<PathBuf>)| match (certificate, key) {
            (Some(certificate), Some(key)) => pair(certificate, key, now),
            (None, None) => Vec::new(),
            _ => {
                let message = format!("of {section}.tls_cert and {section}.tls_key only one is set");
                vec![Line::problem(CERTIFICATE, message, "set both, or neither")]
            }
        };
    let mut lines: Vec<Line> = ports.into_iter().flat_map(of_port).collect();
    lines.extend(config.rpc.client_ca.iter().flat_map(|path| client_authorities(path, now)));
    lines
}

/// Whom client certificates have to come from.
fn client_authorities(path: &Path, now: Timestamp) -> Vec<Line> {
    let shown = format!("rpc.client_ca = {}", path.display());
    let found = match certificate::all_in(path) {
        Ok(found) if !found.is_empty() => found,
        Ok(_) => {
            let hint = "put the authorities of client certificates into it, or unset it";
            return vec![Line::problem(CERTIFICATE, format!("{shown}: there is no certificate in it"), hint)];
        }
        Err(error) => {
            let hint = "see that the path is right and the daemon's user may read it";
            return vec![Line::problem(CERTIFICATE, format!("{shown} can't be read as PEM: {error}"), hint)];
        }
    };
    let mut lines = Vec::new();
    for der in &found {
        let Ok((_, parsed)) = X509Certificate::from_der(der) else {
            let message = format!("{shown}: a certificate in it can't be read");
            lines.push(Line::problem(CERTIFICATE, message, "get it again from who issued it"));
            continue;
        };
        let until = Timestamp::from_second(parsed.validity().not_after.timestamp()).unwrap_or(Timestamp::MAX);
        let (who, day) = (parsed.subject(), until.strftime("%Y-%m-%d"));
        if !parsed.is_ca() {
            let message =
                format!("{shown}: {who} is no authority, so that no client certificate can come from it");
            lines.push(Line::problem(CERTIFICATE, message, "put the certificate of the authority there"));
        } else if until <= now {
            let message = format!("{shown}: {who} ended on {day}; its clients are turned away");
            lines.push(Line::problem(
                CERTIFICATE,
                message,
                "renew the authority and its client certificates",
            ));
        } else if now.duration_until(until) < LASTS_MIN {
            let message = format!("{shown}: {who} ends on {day}");
            lines.push(Line::warning(
                CERTIFICATE,
                message,
                "renew the authority and its client certificates",
            ));
        }
    }
    if lines.is_empty() {
        let count = found.len();
        let authorities = if count == 1 { "1 authority".to_owned() } else { format!("{count} authorities") };
        lines.push(Line::ok(CERTIFICATE, format!("{shown}: {authorities} of client certificates")));
    }
    lines
}

fn pair(certificate: &Path, key: &Path, now: Timestamp) -> Vec<Line> {
    let unreadable = |path: &Path, error: &dyn std::fmt::Display| {
        let message = format!("{} can't be read as PEM: {error}", path.display());
        vec![Line::problem(
            CERTIFICATE,
            message,
            "see that the path is right and the daemon's user may read it",
        )]
    };
    let chain = match certificate::all_in(certificate) {
        Ok(chain) if chain.is_empty() => return unreadable(certificate, &"there is no certificate in it"),
        Ok(chain) => chain,
        Err(error) => return unreadable(certificate, &error),
    };
    let secret = match PrivateKeyDer::from_pem_file(key) {
        Ok(secret) => secret,
        Err(error) => return unreadable(key, &error),
    };
    let mut lines = of_chain(certificate, &chain, now);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let fits = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, secret));
    if let Err(error) = fits {
        lines.push(Line::problem(
            CERTIFICATE,
            format!("{} and {} do not fit together: {}", certificate.display(), key.display(), misfit(&error)),
            "the certificate itself comes first in its file, then those above it; the key is that of the first",
        ));
    }
    let mode = std::fs::metadata(key).map_or(0, |facts| facts.permissions().mode() & 0o077);
    // A group may read it: that is how services are given keys.
    if mode & 0o007 != 0 {
        lines.push(Line::warning(
            CERTIFICATE,
            format!("{} can be read by every user of this machine", key.display()),
            format!("chmod o-rwx {}", key.display()),
        ));
    }
    lines
}

fn of_chain(path: &Path, chain: &[CertificateDer<'_>], now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, der) in chain.iter().enumerate() {
        let Ok((_, parsed)) = X509Certificate::from_der(der) else {
            let message = format!("certificate {} in {} can't be read", number + 1, path.display());
            lines.push(Line::problem(CERTIFICATE, message, "get it again from who issued it"));
            continue;
        };
        let until = Timestamp::from_second(parsed.validity().not_after.timestamp()).unwrap_or(Timestamp::MAX);
        let from = Timestamp::from_second(parsed.validity().not_before.timestamp()).unwrap_or(Timestamp::MIN);
        let what = if number == 0 {
            format!("{} for {}", path.display(), names(&parsed))
        } else {
            format!("certificate {} in {} ({})", number + 1, path.display(), parsed.subject())
        };
        let day = until.strftime("%Y-%m-%d");
        if until <= now {
            lines.push(Line::problem(CERTIFICATE, format!("{what} ended on {day}"), "renew it"));
        } else if from > now {
            lines.push(Line::problem(
                CERTIFICATE,
                format!("{what} begins on {} only", from.strftime("%Y-%m-%d")),
                "see whether this machine's clock is right",
            ));
        } else if now.duration_until(until) < LASTS_MIN {
            lines.push(Line::warning(CERTIFICATE, format!("{what} ends on {day}"), "renew it now"));
        } else if number == 0 {
            lines.push(Line::ok(CERTIFICATE, format!("{what}, until {day}, {} in the chain", chain.len())));
        }
        if number == 0 && names(&parsed).is_empty() {
            lines.push(Line::problem(
                CERTIFICATE,
                format!("{} names no host, so that no client takes it", path.display()),
                "make one with the host's name as subject alternative name",
            ));
        }
    }
    lines
}

/// The hosts that a certificate is for.
#[expect(clippy::wildcard_enum_match_arm, reason = "a server is found by a name or an address alone")]
fn names(certificate: &X509Certificate<'_>) -> String {
    let Ok(Some(found)) = certificate.subject_alternative_name() else { return String::new() };
    let names = found.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress([a, b, c, d]) => Some(format!("{a}.{b}.{c}.{d}")),
        GeneralName::IPAddress(_) => Some("an IPv6 address".to_owned()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::line::State;
    use super::*;

    #[test]
    fn whom_client_certificates_come_from_is_an_authority_that_lasts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clients.crt");
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.not_after = rcgen::date_time_ymd(2026, 3, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        let authority = params.self_signed(&key).unwrap().pem();
        let server = rcgen::generate_simple_self_signed(vec!["nas.example".to_owned()]).unwrap().cert.pem();
        for (text, day, want) in [
            (authority.as_str(), "2026-01-01", State::Ok),
            (&authority, "2026-02-20", State::Warning),
            (&authority, "2026-03-02", State::Problem),
            (&server, "2026-01-01", State::Problem),
            ("", "2026-01-01", State::Problem),
            ("no PEM", "2026-01-01", State::Problem),
        ] {
            std::fs::write(&path, text).unwrap();
            let mut config = Config::default();
            config.rpc.client_ca = Some(path.clone());
            let lines = certificates(&config, format!("{day}T00:00:00Z").parse().unwrap());
            assert_eq!(lines.iter().map(|line| line.state).collect::<Vec<_>>(), [want], "{day}: {lines:?}");
        }
    }

    #[test]
    fn a_certificate_is_judged_by_its_time_its_key_and_who_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            let made = rcgen::generate_simple_self_signed(vec!["nas.example".to_owned()]).unwrap();
            let (cert, key) =
                (folder.path().join(format!("{name}.crt")), folder.path().join(format!("{name}.key")));
            std::fs::write(&cert, made.cert.pem()).unwrap();
            std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
            std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
            (cert, key)
        };
        let (cert, key) = make("a");
        let (_, other) = make("b");
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let states = |cert: &Path, key: &Path, now| -> Vec<State> {
            pair(cert, key, now).into_iter().map(|line| line.state).collect()
        };
        assert_eq!(states(&cert, &key, now), [State::Ok], "{:?}", pair(&cert, &key, now));
        assert!(pair(&cert, &key, now)[0].message.contains("nas.example"));
        assert_eq!(states(&cert, &other, now), [State::Ok, State::Problem]);
        assert_eq!(states(&cert, &key, "4999-01-01T00:00:00Z".parse().unwrap()), [State::Problem]);
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(states(&cert, &key, now), [State::Ok, State::Warning]);
        assert_eq!(states(&folder.path().join("none"), &key, now), [State::Problem]);
    }
}
