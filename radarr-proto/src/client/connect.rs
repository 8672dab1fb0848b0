//! One connection: socket, TLS, hello, and then tarpc.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_util::bytes::Bytes;

use super::{ConnectError, ConnectOptions, Greeting};
use crate::endpoint::Endpoint;
use crate::frame::{FrameCodec, JsonCodec, frames};
use crate::hello::{
    ClientHello, HELLO_BYTES_MAX, HELLO_TIMEOUT_SECONDS, MAGIC, PROTOCOL_MAJOR, PROTOCOL_MINOR, ServerHello,
};
use crate::service::RadarrClient;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn connect(
    endpoint: &Endpoint,
    options: &ConnectOptions,
) -> Result<(RadarrClient, Greeting), ConnectError> {
    let unreachable = |source| ConnectError::Unreachable { endpoint: endpoint.clone(), source };
    let late = || unreachable(std::io::Error::from(std::io::ErrorKind::TimedOut));
    match endpoint {
        Endpoint::Unix(path) => {
            let stream = UnixStream::connect(path).await.map_err(unreachable)?;
            greet(stream, endpoint, options).await
        }
        Endpoint::Tcp { host, port } => {
            let connecting = TcpStream::connect((host.as_str(), *port));
            let stream = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
                .await
                .map_err(|_| late())?
                .map_err(unreachable)?;
            stream.set_nodelay(true).map_err(unreachable)?;
            greet(stream, endpoint, options).await
        }
        Endpoint::Tls { host, port } => {
            let config = tls_config(options)?;
            let name =
                ServerName::try_from(host.clone()).map_err(|error| ConnectError::Tls(error.to_string()))?;
            let connecting = TcpStream::connect((host.as_str(), *port));
            let stream = tokio::time::timeout(CONNECT_TIMEOUT, connecting)
                .await
                .map_err(|_| late())?
                .map_err(unreachable)?;
            stream.set_nodelay(true).map_err(unreachable)?;
            let shaking = tokio_rustls::TlsConnector::from(config).connect(name, stream);
            let stream = tokio::time::timeout(CONNECT_TIMEOUT, shaking)
                .await
                .map_err(|_| late())?
                .map_err(|source| not_shaken(endpoint, source))?;
            greet(stream, endpoint, options).await
        }
    }
}

/// Somebody is there, and TLS does not come about: waiting does not help, other words do.
fn not_shaken(endpoint: &Endpoint, source: std::io::Error) -> ConnectError {
    match source.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidMessage(_)) => {
            ConnectError::NotRadarr { endpoint: endpoint.clone(), why: "it speaks no TLS".to_owned() }
        }
        Some(rustls::Error::InvalidCertificate(why)) => {
            ConnectError::Tls(format!("the certificate of {endpoint} is not trusted: {why}"))
        }
        _ => ConnectError::Unreachable { endpoint: endpoint.clone(), source },
    }
}

/// Whom a client trusts: the authorities of that file and no others, without one those of this machine.
pub fn trusted_authorities(ca_file: Option<&Path>) -> Result<rustls::RootCertStore, ConnectError> {
    let tls = |text: String| ConnectError::Tls(text);
    let mut roots = rustls::RootCertStore::empty();
    let Some(path) = ca_file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(|error| tls(format!("the CA file {} can't be read: {error}", path.display())))?;
    for certificate in certificates {
        let certificate =
            certificate.map_err(|error| tls(format!("the CA file {} is no PEM: {error}", path.display())))?;
        roots.add(certificate).map_err(|error| tls(error.to_string()))?;
    }
    Ok(roots)
}

fn tls_config(options: &ConnectOptions) -> Result<Arc<rustls::ClientConfig>, ConnectError> {
    let tls = |text: String| ConnectError::Tls(text);
    let roots = trusted_authorities(options.ca_file.as_deref())?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| tls(error.to_string()))?
        .with_root_certificates(roots);
    let config = match &options.certificate {
        None => config.with_no_client_auth(),
        Some(own) => {
            let chain = CertificateDer::pem_file_iter(&own.chain)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| {
                    tls(format!("the client certificate {} can't be read: {error}", own.chain.display()))
                })?;
            let key = PrivateKeyDer::from_pem_file(&own.key)
                .map_err(|error| tls(format!("the key {} can't be read: {error}", own.key.display())))?;
            config.with_client_auth_cert(chain, key).map_err(|error| {
                tls(format!("the client certificate and its key do not fit together: {error}"))
            })?
        }
    };
    Ok(Arc::new(config))
}

