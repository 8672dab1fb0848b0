//! Lists that come in pages, put together; and what an older daemon does not tell.

use radarr_proto::client::{CallError, Client};
use radarr_proto::hello::{GROUP_PAGES, SCHEDULE};
use radarr_proto::model::{GroupReputation, ScheduledJob};
use radarr_proto::request::ListGroups;

/// Groups that are asked for at once: fewer than what the daemon makes callers wait in line for.
const GROUPS: u64 = 400;

/// What the daemon starts by itself; nothing of an older one, which does not tell.
pub async fn schedule(client: &Client) -> Result<Vec<ScheduledJob>, CallError> {
    if client.greeting().await?.can(SCHEDULE) { client.schedule().await } else { Ok(Vec::new()) }
}

/// The first `most` release groups that have `text` in their name, best first, page by page. Of an older daemon these
/// are the ones that its one answer holds.
pub async fn groups(client: &Client, text: &str, most: u64) -> Result<Vec<GroupReputation>, CallError> {
    if !client.greeting().await?.can(GROUP_PAGES) {
        let mut all = client.groups().await?;
        let wanted = text.to_lowercase();
        all.retain(|one| one.group.to_lowercase().contains(&wanted));
        all.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        return Ok(all);
    }
    let mut groups: Vec<GroupReputation> = Vec::new();
    loop {
        let offset = groups.len() as u64;
        let limit = Some(GROUPS.min(most.saturating_sub(offset)));
        let page = client.list_groups(ListGroups { text: text.to_owned(), offset, limit }).await?;
        // Ranks change while pages are read: a group that moved behind a page comes again.
        let ended = page.groups.is_empty();
        groups.extend(page.groups);
        if ended || groups.len() as u64 >= page.total.min(most) {
            let mut seen = std::collections::HashSet::new();
            groups.retain(|one| seen.insert(one.group.to_lowercase()));
            return Ok(groups);
        }
    }
}
