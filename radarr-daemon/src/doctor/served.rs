//! The certificate as a client meets it: from an authority that it trusts, for the name that it uses, and the one that
//! the daemon really shows. What stands in the files themselves: `certificates`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use radarr_proto::client::trusted_authorities;
use rustls::CertificateError;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::net::TcpStream;
use x509_parser::parse_x509_certificate;

use super::line::Line;
use crate::config::Config;
use crate::own_port::{self, Taken, from_here};
use crate::security::certificate;

const CERTIFICATE: &str = "certificate";
/// A daemon on this machine answers at once.
const HANDSHAKE_MAX: Duration = Duration::from_secs(5);

/// Whose eyes the certificate is seen with.
#[derive(Debug, Clone, Default)]
pub struct ClientView {
    /// The authority that clients are told to trust; `None` = those of this machine.
    pub ca_file: Option<PathBuf>,
    /// The name or address by which clients reach the daemon; `None` = the first that the certificate is for.
    pub host: Option<String>,
}

/// Both ports, as far as they have certificates. `runs` tells whether our daemon answers.
pub(super) async fn served(config: &Config, view: &ClientView, runs: bool, now: Timestamp) -> Vec<Line> {
    let ports = [
        ("rpc.tls_cert", &config.rpc.tls_cert, &config.rpc.tcp),
        ("http.tls_cert", &config.http.tls_cert, &config.http.listen),
    ];
    let mut lines = Vec::new();
    for (key, path, listen) in ports {
        let Some(path) = path else { continue };
        // What can't be read is said where the files are looked at.
        let Ok(chain) = certificate::all_in(path) else { continue };
        let shown = format!("{key} = {}", path.display());
        lines.extend(in_order(&shown, &chain));
        lines.extend(vouched_for(&shown, &chain, view, now));
        if let (true, Ok(address)) = (runs, listen.parse()) {
            lines.extend(is_shown(&shown, &chain, address).await);
        }
    }
    lines
}

/// Clients that are not as patient as ours want each certificate to be issued by the one behind it.
fn in_order(shown: &str, chain: &[CertificateDer<'_>]) -> Option<Line> {
    let parsed: Vec<_> = chain.iter().filter_map(|der| parse_x509_certificate(der).ok()).collect();
    let wrong = parsed.windows(2).position(|pair| match pair {
        [(_, one), (_, above)] => one.issuer().as_raw() != above.subject().as_raw(),
        _ => false,
    })?;
    let message =
        format!("{shown}: certificate {} in it was not issued by certificate {}", wrong + 1, wrong + 2);
    let hint = "put the certificate itself first, then the one that issued it, and so on; leave out what does not belong";
    Some(Line::warning(CERTIFICATE, message, hint))
}

fn vouched_for(shown: &str, chain: &[CertificateDer<'_>], view: &ClientView, now: Timestamp) -> Vec<Line> {
    let Some((first, above)) = chain.split_first() else { return Vec::new() };
    let Some(host) = view.host.clone().or_else(|| name_in(first)) else { return Vec::new() };
    let roots = match trusted_authorities(view.ca_file.as_deref()) {
        Ok(roots) => roots,
        Err(error) => {
            return vec![Line::problem(CERTIFICATE, error.to_string(), "give another file to --ca-file")];
        }
    };
    let Ok(name) = ServerName::try_from(host.clone()) else {
        return vec![Line::problem(CERTIFICATE, format!("{host:?} is no name of a host"), "correct --host")];
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let by = view.ca_file.as_deref().map_or("an authority that this machine trusts".to_owned(), shown_path);
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let judged = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))
        .and_then(|verifier| {
            let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
            verifier.verify_server_cert(first, above, &name, &[], at)
        });
    match judged {
        Ok(_) => vec![Line::ok(CERTIFICATE, format!("{shown} holds for {host}, by {by}"))],
        Err(rustls::Error::InvalidCertificate(fault)) => {
            told(shown, &host, view, &fault).into_iter().collect()
        }
        // A machine without authorities trusts nobody by itself.
        Err(_) => vec![unknown_issuer(shown, view)],
    }
}

fn shown_path(path: &Path) -> String {
    format!("the authority in {}", path.display())
}

/// What a client would say, with what to do about it.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open, and rustls' own words are good for the rest"
)]
fn told(shown: &str, host: &str, view: &ClientView, fault: &CertificateError) -> Option<Line> {
    match fault {
        CertificateError::UnknownIssuer => Some(unknown_issuer(shown, view)),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some(Line::problem(
                CERTIFICATE,
                format!("{shown} is not for {host}: clients that use this name turn away"),
                "let it be issued anew, with that name or address among its subject alternative names",
            ))
        }
        // These are said where the files are looked at, with their days.
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => None,
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => Some(Line::problem(
            CERTIFICATE,
            format!("{shown} is an authority's own certificate: clients take none such from a server"),
            "let that authority issue one for the host (basicConstraints CA:FALSE), and keep its key elsewhere",
        )),
        other => Some(Line::problem(CERTIFICATE, format!("{shown}: {other}"), "let it be issued anew")),
    }
}

