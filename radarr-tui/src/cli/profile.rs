//! `profile`: which qualities may be taken, in which order, and what custom formats count.

use clap::Subcommand;
use radarr_proto::client::Client;
use radarr_proto::model::{CustomFormat, ProfileId, QualityProfile};

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
