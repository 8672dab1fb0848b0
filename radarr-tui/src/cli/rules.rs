//! `profile`, `format`, `quality`, `delay`, `words`, `group`: what may be taken, and what is better.

use clap::Subcommand;
use radarr_proto::client::Client;
use radarr_proto::model::{
    CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, GroupReputation, ProfileId, Quality,
    QualityDefinition, QualityProfile, ReleaseProfile, ReleaseProfileId,
};

use super::ask::{confirm, read_file, read_json};
use super::failure::Failure;
use super::movie::word;
use super::output::{Output, Tone, cell, number};
use super::pick;
use crate::text;

#[derive(Debug, Clone, Subcommand)]
pub enum ProfileCommand {
    /// Shows the quality profiles
    List,
    /// Shows one quality profile
    Show {
        /// Its name or number
        profile: String,
    },
    /// Makes or replaces a quality profile from JSON, as `profile show --json` prints it; number 0 makes a new one
    Save {
        /// The file; - is standard input
        file: String,
    },
    /// Deletes a quality profile that no movie uses
    Delete {
        /// Its name or number
        profile: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl ProfileCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let profiles = client.profiles().await?;
                out.show(&profiles, |out, profiles| {
                    let lines = profiles.iter().map(|profile| {
                        let upgrades = if profile.upgrade_allowed { "yes" } else { "no" };
                        vec![
                            number(profile.id),
                            cell(&profile.name),
                            cell(profile.cutoff.name()),
                            cell(upgrades),
                            cell(profile.language.name()),
                            number(profile.format_scores.len()),
                        ]
                    });
                    out.table(
                        &["#", "name", "cutoff", "upgrades", "language", "formats"],
                        &lines.collect::<Vec<_>>(),
                        "no profiles",
                    )
                })
            }
            Self::Show { profile } => {
                let profile = pick::profile(client, &profile).await?;
                let formats = client.custom_formats().await?;
                out.show(&profile, |out, profile| show_profile(out, profile, &formats))
            }
            Self::Save { file } => {
                let profile: QualityProfile = read_json(&file)?;
                let saved = client.save_profile(profile).await?;
                out.show(&saved, |out, saved| {
                    out.line(format!("saved the profile {} as {}", saved.name, saved.id))
                })
            }
            Self::Delete { profile, yes } => {
                let found = pick::profile(client, &profile).await?;
                confirm(&format!("delete the profile {}", found.name), yes)?;
                client.delete_profile(found.id).await?;
                out.show::<ProfileId>(&found.id, |out, _| {
                    out.line(format!("deleted the profile {}", found.name))
                })
            }
        }
    }
}

fn show_profile(out: &mut Output, profile: &QualityProfile, formats: &[CustomFormat]) -> Result<(), Failure> {
    out.toned(Tone::Strong, &profile.name)?;
    out.facts(&[
        ("number", profile.id.to_string()),
        ("upgrades", if profile.upgrade_allowed { "yes" } else { "no" }.to_owned()),
        ("cutoff", profile.cutoff.to_string()),
        ("language", profile.language.to_string()),
        ("lowest score", profile.min_format_score.to_string()),
        ("score cutoff", profile.cutoff_format_score.to_string()),
        ("least gain", profile.min_upgrade_format_score.to_string()),
    ])?;
    out.toned(Tone::Dim, "qualities, best first:")?;
    for item in profile.items.iter().rev() {
        let names: Vec<&str> = item.qualities.iter().rev().map(|quality| quality.name()).collect();
        let name = match &item.group {
            Some(group) => format!("{group} ({})", names.join(", ")),
            None => names.join(", "),
        };
        let (mark, tone) = if item.allowed { ("yes", Tone::Good) } else { ("no ", Tone::Dim) };
        out.toned(tone, format!("  {mark} {name}"))?;
    }
    for score in profile.format_scores.iter().filter(|score| score.score != 0) {
        let name =
            formats.iter().find(|format| format.id == score.format_id).map_or("?", |format| &format.name);
        out.line(format!("  {:+6} {name}", score.score))?;
    }
    Ok(())
}

