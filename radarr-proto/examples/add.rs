//! Adds a movie by its number at TMDB, and searches for it.
//!
//!     cargo run -p radarr-proto --example add -- 653 [ENDPOINT]

#![expect(clippy::print_stdout, reason = "what a program prints is its answer")]

use anyhow::Context as _;
use radarr_proto::client::{CallError, Client, ConnectOptions};
use radarr_proto::endpoint::Endpoint;
use radarr_proto::error::ErrorCode;
use radarr_proto::model::{MinimumAvailability, SecretText, TmdbId};
use radarr_proto::request::AddMovie;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let tmdb_id: TmdbId = arguments.next().context("say a TMDB number, e.g. 653")?.parse()?;
    let endpoint = match arguments.next() {
        Some(text) => text.parse()?,
        None => Endpoint::default_for_user(),
    };
    let options = ConnectOptions {
        token: std::env::var("RADARR_TOKEN").ok().map(SecretText::new),
        software: "example-add".to_owned(),
        ..ConnectOptions::default()
    };
    let client = Client::connect(&endpoint, options).await?;
    let request = AddMovie {
        tmdb_id,
        root_folder_id: None,
        profile_id: None,
        monitored: true,
        minimum_availability: MinimumAvailability::Released,
        tags: Vec::new(),
        search: true,
    };
    match client.add_movie(request).await {
        Ok(movie) => println!("added {} ({}) as movie {}", movie.facts.title, movie.facts.year, movie.id),
        Err(CallError::Api(error)) if error.code == ErrorCode::Conflict => println!("{}", error.message),
        Err(error) => {
            let hint = error.hint();
            return Err(anyhow::Error::new(error).context(hint.unwrap_or_default()));
        }
    }
    Ok(())
}
