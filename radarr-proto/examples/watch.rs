//! Prints what happens, as it happens, and misses nothing: not while it is printing, not while the daemon restarts.
//!
//!     cargo run -p radarr-proto --example watch -- [ENDPOINT]

#![expect(clippy::print_stdout, reason = "what a program prints is its answer")]

use std::time::Duration;

use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::SecretText;
use radarr_proto::request::NextEvents;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let endpoint = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => Endpoint::default_for_user(),
    };
    let options = ConnectOptions {
        token: std::env::var("RADARR_TOKEN").ok().map(SecretText::new),
        software: "example-watch".to_owned(),
        // Asking for events is a read: it is repeated on new connections for that long.
        retry_for: Duration::from_mins(1),
        ..ConnectOptions::default()
    };
    let client = Client::connect(&endpoint, options).await?;
    // Where to go on from. A program that must miss nothing across its own restarts keeps it in a file.
    let mut after = None;
    loop {
        let batch = client.next_events(NextEvents { after, wait_ms: 30_000, limit: None }).await?;
        if batch.gap {
            println!("events were cleaned away in between: read everything anew");
        }
        for event in batch.events {
            println!("{} {} {} {:?}", event.cursor, event.at, event.actor, event.kind);
        }
        after = Some(batch.cursor);
    }
}
