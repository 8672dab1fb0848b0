//! `group`: what is known of release groups.

use clap::Subcommand;
use radarr_proto::client::Client;
use radarr_proto::model::GroupReputation;

use super::failure::Failure;
use super::output::{Output, Tone, cell, number};
use crate::{gather, text};

#[derive(Debug, Clone, Subcommand)]
pub enum GroupCommand {
    /// Shows what is known of release groups, best first
    List {
        /// At most that many
        #[arg(long, default_value_t = 50)]
        limit: u64,
        /// Only those that have this in their name
        #[arg(long)]
        text: Option<String>,
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
            Self::List { limit, text } => {
                let groups = gather::groups(client, text.as_deref().unwrap_or_default(), limit).await?;
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
    let share = |part: u32| match group.releases {
        0 => part.to_string(),
        all => format!("{part} ({} %)", u64::from(part) * 100 / u64::from(all)),
    };
    out.facts(&[
        ("releases", group.releases.to_string()),
        ("internal", share(group.internal)),
        ("encodes", share(group.encodes)),
        ("remuxes", share(group.remuxes)),
        ("web", share(group.web)),
        ("grabs", group.grabs.to_string()),
        ("failures", group.failures.to_string()),
        ("replaced", group.replaced.to_string()),
    ])?;
    for (quality, bytes) in &group.median_bytes_per_minute {
        out.line(format!("  {quality}: {} per minute at the median", text::size(*bytes)))?;
    }
    Ok(())
}
