//! Lists the movies of the library, one a line.
//!
//!     cargo run -p radarr-proto --example list                          the user's own daemon
//!     RADARR_TOKEN=… cargo run -p radarr-proto --example list -- tls:nas:7879

#![expect(clippy::print_stdout, reason = "what a program prints is its answer")]

use radarr_proto::client::{Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::model::SecretText;
use radarr_proto::request::ListMovies;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let endpoint = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => Endpoint::default_for_user(),
    };
    let options = ConnectOptions {
        token: std::env::var("RADARR_TOKEN").ok().map(SecretText::new),
        software: "example-list".to_owned(),
        ..ConnectOptions::default()
    };
    let client = Client::connect(&endpoint, options).await?;
    let page = client.list_movies(ListMovies::default()).await?;
    for row in &page.rows {
        let quality = row.quality.map_or("missing", |quality| quality.name());
        println!("{:>6}  {} ({})  {quality}", row.id, row.title, row.year);
    }
    println!("{} movies", page.total);
    Ok(())
}
