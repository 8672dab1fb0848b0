//! Traces for an OpenTelemetry collector: the spans of the log, sent by OTLP over HTTP with protobuf.
//!
//! Spans are sent by a thread of their own in batches, through the daemon's one HTTP client, so that its limits and its
//! TLS hold here too. A collector that is away costs spans and nothing else.

use async_trait::async_trait;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use tokio::runtime::Handle;
use tracing_opentelemetry::OpenTelemetryLayer;

use crate::net::Http;

/// A collector answers a few bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Where a collector takes traces, below its address.
const PATH: &str = "v1/traces";

/// What sends the spans; what waits is sent when it is dropped.
#[derive(Debug)]
pub(super) struct Sending(SdkTracerProvider);

impl Drop for Sending {
    fn drop(&mut self) {
        // The log has ended by now; a collector that is away is nobody's trouble at the end.
        drop(self.0.shutdown());
    }
}

/// The layer that takes spans in, and what sends them to the collector at `endpoint`.
pub(super) fn start<S>(endpoint: &str) -> anyhow::Result<(OpenTelemetryLayer<S, Tracer>, Sending)>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let client = ThroughOurs { http: Http::new()?, runtime: Handle::try_current()? };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/{PATH}", endpoint.trim_end_matches('/')))
        .build()?;
    let resource = Resource::builder_empty()
        .with_service_name("radarr")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("radarr-daemon"));
    Ok((layer, Sending(provider)))
}

/// The daemon's HTTP client, for a thread that is none of the runtime's.
#[derive(Debug)]
struct ThroughOurs {
    http: Http,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for ThroughOurs {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let (parts, body) = request.into_parts();
        let url: url::Url = parts.uri.to_string().parse()?;
        let post = http.post(url).headers(parts.headers).body(body);
        let sending = async move { http.send(post, ANSWER_BYTES_MAX).await };
        let answer = self.runtime.spawn(sending).await??;
        Ok(Response::builder().status(answer.status.as_u16()).body(Bytes::from(answer.body))?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::routing::post;
    use tokio::net::TcpListener;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// What a collector was sent.
    type Sent = Arc<Mutex<Vec<u8>>>;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn spans_reach_a_collector_with_their_fields() {
        let sent: Sent = Arc::default();
        let keeping = Arc::clone(&sent);
        let take = move |body: Bytes| async move { keeping.lock().unwrap().extend_from_slice(&body) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let collector = Router::new().route("/v1/traces", post(take));
        let serving = Handle::current().spawn(async move { axum::serve(listener, collector).await });

        let (layer, sending) = start(&format!("http://{address}/")).unwrap();
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            let request = tracing::info_span!("request", id = "r-1", method = "status");
            let _inside = request.enter();
            tracing::info_span!("job", kind = "backup").in_scope(|| {});
        });
        drop(sending);

        let sent = sent.lock().unwrap().clone();
        let text = String::from_utf8_lossy(&sent);
        for part in ["radarr", "request", "r-1", "status", "job", "backup"] {
            assert!(text.contains(part), "{part} was not sent: {text}");
        }
        serving.abort();
    }
}