/// In TLS 1.3 a client hears only after the handshake that its certificate was not taken.
fn turned_away(error: std::io::Error) -> Result<ConnectError, std::io::Error> {
    let alert = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match alert {
        Some(rustls::Error::AlertReceived(alert)) => {
            Ok(ConnectError::Tls(format!("the daemon does not take the client certificate ({alert:?})")))
        }
        _ => Err(error),
    }
}

async fn greet<S>(
    stream: S,
    endpoint: &Endpoint,
    options: &ConnectOptions,
) -> Result<(RadarrClient, Greeting), ConnectError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let strange = |why: String| ConnectError::NotRadarr { endpoint: endpoint.clone(), why };
    let unreachable = |source| ConnectError::Unreachable { endpoint: endpoint.clone(), source };
    let mut frames = frames(stream, HELLO_BYTES_MAX);
    let hello = ClientHello {
        magic: MAGIC.to_owned(),
        protocol: PROTOCOL_MAJOR,
        minor: PROTOCOL_MINOR,
        software: options.software.clone(),
        token: options.token.clone(),
    };
    let body = serde_json::to_vec(&hello).map_err(|error| strange(error.to_string()))?;
    frames.send(Bytes::from(body)).await.map_err(unreachable)?;
    let answer = tokio::time::timeout(Duration::from_secs(HELLO_TIMEOUT_SECONDS), frames.next())
        .await
        .map_err(|_| strange("it did not answer the hello".to_owned()))?
        .ok_or_else(|| unreachable(std::io::Error::from(std::io::ErrorKind::UnexpectedEof)))?
        // A daemon that ends resets the connection, and may be back in a moment; too long a frame is no daemon's.
        .map_err(|error| {
            turned_away(error).unwrap_or_else(|error| {
                let too_long = error.kind() == std::io::ErrorKind::InvalidData;
                if too_long { strange(error.to_string()) } else { unreachable(error) }
            })
        })?;
    let answer: ServerHello = serde_json::from_slice(&answer).map_err(|error| strange(error.to_string()))?;
    let greeting = match answer {
        ServerHello::Ok { principal, software, features, .. } => Greeting { principal, software, features },
        ServerHello::Refused { code, message, hint } => {
            return Err(ConnectError::Refused { endpoint: endpoint.clone(), code, message, hint });
        }
        ServerHello::Unknown => {
            return Err(strange("its answer to the hello is of a later version".to_owned()));
        }
    };
    let frames = frames.map_codec(FrameCodec::into_answers);
    let transport = tarpc::serde_transport::new(frames, JsonCodec::default());
    let tarpc::client::NewClient { client, dispatch } =
        RadarrClient::new(tarpc::client::Config::default(), transport);
    #[expect(
        clippy::disallowed_methods,
        reason = "a library has no task tracker; the task ends with the connection"
    )]
    tokio::spawn(async move {
        if let Err(error) = dispatch.await {
            tracing::debug!(%error, "connection ended");
        }
    });
    Ok((client, greeting))
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    #[test]
    fn tls_that_does_not_come_about_says_why_and_is_not_tried_again() {
        let endpoint: Endpoint = "tls:nas.example:7879".parse().unwrap();
        let shaken = |error: rustls::Error| not_shaken(&endpoint, Error::other(error));
        let plain = shaken(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType));
        assert!(plain.to_string().ends_with("it speaks no TLS"), "{plain}");
        let foreign = shaken(rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer));
        assert!(foreign.to_string().contains("is not trusted"), "{foreign}");
        assert!(foreign.hint().contains("--ca-file"), "{}", foreign.hint());
        let plain_one = "tcp:nas.example:7879".parse().unwrap();
        let hint =
            ConnectError::NotRadarr { endpoint: plain_one, why: "frame size too big".to_owned() }.hint();
        assert!(hint.contains("tls:nas.example:7879"), "{hint}");
        assert!(!plain.is_temporary() && !foreign.is_temporary());
        assert!(not_shaken(&endpoint, std::io::ErrorKind::ConnectionReset.into()).is_temporary());
    }
}