#[derive(Debug, Clone, Subcommand)]
pub enum FormatCommand {
    /// Shows the custom formats
    List,
    /// Shows one custom format
    Show {
        /// Its name or number
        format: String,
    },
    /// Takes in a file as Radarr and the TRaSH guides write it; replaces formats of the same name
    Import {
        /// The file; - is standard input
        file: String,
    },
    /// Prints a custom format as Radarr writes it
    Export {
        /// Its name or number
        format: String,
    },
    /// Deletes a custom format; profiles lose its score
    Delete {
        /// Its name or number
        format: String,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl FormatCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let formats = client.custom_formats().await?;
                out.show(&formats, |out, formats| format_list(out, formats))
            }
            Self::Show { format } => {
                let format = pick::format(client, &format).await?;
                out.show(&format, |out, format| {
                    out.toned(Tone::Strong, &format.name)?;
                    let lines = format.conditions.iter().map(|condition| {
                        let marks = match (condition.required, condition.negate) {
                            (true, true) => "required, not",
                            (true, false) => "required",
                            (false, true) => "not",
                            (false, false) => "",
                        };
                        let test = serde_json::to_string(&condition.test).unwrap_or_default();
                        vec![cell(&condition.name), cell(marks).tone(Tone::Warn), cell(test)]
                    });
                    out.table(
                        &["condition", "", "test"],
                        &lines.collect::<Vec<_>>(),
                        "no conditions: it matches everything",
                    )
                })
            }
            Self::Import { file } => {
                let formats = client.import_custom_formats(read_file(&file)?).await?;
                out.show(&formats, |out, formats| format_list(out, formats))
            }
            Self::Export { format } => {
                let found = pick::format(client, &format).await?;
                let json = client.export_custom_format(found.id).await?;
                out.raw(&json)?;
                if json.ends_with('\n') { Ok(()) } else { out.raw("\n") }
            }
            Self::Delete { format, yes } => {
                let found = pick::format(client, &format).await?;
                confirm(&format!("delete the custom format {}", found.name), yes)?;
                client.delete_custom_format(found.id).await?;
                out.show::<CustomFormatId>(&found.id, |out, _| {
                    out.line(format!("deleted the custom format {}", found.name))
                })
            }
        }
    }
}

fn format_list(out: &mut Output, formats: &[CustomFormat]) -> Result<(), Failure> {
    let lines = formats.iter().map(|format| {
        vec![
            number(format.id),
            cell(&format.name),
            number(format.conditions.len()),
            cell(if format.include_when_renaming { "in file names" } else { "" }),
        ]
    });
    out.table(
        &["#", "name", "conditions", ""],
        &lines.collect::<Vec<_>>(),
        "no custom formats; radarr-tui format import FILE",
    )
}

#[derive(Debug, Clone, Subcommand)]
pub enum QualityCommand {
    /// Shows the size limits of the qualities
    List,
    /// Changes the size limits of a quality, in MB for each minute of film; what is left out stays
    Set {
        /// The quality, e.g. Bluray-1080p
        quality: String,
        /// Smaller is refused
        #[arg(long)]
        min: Option<String>,
        /// Among equals the one nearest to this wins; `none` = the larger the better
        #[arg(long)]
        preferred: Option<String>,
        /// Larger is refused; `none` = unlimited
        #[arg(long)]
        max: Option<String>,
    },
}

/// `12.5` as tenths; `none` is nothing.
fn tenths(text: &str) -> Result<Option<u32>, Failure> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    let wrong = || Failure::usage(format!("{text:?} is no number of MB such as 12 or 12.5"));
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let (whole, tenth): (u32, u32) =
        (whole.parse().map_err(|_| wrong())?, tenth.parse().map_err(|_| wrong())?);
    if tenth > 9 {
        return Err(wrong().with_hint("one digit behind the point"));
    }
    whole.checked_mul(10).and_then(|all| all.checked_add(tenth)).map(Some).ok_or_else(wrong)
}

fn shown(tenths: Option<u32>) -> String {
    tenths.map_or("none".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10))
}

impl QualityCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        let definitions = client.quality_definitions().await?;
        match self {
            Self::List => out.show(&definitions, |out, all| quality_list(out, all)),
            Self::Set { quality, min, preferred, max } => {
                let quality = Quality::from_name(&quality).ok_or_else(|| {
                    Failure::not_found(format!("there is no quality {quality:?}"))
                        .with_hint("see: radarr-tui quality list")
                })?;
                let mut one = definitions
                    .into_iter()
                    .find(|one| one.quality == quality)
                    .ok_or_else(|| Failure::not_found(format!("{quality} has no size limits")))?;
                if let Some(min) = min {
                    one.min_tenths_mb_per_minute = tenths(&min)?.unwrap_or(0);
                }
                if let Some(preferred) = preferred {
                    one.preferred_tenths_mb_per_minute = tenths(&preferred)?;
                }
                if let Some(max) = max {
                    one.max_tenths_mb_per_minute = tenths(&max)?;
                }
                let saved = client.save_quality_definitions(vec![one]).await?;
                let saved: Vec<_> = saved.into_iter().filter(|one| one.quality == quality).collect();
                out.show(&saved, |out, saved| quality_list(out, saved))
            }
        }
    }
}

