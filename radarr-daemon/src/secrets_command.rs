//! `radarr-daemon secrets rotate`: another key for the stored secrets.

use radarr_proto::error::ApiError;

use crate::clock;
use crate::config::Config;
use crate::reach::{Reached, reach, run};

/// Encrypts all stored secrets with a new key. Says what was done.
pub fn rotate(config: &Config) -> anyhow::Result<String> {
    let rotated = run(async {
        match reach(config).await? {
            Reached::Here { store, keeper } => {
                let rotated = keeper.rotate(&store, "", clock::now()).await;
                store.close().await;
                Ok(rotated.map_err(ApiError::from)?)
            }
            Reached::Running(client) => Ok(client.rotate_secrets().await?),
        }
    })?;
    let unreadable = match rotated.unreadable {
        0 => String::new(),
        some => format!("; {some} can be read with no key, and have to be entered again"),
    };
    Ok(format!(
        "{} secrets are encrypted with the new key of {}{unreadable}",
        rotated.secrets - rotated.unreadable,
        rotated.key
    ))
}
