//! Tags: a label is a tag, so that the same label is the same tag.

use radarr_proto::model::Tag;

use super::{Taking, refusal};
use crate::flow::FlowError;
use crate::migrate::fields::Fields;
use crate::migrate::report::Noun;
use crate::settings;

/// Takes them over.
pub async fn take(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<(), FlowError> {
    let mut noun = Noun::new("tags");
    let before: Vec<Tag> = settings::tags::tags(taking.flow).await?;
    for row in rows {
        let (Some(number), Some(label)) = (row.int("id"), row.text("label")) else {
            noun.left_out(format!("tag {}", row.int("id").unwrap_or(0)), "it has no label");
            continue;
        };
        match settings::tags::add_tag(taking.flow, taking.by, label.to_owned()).await {
            Ok(tag) => {
                let is_known = before.iter().any(|known| known.id == tag.id)
                    || taking.known.tags.values().any(|known| *known == tag.id);
                if is_known {
                    noun.there();
                } else {
                    noun.taken();
                }
                taking.known.tags.insert(number, tag.id);
            }
            Err(error) => noun.left_out(label, refusal(error)?),
        }
    }
    taking.report.nouns.push(noun);
    Ok(())
}
