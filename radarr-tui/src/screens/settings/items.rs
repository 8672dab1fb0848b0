//! The lines of the settings.

use radarr_proto::model::{IndexerKind, LinkMode, ProfileId, SecretSource};

use super::Item;
use crate::app::dialog::Reading;
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
        let summary = format!("{link}, recent releases every {} min", settings.recent_interval_minutes);
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
    push(
        Item::Config,
        "configuration",
        "what the operator set".to_owned(),
        String::new(),
        ("read-only", Tone::Dim),
    );
    lines
}

/// A quality profile to read.
pub(super) fn profile(id: ProfileId, context: &Context) -> Reading {
    let Some(profile) = context.world.profiles.iter().flatten().find(|profile| profile.id == id) else {
        return Reading::new("profile", vec![("it is not there any more".to_owned(), Tone::Bad)]);
    };
    let upgrade = if profile.upgrade_allowed {
        format!("something better replaces what is there, until {} is reached", profile.cutoff)
    } else {
        "what is there is never replaced".to_owned()
    };
    let scores = format!(
        "score: at least {}, no better one is looked for from {} on, an upgrade gains at least {}",
        profile.min_format_score, profile.cutoff_format_score, profile.min_upgrade_format_score
    );
    let mut lines = vec![
        (upgrade, Tone::Normal),
        (format!("language: {}", profile.language), Tone::Normal),
        (scores, Tone::Normal),
        (String::new(), Tone::Normal),
        ("qualities, best first:".to_owned(), Tone::Strong),
    ];
    for item in profile.items.iter().rev() {
        let names: Vec<&str> = item.qualities.iter().map(|quality| quality.name()).collect();
        let name = match &item.group {
            Some(group) => format!("{group} ({})", names.join(", ")),
            None => names.join(", "),
        };
        let cutoff = if item.qualities.contains(&profile.cutoff) { "  <- cutoff" } else { "" };
        let (mark, tone) = if item.allowed { ("[x]", Tone::Normal) } else { ("[ ]", Tone::Dim) };
        lines.push((format!("  {mark} {name}{cutoff}"), tone));
    }
    lines.push((String::new(), Tone::Normal));
    lines.push((
        format!("take it out: radarr-tui --json profile show {:?} > profile.json", profile.name),
        Tone::Dim,
    ));
    lines.push(("put it back: radarr-tui profile save profile.json".to_owned(), Tone::Dim));
    Reading::new(format!("profile {}", profile.name), lines)
}
