//! `profile`: which qualities may be taken, in which order, and what custom formats count.

use clap::{Args, Subcommand};
use radarr_proto::client::Client;
use radarr_proto::model::{CustomFormat, FormatScore, Language, ProfileId, ProfileItem, QualityProfile};

use super::ask::{confirm, read_json, read_json_list};
use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use super::pick;

#[derive(Debug, Clone, Subcommand)]
pub enum ProfileCommand {
    /// Shows the quality profiles
    List,
    /// Shows one quality profile
    Show {
        /// Its name or number
        profile: String,
    },
    /// Changes a quality profile; what is left out stays. The order of the qualities is changed in the TUI or with
    /// `save`
    #[command(
        after_help = "Example:\n  radarr-tui profile edit HD-1080p --upgrades true --cutoff Remux-1080p --score x265=-50"
    )]
    Edit {
        /// Its name or number
        profile: String,
        #[command(flatten)]
        changes: Box<Changes>,
    },
    /// Makes or replaces a quality profile from JSON, as `profile show --json` prints it; number 0 makes a new one
    Save {
        /// The file; - is standard input
        file: String,
    },
    /// Takes in files as Radarr and the TRaSH guides write them; replaces profiles of the same name. The custom formats
    /// that they score must be there
    Import {
        /// Files, or folders with .json files; - is standard input
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// Prints a quality profile as Radarr writes it
    Export {
        /// Its name or number
        profile: String,
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

/// What is changed of a profile.
#[derive(Debug, Clone, Args)]
pub struct Changes {
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// Whether something better replaces what is there
    #[arg(long, value_name = "true|false")]
    upgrades: Option<bool>,
    /// From this quality or group on nothing better is looked for
    #[arg(long)]
    cutoff: Option<String>,
    /// The wanted language, Original or Any
    #[arg(long)]
    language: Option<String>,
    /// A quality or group that may be taken; may be repeated
    #[arg(long)]
    allow: Vec<String>,
    /// A quality or group that may not be taken; may be repeated
    #[arg(long)]
    forbid: Vec<String>,
    /// A release with a lower score is refused
    #[arg(long, allow_negative_numbers = true)]
    least_score: Option<i32>,
    /// From this score on no better one is looked for
    #[arg(long, allow_negative_numbers = true)]
    score_cutoff: Option<i32>,
    /// That much more is an upgrade
    #[arg(long)]
    least_gain: Option<i32>,
    /// What a custom format counts, as NAME=SCORE; 0 = nothing; may be repeated
    #[arg(long)]
    score: Vec<String>,
}

impl Changes {
    fn apply(self, mut to: QualityProfile, formats: &[CustomFormat]) -> Result<QualityProfile, Failure> {
        for (names, allowed) in [(&self.allow, true), (&self.forbid, false)] {
            for name in names {
                let at = line_of(&to, name)?;
                if let Some(item) = to.items.get_mut(at) {
                    item.allowed = allowed;
                }
            }
        }
        if let Some(cutoff) = &self.cutoff {
            let line = to.items.get(line_of(&to, cutoff)?);
            to.cutoff = line.and_then(|item| item.qualities.last().copied()).unwrap_or(to.cutoff);
        }
        if let Some(language) = &self.language {
            to.language = Language::from_name(language)
                .ok_or_else(|| Failure::not_found(format!("there is no language {language:?}")))?;
        }
        for scored in &self.score {
            let wrong = || Failure::usage(format!("{scored:?} is no NAME=SCORE such as x265=-50"));
            let (name, score) = scored.rsplit_once('=').ok_or_else(wrong)?;
            let score: i32 = score.trim().parse().map_err(|_| wrong())?;
            let format = formats.iter().find(|format| format.name.eq_ignore_ascii_case(name.trim()));
            let format = format.ok_or_else(|| {
                Failure::not_found(format!("there is no custom format {:?}", name.trim()))
                    .with_hint("see: radarr-tui format list")
            })?;
            to.format_scores.retain(|line| line.format_id != format.id);
            if score != 0 {
                to.format_scores.push(FormatScore { format_id: format.id, score });
            }
        }
        to.name = self.name.unwrap_or(to.name);
        to.upgrade_allowed = self.upgrades.unwrap_or(to.upgrade_allowed);
        to.min_format_score = self.least_score.unwrap_or(to.min_format_score);
        to.cutoff_format_score = self.score_cutoff.unwrap_or(to.cutoff_format_score);
        to.min_upgrade_format_score = self.least_gain.unwrap_or(to.min_upgrade_format_score);
        Ok(to)
    }
}

/// The place of the line that is called so, or that holds the quality of that name.
fn line_of(profile: &QualityProfile, name: &str) -> Result<usize, Failure> {
    let is_group =
        |item: &ProfileItem| item.group.as_deref().is_some_and(|group| group.eq_ignore_ascii_case(name));
    let holds =
        |item: &ProfileItem| item.qualities.iter().any(|quality| quality.name().eq_ignore_ascii_case(name));
    let group = profile.items.iter().position(is_group);
    group.or_else(|| profile.items.iter().position(holds)).ok_or_else(|| {
        Failure::not_found(format!("the profile {} has no quality or group {name:?}", profile.name))
            .with_hint("see: radarr-tui profile show")
    })
}

impl ProfileCommand {
    /// Does it.
    pub async fn run(self, client: &Client, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::List => {
                let profiles = client.profiles().await?;
                out.show(&profiles, |out, profiles| profile_list(out, profiles))
            }
            Self::Show { profile } => {
                let profile = pick::profile(client, &profile).await?;
                let formats = client.custom_formats().await?;
                out.show(&profile, |out, profile| show_profile(out, profile, &formats))
            }
            Self::Edit { profile, changes } => {
                let before = pick::profile(client, &profile).await?;
                let formats = client.custom_formats().await?;
                let saved = client.save_profile(changes.apply(before, &formats)?).await?;
                out.show(&saved, |out, saved| show_profile(out, saved, &formats))
            }
            Self::Save { file } => {
                let profile: QualityProfile = read_json(&file)?;
                let saved = client.save_profile(profile).await?;
                out.show(&saved, |out, saved| {
                    out.line(format!("saved the profile {} as {}", saved.name, saved.id))
                })
            }
            Self::Import { files } => {
                let profiles = client.import_profiles(read_json_list(&files)?).await?;
                out.show(&profiles, |out, profiles| profile_list(out, profiles))
            }
            Self::Export { profile } => {
                let found = pick::profile(client, &profile).await?;
                out.text(&client.export_profile(found.id).await?)
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

fn profile_list(out: &mut Output, profiles: &[QualityProfile]) -> Result<(), Failure> {
    let lines = profiles.iter().map(|profile| {
        vec![
            number(profile.id),
            cell(&profile.name),
            cell(profile.cutoff.name()),
            cell(if profile.upgrade_allowed { "yes" } else { "no" }),
            cell(profile.language.name()),
            number(profile.format_scores.len()),
        ]
    });
    let columns = ["#", "name", "cutoff", "upgrades", "language", "formats"];
    out.table(&columns, &lines.collect::<Vec<_>>(), "no profiles")
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

#[cfg(test)]
mod tests {
    use radarr_proto::model::Quality;

    use super::*;
    use crate::screens::samples;

    fn changes(arguments: &[&str]) -> Changes {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            changes: Changes,
        }
        <Only as clap::Parser>::try_parse_from([&["x"], arguments].concat()).unwrap().changes
    }

    #[test]
    fn what_is_said_is_changed_and_the_rest_stays() {
        let said = changes(&[
            "--cutoff",
            "webdl-1080p",
            "--forbid",
            "Bluray-1080p",
            "--allow",
            "WEBDL-720p",
            "--score",
            "X264=-5",
            "--least-score",
            "-10",
            "--language",
            "french",
        ]);
        let got = said.apply(samples::profile(), &samples::custom_formats()).unwrap();
        assert_eq!(
            (got.cutoff, got.language, got.min_format_score),
            (Quality::WebDl1080p, Language::French, -10)
        );
        assert_eq!(got.items.iter().map(|item| item.allowed).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(got.format_scores.iter().map(|line| line.score).collect::<Vec<_>>(), [-5]);
        assert_eq!((got.name, got.upgrade_allowed), (samples::profile().name, true));
    }

    #[test]
    fn what_is_not_there_is_said() {
        for said in [
            ["--cutoff", "4D"],
            ["--allow", "4D"],
            ["--score", "gone=5"],
            ["--score", "x264"],
            ["--language", "x"],
        ] {
            assert!(
                changes(&said).apply(samples::profile(), &samples::custom_formats()).is_err(),
                "{said:?}"
            );
        }
    }
}