fn quality_list(out: &mut Output, definitions: &[QualityDefinition]) -> Result<(), Failure> {
    let lines = definitions.iter().map(|one| {
        vec![
            cell(one.quality.name()),
            number(shown(Some(one.min_tenths_mb_per_minute))),
            number(shown(one.preferred_tenths_mb_per_minute)),
            number(shown(one.max_tenths_mb_per_minute)),
        ]
    });
    out.table(&["quality", "min MB/min", "preferred", "max"], &lines.collect::<Vec<_>>(), "no qualities")
}

#[derive(Debug, Clone, Subcommand)]
pub enum DelayCommand {
    /// Shows how long is waited for something better
    List,
    /// Makes or replaces a delay profile from JSON, as `delay list --json` prints one; number 0 makes a new one
    Save {
        /// The file; - is standard input
        file: String,
    },
    /// Changes the delay of torrents in the delay profile for movies without a fitting tag
    Set {
        /// Minutes
        minutes: u32,
    },
    /// Deletes a delay profile; the one without tags stays
    Delete {
        /// Its number
        delay: DelayProfileId,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl DelayCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let delays = client.delay_profiles().await?;
                out.show(&delays, |out, delays| delay_list(out, delays))
            }
            Self::Save { file } => {
                let saved = client.save_delay_profile(read_json(&file)?).await?;
                out.show(&saved, |out, saved| delay_list(out, std::slice::from_ref(saved)))
            }
            Self::Set { minutes } => {
                let all = client.delay_profiles().await?;
                let mut one = all
                    .into_iter()
                    .find(|one| one.tags.is_empty())
                    .ok_or_else(|| Failure::not_found("there is no delay profile without tags"))?;
                one.torrent_delay_minutes = minutes;
                let saved = client.save_delay_profile(one).await?;
                out.show(&saved, |out, saved| delay_list(out, std::slice::from_ref(saved)))
            }
            Self::Delete { delay, yes } => {
                confirm(&format!("delete the delay profile {delay}"), yes)?;
                client.delete_delay_profile(delay).await?;
                out.show(&delay, |out, delay| out.line(format!("deleted the delay profile {delay}")))
            }
        }
    }
}

fn delay_list(out: &mut Output, delays: &[DelayProfile]) -> Result<(), Failure> {
    let lines = delays.iter().map(|one| {
        let tags: Vec<String> = one.tags.iter().map(ToString::to_string).collect();
        vec![
            number(one.id),
            number(format!("{} min", one.torrent_delay_minutes)),
            number(format!("{} min", one.usenet_delay_minutes)),
            cell(word(&one.preferred_protocol)),
            cell(if tags.is_empty() { "all".to_owned() } else { tags.join(", ") }),
        ]
    });
    out.table(&["#", "torrent", "usenet", "prefers", "tags"], &lines.collect::<Vec<_>>(), "no delay profiles")
}

#[derive(Debug, Clone, Subcommand)]
pub enum WordsCommand {
    /// Shows required and ignored words
    List,
    /// Requires or ignores words of a release name
    Add {
        /// What the set is called
        name: String,
        /// One of these must be in the name; /…/ is an expression; may be repeated
        #[arg(long)]
        required: Vec<String>,
        /// None of these may be in the name; /…/ is an expression; may be repeated
        #[arg(long)]
        ignored: Vec<String>,
        /// Only for this indexer
        #[arg(long)]
        indexer: Option<String>,
        /// For movies with one of these tags; may be repeated
        #[arg(long = "tag")]
        tags: Vec<String>,
    },
    /// Makes or replaces a set from JSON, as `words list --json` prints one; number 0 makes a new one
    Save {
        /// The file; - is standard input
        file: String,
    },
    /// Deletes a set
    Delete {
        /// Its number
        words: ReleaseProfileId,
        /// Does not ask
        #[arg(long, short)]
        yes: bool,
    },
}

