//! Tags: words that tie settings to movies.

use radarr_proto::model::{DelayProfile, DownloadClient, Indexer, Movie, ReleaseProfile, Tag, TagId};

use super::edit::{Known, Noun, Numbered, change, changed, find, known};
use crate::flow::{By, Flow, FlowError};
use crate::storage::{Collection, Commit, Expect};

/// Longest label, in characters.
const LABEL_CHARS_MAX: usize = 50;

impl Numbered for Tag {
    const NOUN: Noun = Noun::Tag;
    fn number(&self) -> u64 {
        self.id.0
    }
    fn set_number(&mut self, number: u64) {
        self.id = TagId(number);
    }
    fn name(&self) -> String {
        self.label.clone()
    }
}

/// The tags.
pub async fn tags(flow: &Flow) -> Result<Vec<Tag>, FlowError> {
    Ok(flow.store.load_all().await?)
}

/// Makes a tag, in lower case, or gives back the one of that name.
pub async fn add_tag(flow: &Flow, by: &By, request: String) -> Result<Tag, FlowError> {
    let label = request.trim().to_lowercase();
    if label.is_empty() || label.chars().count() > LABEL_CHARS_MAX {
        return Err(FlowError::invalid(
            format!("a tag has 1 to {LABEL_CHARS_MAX} characters, and this has {}", label.chars().count()),
            "give it a short word",
        ));
    }
    if label.chars().any(|c| c.is_control() || c == ',') {
        return Err(FlowError::invalid(
            format!("{label:?} can't be a tag: commas and what can't be shown may not be in it"),
            "add several tags one by one",
        ));
    }
    change(flow, by, Noun::Tag, |edit| {
        let label = label.clone();
        async move {
            let known = known::<Tag>(&flow.store).await?;
            if let Some(same) = known.into_iter().find(|known| known.document.label == label) {
                return Ok(same.document);
            }
            let tag = Tag { id: TagId(flow.store.next_id(Collection::Tag).await?), label };
            edit.keep(edit.commit().put(&tag, Expect::Absent), &tag.label).await?;
            Ok(tag)
        }
    })
    .await
}

/// Deletes a tag and takes it off everything that has it, all at once. Refused where its absence would widen a
/// setting from some movies to all.
pub async fn delete_tag(flow: &Flow, by: &By, id: TagId) -> Result<(), FlowError> {
    change(flow, by, Noun::Tag, |edit| async move {
        let tags = known::<Tag>(&flow.store).await?;
        let tag = find(&tags, id.0)?;
        let mut commit = edit.commit().delete::<Tag>(id, tag.expected());
        commit = take_off_movies(flow, commit, id).await?;
        commit = take_off::<Indexer>(flow, commit, &tag.document, |it| &mut it.tags).await?;
        commit = take_off::<DownloadClient>(flow, commit, &tag.document, |it| &mut it.tags).await?;
        commit = take_off::<DelayProfile>(flow, commit, &tag.document, |it| &mut it.tags).await?;
        commit = take_off::<ReleaseProfile>(flow, commit, &tag.document, |it| &mut it.tags).await?;
        edit.keep(commit, &tag.document.label).await?;
        Ok(())
    })
    .await
}

/// What a movie without its tag means is the movie's matter: it goes without a word.
async fn take_off_movies(flow: &Flow, mut commit: Commit, id: TagId) -> Result<Commit, FlowError> {
    let mut tagged = Vec::new();
    flow.store
        .for_each::<Movie>(|mut movie| {
            if movie.tags.contains(&id) {
                movie.tags.retain(|tag| *tag != id);
                tagged.push(movie);
            }
        })
        .await?;
    for movie in tagged {
        commit = commit.put(&movie, Expect::Version(movie.doc_version));
    }
    Ok(commit)
}

async fn take_off<T: Numbered>(
    flow: &Flow,
    mut commit: Commit,
    tag: &Tag,
    tags: impl Fn(&mut T) -> &mut Vec<TagId>,
) -> Result<Commit, FlowError> {
    for Known { mut document, version } in known::<T>(&flow.store).await? {
        let of_it = tags(&mut document);
        if !of_it.contains(&tag.id) {
            continue;
        }
        of_it.retain(|other| *other != tag.id);
        if of_it.is_empty() {
            return Err(FlowError::conflict(
                format!(
                    "the {} {:?} holds only for movies tagged {:?}; without the tag it would hold for all",
                    T::NOUN.words(),
                    document.name(),
                    tag.label
                ),
                "delete it or give it another tag first",
            ));
        }
        let name = document.name();
        commit = commit.put(&document, Expect::Version(version)).event(None, changed(T::NOUN, &name));
    }
    Ok(commit)
}
