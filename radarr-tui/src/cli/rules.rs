//! `format`, `quality`, `delay`, `words`: what may be taken, and what is better.

use clap::Subcommand;
use radarr_proto::client::{CallError, Client};
use radarr_proto::error::ApiError;
use radarr_proto::hello::FORMAT_TEST;
use radarr_proto::model::{
    CustomFormat, CustomFormatId, DelayProfile, DelayProfileId, DocVersion, Quality, QualityDefinition,
    ReleaseProfile, ReleaseProfileId,
};
use radarr_proto::request::{FormatTested, TestFormat};

use super::ask::{confirm, read_file, read_json, read_json_list};
use super::failure::Failure;
use super::movie::word;
use super::output::{Output, Tone, cell, number};
use super::pick;

#[derive(Debug, Clone, Subcommand)]
pub enum FormatCommand {
    /// Shows the custom formats
    List,
    /// Shows one custom format
    Show {
        /// Its name or number
        format: String,
    },
    /// Takes in files as Radarr and the TRaSH guides write them; replaces formats of the same name
    Import {
        /// Files, or folders with .json files; - is standard input
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// Makes or replaces a custom format from JSON, as `format show --json` prints it; number 0 makes a new one
    Save {
        /// The file; - is standard input
        file: String,
    },
    /// Says which conditions of a custom format a release name meets
    Test {
        /// Its name or number
        format: String,
        /// A release name
        release: String,
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
            Self::Import { files } => {
                let formats = client.import_custom_formats(read_json_list(&files)?).await?;
                out.show(&formats, |out, formats| format_list(out, formats))
            }
            Self::Save { file } => {
                let saved = client.save_custom_format(read_json(&file)?).await?;
                out.show(&saved, |out, saved| format_list(out, std::slice::from_ref(saved)))
            }
            Self::Test { format, release } => {
                let format = pick::format(client, &format).await?;
                let request = TestFormat { format: format.clone(), name: release, size_bytes: 0 };
                let tested = test_format(client, request).await?;
                out.show(&tested, |out, tested| show_tested(out, &format, tested))
            }
            Self::Export { format } => {
                let found = pick::format(client, &format).await?;
                out.text(&client.export_custom_format(found.id).await?)
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

/// Has a format tried on a name; an older daemon would close the connection.
pub async fn test_format(client: &Client, request: TestFormat) -> Result<FormatTested, CallError> {
    let greeting = client.greeting().await.map_err(CallError::Connect)?;
    if !greeting.can(FORMAT_TEST) {
        let error = ApiError::invalid("this daemon is too old to test a custom format on a name");
        return Err(CallError::Api(error.with_hint("update radarr-daemon")));
    }
    client.test_custom_format(request).await
}

fn show_tested(out: &mut Output, format: &CustomFormat, tested: &FormatTested) -> Result<(), Failure> {
    let (word, tone) = if tested.matches { ("matches", Tone::Good) } else { ("does not match", Tone::Warn) };
    out.toned(tone, format!("{} {word}", format.name))?;
    let lines = format.conditions.iter().zip(&tested.conditions).map(|(condition, one)| {
        let said = match (&one.fault, one.met) {
            (Some(fault), _) => cell(fault).tone(Tone::Bad),
            (None, true) => cell("met").tone(Tone::Good),
            (None, false) => cell("not met").tone(Tone::Warn),
        };
        vec![cell(&condition.name), cell(if condition.required { "must" } else { "" }), said]
    });
    out.table(
        &["condition", "", "on this name"],
        &lines.collect::<Vec<_>>(),
        "no conditions: it matches everything",
    )
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
    /// Takes in a size table as Radarr and the TRaSH guides write it; qualities that it does not name stay
    Import {
        /// The file; - is standard input
        file: String,
    },
    /// Prints the size limits as Radarr writes them
    Export,
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
            Self::Import { file } => {
                let all = client.import_quality_definitions(read_file(&file)?).await?;
                out.show(&all, |out, all| quality_list(out, all))
            }
            Self::Export => out.text(&client.export_quality_definitions().await?),
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
                    doc_version: DocVersion(0),
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
