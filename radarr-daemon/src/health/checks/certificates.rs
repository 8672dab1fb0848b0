//! The certificates that the daemon listens with: whether they can be used, and how long they hold.

use jiff::{SignedDuration, Timestamp};

use crate::health::finding::Finding;
use crate::health::look::Look;
use crate::security::tls::{Loaded, TlsError, TlsFiles};

const CHECK: &str = "certificate";
/// Whoever renews by a program does so thirty days before the end; a week later it has failed.
const SOON: SignedDuration = SignedDuration::from_hours(21 * 24);

/// What is wrong with them.
pub(super) fn check(look: &Look) -> Vec<Finding> {
    look.certificates.iter().filter_map(|(files, loaded)| judge(files, loaded, look.now)).collect()
}

fn judge(files: &TlsFiles, loaded: &Result<Loaded, TlsError>, now: Timestamp) -> Option<Finding> {
    let path = files.certificate.display().to_string();
    let renew = format!(
        "put a new one into {path} and its key into {}; they are taken in within seconds, without a restart",
        files.key.display()
    );
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            let message = format!("{error}; the certificates before stay in force until the daemon ends");
            return Some(Finding::error(CHECK, path, message, "put the right files there"));
        }
    };
    let until = loaded.not_after;
    if until <= now {
        return Some(Finding::error(CHECK, path, format!("it ended at {until}: clients refuse it"), renew));
    }
    if loaded.not_before > now {
        let message = format!("it does not hold before {}: clients refuse it", loaded.not_before);
        return Some(Finding::error(CHECK, path, message, "see whether the clock is right"));
    }
    if until.duration_since(now) < SOON {
        return Some(Finding::warning(CHECK, path, format!("it ends at {until}"), renew));
    }
    None
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::Severity;

    use super::*;

    #[test]
    fn a_certificate_is_told_when_it_can_not_be_used_and_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let files =
            TlsFiles { section: "rpc", certificate: path("cert.pem"), key: path("key.pem"), client_ca: None };
        let key = rcgen::KeyPair::generate().unwrap();
        let mut parameters = rcgen::CertificateParams::new(vec!["nas.example".to_owned()]).unwrap();
        parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(2026, 4, 1);
        std::fs::write(path("cert.pem"), parameters.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();
        let at = |day: &str| {
            let found = judge(&files, &files.load(), format!("{day}T12:00:00Z").parse().unwrap());
            found.map(|finding| (finding.severity, finding.message))
        };
        assert_eq!(at("2026-02-01"), None);
        assert_eq!(at("2026-03-11"), Some((Severity::Warning, "it ends at 2026-04-01T00:00:00Z".to_owned())));
        assert_eq!(at("2026-04-02").unwrap().0, Severity::Error);
        assert!(at("2025-12-31").unwrap().1.contains("does not hold before"));
        std::fs::write(path("key.pem"), "nonsense").unwrap();
        let (severity, message) = at("2026-02-01").unwrap();
        assert!(severity == Severity::Error && message.contains("stay in force"), "{message}");
    }
}