impl WordsCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let words = client.release_profiles().await?;
                out.show(&words, |out, words| words_list(out, words))
            }
            Self::Add { name, required, ignored, indexer, tags } => {
                if required.is_empty() && ignored.is_empty() {
                    return Err(Failure::usage("no word was given").with_hint("use --required and --ignored"));
                }
                let indexer_id = match indexer {
                    None => None,
                    Some(name) => Some(pick::indexer(client, &name).await?.indexer.id),
                };
                let tags = pick::tags(client, &tags).await?;
                let words = ReleaseProfile {
                    id: ReleaseProfileId(0),
                    name,
                    enabled: true,
                    required,
                    ignored,
                    indexer_id,
                    tags,
                };
                let saved = client.save_release_profile(words).await?;
                out.show(&saved, |out, saved| words_list(out, std::slice::from_ref(saved)))
            }
            Self::Save { file } => {
                let saved = client.save_release_profile(read_json(&file)?).await?;
                out.show(&saved, |out, saved| words_list(out, std::slice::from_ref(saved)))
            }
            Self::Delete { words, yes } => {
                confirm(&format!("delete the words {words}"), yes)?;
                client.delete_release_profile(words).await?;
                out.show(&words, |out, words| out.line(format!("deleted the words {words}")))
            }
        }
    }
}

fn words_list(out: &mut Output, words: &[ReleaseProfile]) -> Result<(), Failure> {
    let lines = words.iter().map(|one| {
        let mark = if one.enabled { cell("on").tone(Tone::Good) } else { cell("off").tone(Tone::Dim) };
        vec![
            number(one.id),
            cell(&one.name),
            mark,
            cell(one.required.join(", ")),
            cell(one.ignored.join(", ")),
        ]
    });
    out.table(
        &["#", "name", "state", "required", "ignored"],
        &lines.collect::<Vec<_>>(),
        "no words are required or ignored",
    )
}

#[derive(Debug, Clone, Subcommand)]
pub enum GroupCommand {
    /// Shows what is known of release groups, best first
    List {
        /// At most that many
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Shows what is known of one release group
    Show {
        /// Its name
        group: String,
    },
}

impl GroupCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List { limit } => {
                let mut groups = client.groups().await?;
                groups.truncate(limit);
                out.show(&groups, |out, groups| {
                    let lines = groups.iter().map(|one| {
                        vec![
                            number(one.score),
                            cell(&one.group),
                            number(one.releases),
                            number(one.internal),
                            number(one.grabs),
                            number(one.failures),
                        ]
                    });
                    out.table(
                        &["score", "group", "releases", "internal", "grabs", "failures"],
                        &lines.collect::<Vec<_>>(),
                        "nothing is known of any group yet",
                    )
                })
            }
            Self::Show { group } => {
                let group = client.group(group).await?;
                out.show(&group, show_group)
            }
        }
    }
}

fn show_group(out: &mut Output, group: &GroupReputation) -> Result<(), Failure> {
    out.toned(Tone::Strong, format!("{}: {} of 100", group.group, group.score))?;
    for part in &group.components {
        let sign = if part.tenths < 0 { '-' } else { '+' };
        let tenths = part.tenths.unsigned_abs();
        out.line(format!("  {sign}{}.{}  {}: {}", tenths / 10, tenths % 10, part.name, part.because))?;
    }
    out.facts(&[
        ("releases", group.releases.to_string()),
        ("internal", group.internal.to_string()),
        ("encodes", group.encodes.to_string()),
        ("remuxes", group.remuxes.to_string()),
        ("web", group.web.to_string()),
        ("grabs", group.grabs.to_string()),
        ("failures", group.failures.to_string()),
        ("replaced", group.replaced.to_string()),
    ])?;
    for (quality, bytes) in &group.median_bytes_per_minute {
        out.line(format!("  {quality}: {} per minute at the median", text::size(*bytes)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn megabytes_are_read_in_tenths() {
        for (given, want) in [("12", Some(Some(120))), ("12.5", Some(Some(125))), ("none", Some(None))] {
            assert_eq!(tenths(given).ok(), want, "{given}");
        }
        for wrong in ["", "1.25", "x", "-1", "5000000000"] {
            assert!(tenths(wrong).is_err(), "{wrong}");
        }
    }
}