fn unknown_issuer(shown: &str, view: &ClientView) -> Line {
    match &view.ca_file {
        Some(file) => Line::problem(
            CERTIFICATE,
            format!("{shown} was not issued by {}", shown_path(file)),
            "give clients the authority that issued it; what stands between both belongs behind it in its file",
        ),
        // At home an authority of one's own is usual.
        None => Line {
            hint: Some(
                "give them its authority's certificate: radarr-tui --ca-file FILE; radarr-daemon doctor --ca-file FILE \
                 says whether it fits"
                    .to_owned(),
            ),
            ..Line::ok(CERTIFICATE, format!("{shown} comes from an authority that clients do not know by themselves"))
        },
    }
}

/// The first name or address of a certificate.
fn name_in(der: &CertificateDer<'_>) -> Option<String> {
    let facts = certificate::read(der)?;
    let (_, parsed) = parse_x509_certificate(der).ok()?;
    // The common name stands first, and is none that clients look at.
    let common = parsed.subject().iter_common_name().count();
    facts.names.into_iter().nth(common)
}

/// Whether the daemon that runs shows what is in the file.
async fn is_shown(shown: &str, chain: &[CertificateDer<'static>], listen: SocketAddr) -> Option<Line> {
    let wanted = chain.first()?.clone();
    let name = ServerName::try_from(name_in(&wanted)?).ok()?;
    let client = own_port::client_config(Taken::Only(wanted)).ok()?;
    let shaking = async {
        let stream = TcpStream::connect(from_here(listen)).await?;
        tokio_rustls::TlsConnector::from(Arc::new(client)).connect(name, stream).await
    };
    let error = tokio::time::timeout(HANDSHAKE_MAX, shaking).await.ok()?.err()?;
    let is_another = matches!(
        error.get_ref().and_then(|inner| inner.downcast_ref()),
        Some(rustls::Error::InvalidCertificate(_))
    );
    let hint = "it is read again within seconds; if this stays, the daemon's log says why it can't be used";
    is_another.then(|| {
        Line::warning(
            CERTIFICATE,
            format!("the daemon at {listen} shows another certificate than {shown}"),
            hint,
        )
    })
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

    use super::super::line::State;
    use super::*;

    struct Files(tempfile::TempDir);

    impl Files {
        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        }
    }

    fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    }

    fn issued(by: &CertifiedIssuer<'static, KeyPair>, host: &str) -> String {
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.signed_by(&KeyPair::generate().unwrap(), by).unwrap().pem()
    }

    async fn said(certificate: &Path, view: &ClientView) -> Vec<(State, String)> {
        let mut config = Config::default();
        config.rpc.tls_cert = Some(certificate.to_owned());
        let lines = served(&config, view, false, crate::clock::now()).await;
        lines.into_iter().map(|line| (line.state, line.message)).collect()
    }

    #[tokio::test]
    async fn a_certificate_is_seen_with_the_eyes_of_a_client() {
        let files = Files(tempfile::tempdir().unwrap());
        let (ours, other) = (authority("ours"), authority("another"));
        let (ca, other_ca) = (files.write("ca.crt", &ours.pem()), files.write("other.crt", &other.pem()));
        let leaf = issued(&ours, "nas.example");
        let good = files.write("good.crt", &leaf);
        let view = |ca: Option<&Path>, host: Option<&str>| ClientView {
            ca_file: ca.map(Path::to_path_buf),
            host: host.map(str::to_owned),
        };
        let one = async |certificate: &Path, view: ClientView, state: State, words: &str| {
            let lines = said(certificate, &view).await;
            assert!(
                lines.len() == 1 && lines[0].0 == state && lines[0].1.contains(words),
                "{words:?} {state:?} of {view:?}: {lines:?}"
            );
        };
        one(&good, view(Some(&ca), None), State::Ok, "holds for nas.example, by the authority in").await;
        one(&good, view(Some(&ca), Some("nas.example")), State::Ok, "holds for").await;
        one(&good, view(Some(&ca), Some("10.0.0.7")), State::Problem, "is not for 10.0.0.7").await;
        one(&good, view(Some(&other_ca), None), State::Problem, "was not issued by").await;
        one(&good, view(None, None), State::Ok, "do not know by themselves").await;
        one(
            &files.write("root.crt", &ours.pem()),
            view(Some(&ca), Some("nas.example")),
            State::Problem,
            "authority's own",
        )
        .await;
        let swapped = files.write("swapped.crt", &format!("{leaf}{}", other.pem()));
        let lines = said(&swapped, &view(Some(&ca), None)).await;
        assert_eq!(
            lines.iter().map(|line| line.0).collect::<Vec<_>>(),
            [State::Warning, State::Ok],
            "{lines:?}"
        );
    }
}
