//! The daemon's side of TLS: certificates are read from files, and read again when these change.
//!
//! Kubernetes and certbot swap symbolic links, others write in place: what counts is the content, looked at every few
//! seconds. Files that can't be used change nothing: the certificate before stays in force, the log says why, and so
//! does the health page.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tracing::{info, warn};

use super::certificate;
use crate::config::{HttpConfig, RpcConfig};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A chain, a key or a bundle of authorities is smaller.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Why certificates can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TlsError(String);

/// Where the certificates of one port lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The section of the settings: `rpc` or `http`.
    pub section: &'static str,
    /// The chain.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Authorities of client certificates.
    pub client_ca: Option<PathBuf>,
}

/// Certificates that can be used.
#[derive(Debug, Clone)]
pub struct Loaded {
    server: Arc<ServerConfig>,
    /// From when on the certificate holds.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
}

impl TlsFiles {
    /// Those of `rpc.tls_cert`.
    pub fn of_rpc(config: &RpcConfig) -> Option<Self> {
        let (certificate, key) = config.tls_cert.clone().zip(config.tls_key.clone())?;
        Some(Self { section: "rpc", certificate, key, client_ca: config.client_ca.clone() })
    }

    /// Those of `http.tls_cert`.
    pub fn of_http(config: &HttpConfig) -> Option<Self> {
        let (certificate, key) = config.tls_cert.clone().zip(config.tls_key.clone())?;
        Some(Self { section: "http", certificate, key, client_ca: None })
    }

    /// The files as they are now; `None` = one can't be read.
    fn content(&self) -> Option<[u8; 32]> {
        let mut hash = Sha256::new();
        for path in [Some(&self.certificate), Some(&self.key), self.client_ca.as_ref()].into_iter().flatten()
        {
            hash.update(Sha256::digest(bytes_of(path).ok()?));
        }
        Some(hash.finalize().into())
    }

    /// Reads and checks them.
    pub fn load(&self) -> Result<Loaded, TlsError> {
        let section = self.section;
        let unreadable = |name: &str, path: &Path, why: &dyn std::fmt::Display| {
            TlsError(format!("{section}.{name} = {} can't be used: {why}", path.display()))
        };
        let chain =
            certificates(&self.certificate).map_err(|why| unreadable("tls_cert", &self.certificate, &why))?;
        let first = chain
            .first()
            .ok_or_else(|| unreadable("tls_cert", &self.certificate, &"there is no certificate in it"))?;
        let facts = certificate::read(first)
            .ok_or_else(|| unreadable("tls_cert", &self.certificate, &"its certificate can't be read"))?;
        let key = bytes_of(&self.key)
            .map_err(|error| error.to_string())
            .and_then(|bytes| PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| error.to_string()))
            .map_err(|why| unreadable("tls_key", &self.key, &why))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError(error.to_string()))?;
        let config = match &self.client_ca {
            None => config.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(path).map_err(|why| unreadable("client_ca", path, &why))? {
                    roots.add(authority).map_err(|why| unreadable("client_ca", path, &why))?;
                }
                // Who shows none has a token; who shows one that does not hold is turned away.
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                    .allow_unauthenticated()
                    .build()
                    .map_err(|why| unreadable("client_ca", path, &why))?;
                config.with_client_cert_verifier(verifier)
            }
        };
        let server = config.with_single_cert(chain, key).map_err(|error| {
            TlsError(format!(
                "{section}.tls_cert and {section}.tls_key do not fit together: {}",
                misfit(&error)
            ))
        })?;
        Ok(Loaded { server: Arc::new(server), not_before: facts.not_before, not_after: facts.not_after })
    }
}

/// Why a certificate and a key can't be used together.
pub fn misfit(error: &rustls::Error) -> String {
    if matches!(error, rustls::Error::InconsistentKeys(_)) {
        return "the key is that of another certificate".to_owned();
    }
    error.to_string()
}

fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = bytes_of(path).map_err(|error| error.to_string())?;
    CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|error| error.to_string())
}

