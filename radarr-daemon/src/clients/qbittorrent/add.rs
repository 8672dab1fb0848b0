//! Handing a torrent over: once, whatever happened before.

use std::time::Duration;

use radarr_proto::model::InfoHash;
use reqwest::multipart::{Form, Part};

use super::Qbittorrent;
use super::api::ApiVersion;
use crate::clients::client::{AddOptions, Added, ClientError, SeedGoal};

/// A torrent shows up within some 20 ms after "Ok."; a busy client may need longer.
const VISIBLE_TRIES: u32 = 20;
const VISIBLE_PAUSE: Duration = Duration::from_millis(100);

impl Qbittorrent {
    pub(super) async fn add_torrent(
        &self,
        torrent: &[u8],
        options: &AddOptions,
    ) -> Result<Added, ClientError> {
        let form = || {
            let file = Part::bytes(torrent.to_vec()).file_name("radarr.torrent");
            let file =
                file.mime_str("application/x-bittorrent").unwrap_or_else(|_| Part::bytes(torrent.to_vec()));
            Form::new().part("torrents", file)
        };
        self.add_as(&form, options).await
    }

    pub(super) async fn add_link(&self, link: &str, options: &AddOptions) -> Result<Added, ClientError> {
        self.add_as(&|| Form::new().text("urls", link.to_owned()), options).await
    }

    async fn add_as(
        &self,
        what: &(dyn Fn() -> Form + Send + Sync),
        options: &AddOptions,
    ) -> Result<Added, ClientError> {
        let api = self.session.api_version().await?;
        let fields = self.fields(api, options.seed_goal);
        let form = || fields.iter().fold(what(), |form, (name, value)| form.text(*name, value.clone()));
        let answer = self.session.post_multipart("torrents/add", &form).await?;
        // "Fails." (409 from web API 2.12 on) is the answer both to what it has and to what it does not want.
        let refused = (answer.is_success() && answer.text() == "Fails.") || answer.status == 409;
        match options.info_hash {
            Some(hash) if refused && self.has(hash).await? => {
                if options.seed_goal != SeedGoal::default() {
                    super::TorrentClient::set_seed_goal(self, hash, options.seed_goal).await?;
                }
                Ok(Added::AlreadyThere)
            }
            Some(_) | None if refused || answer.status == 415 => Err(ClientError::Rejected {
                client: self.session.client().to_owned(),
                problem: answer.text(),
            }),
            Some(_) | None if !answer.is_success() => Err(self.session.unexpected(&answer)),
            Some(hash) => {
                self.wait_until_visible(hash).await?;
                if api < ApiVersion::SHARE_LIMITS_IN_ADD && options.seed_goal != SeedGoal::default() {
                    super::TorrentClient::set_seed_goal(self, hash, options.seed_goal).await?;
                }
                Ok(Added::New)
            }
            None => Ok(Added::New),
        }
    }

    fn fields(&self, api: ApiVersion, goal: SeedGoal) -> Vec<(&'static str, String)> {
        let settings = &self.settings;
        let mut fields = Vec::new();
        if !settings.category.is_empty() {
            fields.push(("category", settings.category.clone()));
        }
        if let Some(path) = &settings.save_path {
            fields.push(("savepath", path.clone()));
            // With automatic management the category's folder would win over ours.
            fields.push(("autoTMM", "false".to_owned()));
        }
        let stopped = if api >= ApiVersion::STOPPED { "stopped" } else { "paused" };
        fields.push((stopped, settings.add_stopped.to_string()));
        if settings.sequential {
            fields.push(("sequentialDownload", "true".to_owned()));
        }
        if api >= ApiVersion::SHARE_LIMITS_IN_ADD && goal != SeedGoal::default() {
            let (ratio, minutes) = limits(goal);
            fields.push(("ratioLimit", ratio));
            fields.push(("seedingTimeLimit", minutes));
        }
        fields
    }

    /// Ends when it is listed, so that "absent" means absent from here on; an honest "Ok." is not doubted.
    async fn wait_until_visible(&self, hash: InfoHash) -> Result<(), ClientError> {
        for _ in 0..VISIBLE_TRIES {
            if self.has(hash).await? {
                return Ok(());
            }
            tokio::time::sleep(VISIBLE_PAUSE).await;
        }
        Ok(())
    }
}

/// Ratio and minutes as qBittorrent writes them; -2 is its own rule.
pub(super) fn limits(goal: SeedGoal) -> (String, String) {
    let ratio = goal.ratio_hundredths.map_or_else(
        || "-2".to_owned(),
        |hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100),
    );
    let minutes = goal.time_minutes.map_or_else(|| "-2".to_owned(), |minutes| minutes.to_string());
    (ratio, minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_goal_is_written_as_qbittorrent_reads_it() {
        let goal = SeedGoal { ratio_hundredths: Some(105), time_minutes: None };
        assert_eq!(limits(goal), ("1.05".to_owned(), "-2".to_owned()));
    }
}
