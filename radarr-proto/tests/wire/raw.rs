//! Frames by hand: a client and a server that may say anything.

use std::time::Duration;

use radarr_proto::hello::ServerHello;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::server::{Place, listen, spawn};

/// A client that writes what it is told.
pub(crate) struct Raw {
    pub(crate) stream: UnixStream,
}

impl Raw {
    /// Connects and says hello.
    pub(crate) async fn connect(place: &Place) -> Self {
        let mut raw = Self { stream: UnixStream::connect(place.path()).await.unwrap() };
        raw.send(&json!({"magic": "radarr", "protocol": 1})).await;
        assert_eq!(raw.receive().await.unwrap()["status"], "ok");
        raw
    }

    pub(crate) async fn send(&mut self, value: &Value) {
        self.send_bytes(value.to_string().as_bytes()).await;
    }

    pub(crate) async fn send_bytes(&mut self, body: &[u8]) {
        self.stream.write_u32(u32::try_from(body.len()).unwrap()).await.unwrap();
        self.stream.write_all(body).await.unwrap();
    }

    /// The next frame; `None` when the other side hung up.
    pub(crate) async fn receive(&mut self) -> Option<Value> {
        let reading = async {
            let length = self.stream.read_u32().await.ok()?;
            let mut body = vec![0; usize::try_from(length).unwrap()];
            self.stream.read_exact(&mut body).await.ok()?;
            Some(serde_json::from_slice(&body).unwrap())
        };
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("no frame within 20 s")
    }
}

/// A request frame.
pub(crate) fn request(id: u64, message: &Value) -> Value {
    json!({"Request": {"context": {"deadline": {"secs": 5, "nanos": 0}}, "id": id, "message": message}})
}

/// Answers each hello with that, each first request with these bytes, and hangs up.
pub(crate) fn strange_server(place: &Place, hello: &ServerHello, then: Vec<u8>) {
    let hello = serde_json::to_value(hello).unwrap();
    strange_hello(place, hello.to_string().into_bytes(), then);
}

/// The same with any bytes for a hello.
pub(crate) fn strange_hello(place: &Place, hello: Vec<u8>, then: Vec<u8>) {
    let listener = listen(&place.path());
    spawn(async move {
        loop {
            let mut raw = Raw { stream: listener.accept().await.unwrap().0 };
            let (hello, then) = (hello.clone(), then.clone());
            spawn(async move {
                if raw.receive().await.is_some() {
                    raw.send_bytes(&hello).await;
                }
                if raw.receive().await.is_some() {
                    raw.stream.write_all(&then).await.unwrap();
                }
            });
        }
    });
}