/// The certificates of one port, those of today.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    current: ArcSwap<Loaded>,
}

impl Tls {
    /// Reads them for the first time: an error here is an error of the start.
    pub fn open(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let current = ArcSwap::from_pointee(files.load()?);
        Ok(Arc::new(Self { files, current }))
    }

    /// For the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.load().server))
    }

    /// Looks again and again, for ever. `changed` hears of new files, good or bad.
    pub async fn follow(self: Arc<Self>, changed: impl AsyncFn()) {
        self.follow_every(LOOK_EVERY, changed).await;
    }

    async fn follow_every(&self, pause: Duration, changed: impl AsyncFn()) {
        let mut known = self.files.content();
        let mut before = known;
        let mut ticks = tokio::time::interval(pause);
        loop {
            ticks.tick().await;
            let now = self.files.content();
            // Files are replaced one after the other: what looks the same twice is complete.
            let is_settled = now == before;
            before = now;
            if now == known || !is_settled {
                continue;
            }
            known = now;
            self.take_in();
            changed().await;
        }
    }

    fn take_in(&self) {
        let section = self.files.section;
        match self.files.load() {
            Ok(loaded) => {
                info!(section, until = %loaded.not_after, "new certificates are in force");
                self.current.store(Arc::new(loaded));
            }
            Err(error) => warn!(section, %error, "the certificates before stay in force"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        }

        fn files(&self) -> TlsFiles {
            let path = |name| self.0.path().join(name);
            TlsFiles { section: "rpc", certificate: path("cert.pem"), key: path("key.pem"), client_ca: None }
        }

        fn issue(&self, name: &str) -> (String, String) {
            let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
            let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
            self.write("cert.pem", &certificate);
            self.write("key.pem", &key);
            (certificate, key)
        }
    }

    #[test]
    fn bad_files_leave_the_certificates_before_in_force_and_good_ones_take_their_place() {
        let folder = Folder(tempfile::tempdir().unwrap());
        let (certificate, key) = folder.issue("one.example");
        let tls = Tls::open(folder.files()).unwrap();
        let in_force = || Arc::as_ptr(&tls.current.load().server);
        let first = in_force();
        for (name, text, word) in [
            ("cert.pem", "no certificate", "tls_cert"),
            ("cert.pem", "", "no certificate in it"),
            ("key.pem", "no key", "tls_key"),
        ] {
            folder.write("cert.pem", &certificate);
            folder.write("key.pem", &key);
            folder.write(name, text);
            let error = folder.files().load().unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
            tls.take_in();
            assert_eq!(in_force(), first);
        }
        // A new certificate beside the old key, as in the middle of a rotation.
        folder.issue("two.example");
        folder.write("key.pem", &key);
        let error = folder.files().load().unwrap_err().to_string();
        assert!(error.ends_with("do not fit together: the key is that of another certificate"), "{error}");
        folder.issue("two.example");
        tls.take_in();
        assert_ne!(in_force(), first);
    }

    #[tokio::test]
    async fn a_change_is_taken_in_once_it_is_complete_and_told() {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.issue("one.example");
        let tls = Tls::open(folder.files()).unwrap();
        let (tell, mut told) = tokio::sync::mpsc::channel(8);
        let first = Arc::as_ptr(&tls.current.load().server);
        let following = tls.follow_every(Duration::from_millis(5), async || tell.send(()).await.unwrap());
        let mut following = std::pin::pin!(following);
        assert!(futures::poll!(&mut following).is_pending());
        folder.issue("two.example");
        tokio::select! {
            () = &mut following => panic!("it never ends"),
            word = told.recv() => word.unwrap(),
        }
        assert_ne!(Arc::as_ptr(&tls.current.load().server), first);
        folder.write("key.pem", "nonsense");
        let second = Arc::as_ptr(&tls.current.load().server);
        tokio::select! {
            () = &mut following => panic!("it never ends"),
            word = told.recv() => word.unwrap(),
        }
        assert_eq!(Arc::as_ptr(&tls.current.load().server), second);
    }
}
