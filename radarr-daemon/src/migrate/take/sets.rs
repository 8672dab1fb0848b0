//! What there is one set of, or what has no name: naming, size limits, delay profiles. A set that somebody chose here
//! stays.

use radarr_proto::model::{DelayProfile, DelayProfileId, DocVersion, NamingSettings, QualityDefinition};

use super::{Taking, refusal};
use crate::domain::decide::delay;
use crate::domain::quality::defaults;
use crate::flow::FlowError;
use crate::migrate::fields::Fields;
use crate::migrate::nouns::{self, Mapped};
use crate::migrate::report::Noun;
use crate::migrate::taken::{Taken, digest};
use crate::settings;

const CHOSEN: &str = "something else was chosen here";

/// Takes naming over.
pub async fn naming(taking: &mut Taking<'_>, row: Option<&Fields>) -> Result<(), FlowError> {
    let mut noun = Noun::new("naming");
    let Some(row) = row else { return Ok(()) };
    let before = Taken::load(taking.flow, "naming").await?;
    let mut taken = before.clone();
    let members = [
        "renameMovies",
        "replaceIllegalCharacters",
        "colonReplacementFormat",
        "standardMovieFormat",
        "movieFolderFormat",
    ];
    let digest = digest(row, &members);
    let here = settings::naming::naming(taking.flow).await?;
    let here = NamingSettings { doc_version: DocVersion(0), ..here };
    let theirs = nouns::naming::naming(row);
    if taken.number(&digest).is_some() || here == theirs {
        noun.there();
        taken.insert(digest, 0);
    } else if here != NamingSettings::default() {
        noun.left_out("naming", CHOSEN);
    } else {
        match settings::naming::save_naming(taking.flow, taking.by, theirs).await {
            Ok(_) => {
                noun.taken();
                taken.insert(digest, 0);
            }
            Err(error) => noun.left_out("naming", refusal(error)?),
        }
    }
    taken.keep(taking.flow, taking.by, &before).await?;
    taking.report.nouns.push(noun);
    Ok(())
}

/// Takes size limits over, quality by quality.
pub async fn definitions(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let mut noun = Noun::new("size limits");
    let before = Taken::load(taking.flow, "quality_definition").await?;
    let mut taken = before.clone();
    let defaults = defaults::definitions();
    let mut here = settings::quality_definitions::quality_definitions(taking.flow).await?;
    for limits in &mut here {
        limits.doc_version = DocVersion(0);
    }
    let mut wanted: Vec<(String, QualityDefinition)> = Vec::new();
    for row in rows {
        let called = nouns::definitions::called(row);
        let theirs = match nouns::definitions::definition(row) {
            Ok(theirs) => theirs,
            Err(why) => {
                noun.left_out(called, why);
                continue;
            }
        };
        let digest = digest(row, &["quality", "minSize", "maxSize", "preferredSize"]);
        let is_chosen =
            |ours: &&QualityDefinition| ours.quality == theirs.quality && !defaults.contains(ours);
        if taken.number(&digest).is_some() || here.contains(&theirs) {
            noun.there();
            taken.insert(digest, 0);
        } else if here.iter().any(|ours| is_chosen(&ours)) {
            noun.left_out(called, CHOSEN);
        } else if wanted.iter().any(|(_, other)| other.quality == theirs.quality) {
            noun.left_out(called, "it is there twice");
        } else {
            wanted.push((digest, theirs));
        }
    }
    for (digest, limits) in wanted {
        let called = limits.quality.name();
        match settings::quality_definitions::save_quality_definitions(taking.flow, taking.by, vec![limits])
            .await
        {
            Ok(_) => {
                noun.taken();
                taken.insert(digest, 0);
            }
            Err(error) => noun.left_out(called, refusal(error)?),
        }
    }
    taken.keep(taking.flow, taking.by, &before).await?;
    taking.report.nouns.push(noun);
    Ok(())
}

/// Takes delay profiles over. The one for all movies gives way, when nobody has set it here.
pub async fn delays(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let mut noun = Noun::new("delay profiles");
    let before = Taken::load(taking.flow, "delay_profile").await?;
    let mut taken = before.clone();
    let mut here = settings::delay_profiles::delay_profiles(taking.flow).await?;
    for row in rows {
        let called = nouns::delays::called(row);
        let Mapped { value: theirs, changes } = match nouns::delays::delay(row, &taking.known) {
            Ok(mapped) => mapped,
            Err(why) => {
                noun.left_out(called, why);
                continue;
            }
        };
        let digest = digest(
            row,
            &[
                "id",
                "enableUsenet",
                "enableTorrent",
                "preferredProtocol",
                "usenetDelay",
                "torrentDelay",
                "tags",
                "bypassIfHighestQuality",
                "bypassIfAboveCustomFormatScore",
                "minimumCustomFormatScore",
            ],
        );
        let same = |ours: &DelayProfile| {
            DelayProfile { id: DelayProfileId(0), doc_version: DocVersion(0), ..ours.clone() } == theirs
        };
        let standard = here.iter().find(|ours| ours.tags.is_empty());
        let id = match (theirs.tags.is_empty(), standard) {
            _ if taken.number(&digest).is_some() || here.iter().any(same) => {
                noun.there();
                taken.insert(digest, 0);
                continue;
            }
            (true, Some(standard)) if is_standard(standard) => standard.id,
            (true, Some(_)) => {
                noun.left_out(called, CHOSEN);
                continue;
            }
            (true, None) | (false, _) => DelayProfileId(0),
        };
        let request = DelayProfile { id, ..theirs };
        match settings::delay_profiles::save_delay_profile(taking.flow, taking.by, request).await {
            Ok(saved) => {
                noun.taken();
                noun.changes(&called, changes);
                taken.insert(digest, saved.id.0);
                here.retain(|ours| ours.id != saved.id);
                here.push(saved);
            }
            Err(error) => noun.left_out(called, refusal(error)?),
        }
    }
    taken.keep(taking.flow, taking.by, &before).await?;
    taking.report.nouns.push(noun);
    Ok(())
}

/// Whether a delay profile is the one that every installation starts with.
fn is_standard(ours: &DelayProfile) -> bool {
    DelayProfile { doc_version: DocVersion(0), ..ours.clone() } == delay::standard()
}
