//! The lines of the settings.

use radarr_proto::model::{IndexerKind, LinkMode, SecretSource};

use super::Item;
use crate::app::step::Context;
use crate::text;
use crate::theme::Tone;

/// One line.
pub(super) struct ItemLine {
    pub(super) item: Item,
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) state: (&'static str, Tone),
}

/// Where a secret comes from, in a few words.
pub(super) fn secret(source: &SecretSource) -> (&'static str, Tone) {
    match source {
        SecretSource::None => ("no secret", Tone::Warn),
        SecretSource::Stored => ("stored", Tone::Good),
        SecretSource::File { .. } => ("file", Tone::Good),
        SecretSource::Deployment => ("deployed", Tone::Good),
        SecretSource::Unknown => ("?", Tone::Dim),
    }
}

fn used(enabled: bool) -> (&'static str, Tone) {
    if enabled { ("on", Tone::Good) } else { ("off", Tone::Dim) }
}

/// All lines.
pub(super) fn items(context: &Context) -> Vec<ItemLine> {
    let mut lines = Vec::new();
    let mut push = |item, what, name: String, summary: String, state| {
        lines.push(ItemLine { item, what, name, summary, state });
    };
    let new = |text: &str| format!("+ {text}");
    let none = ("", Tone::Dim);
    let world = context.world;
    for state in world.roots.iter().flatten() {
        let free = state.free_bytes.map_or(String::new(), |free| format!("{} free", text::size(free)));
        let mark = if state.accessible { ("ready", Tone::Good) } else { ("not there", Tone::Bad) };
        push(Item::Root(state.root.id), "root folder", state.root.path.clone(), free, mark);
    }
    push(Item::NewRoot, "root folder", new("add a root folder"), String::new(), none);
    if let Some(tmdb) = &world.tmdb {
        let summary = format!("{}, {}, {}", tmdb.base_url, tmdb.language, tmdb.country);
        push(Item::Tmdb, "TMDB", "movie database".to_owned(), summary, secret(&tmdb.key));
    }
    for state in world.indexers.iter().flatten() {
        let indexer = &state.indexer;
        let kind = match &indexer.kind {
            IndexerKind::Hdbits { username } => format!("HDBits as {username}"),
            IndexerKind::Torznab { .. } => "Torznab".to_owned(),
            IndexerKind::Unknown => "?".to_owned(),
        };
        let blocked = state.budget.blocked_until.is_some_and(|until| until > context.now);
        let mark = if blocked { ("waits", Tone::Warn) } else { used(indexer.enabled) };
        push(
            Item::Indexer(indexer.id),
            "indexer",
            indexer.name.clone(),
            format!("{kind}, {}", indexer.base_url),
            mark,
        );
    }
    push(Item::NewHdbits, "indexer", new("add an HDBits account"), String::new(), none);
    push(Item::NewTorznab, "indexer", new("add a Torznab server"), String::new(), none);
    for client in world.clients.iter().flatten() {
        push(
            Item::Client(client.id),
            "client",
            client.name.clone(),
            client.url.clone(),
            used(client.enabled),
        );
    }
    push(Item::NewClient, "client", new("add a qBittorrent"), String::new(), none);
    if let Some(settings) = &world.library_settings {
        let link = match settings.link_mode {
            LinkMode::HardlinkRequired => "hardlink required",
            LinkMode::HardlinkPreferred => "hardlink preferred",
            LinkMode::Copy => "copy",
            LinkMode::Unknown => "?",
        };
        let learns = if settings.learn_groups { ", listings are read for groups" } else { "" };
        let summary =
            format!("{link}, recent releases every {} min{learns}", settings.recent_interval_minutes);
        push(Item::Library, "library", "how it is kept".to_owned(), summary, none);
    }
    if let Some(naming) = &world.naming {
        push(
            Item::Naming,
            "naming",
            "how files are named".to_owned(),
            naming.file_format.clone(),
            used(naming.rename),
        );
    }
    for profile in world.profiles.iter().flatten() {
        let upgrade = if profile.upgrade_allowed { "up to" } else { "no upgrades, cutoff" };
        push(
            Item::Profile(profile.id),
            "profile",
            profile.name.clone(),
            format!("{upgrade} {}", profile.cutoff),
            none,
        );
    }
    if let Some(formats) = &world.custom_formats {
        let summary = match formats.len() {
            0 => "none".to_owned(),
            1 => "one".to_owned(),
            many => many.to_string(),
        };
        push(Item::Formats, "custom formats", "what names are scored by".to_owned(), summary, none);
    }
    let learns = world.library_settings.as_ref().is_some_and(|settings| settings.learn_groups);
    let summary =
        if learns { "searches, and HDBits' whole listing" } else { "from searches and recent releases" };
    push(Item::Groups, "groups", "what is known of them".to_owned(), summary.to_owned(), none);
    push(
        Item::Config,
        "configuration",
        "what the operator set".to_owned(),
        String::new(),
        ("read-only", Tone::Dim),
    );
    lines
}
