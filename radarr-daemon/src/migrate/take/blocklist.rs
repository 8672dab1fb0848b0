//! Releases that are not taken again.

use std::collections::HashSet;

use radarr_proto::model::{BlockId, Blocked, Indexer, IndexerId, InfoHash, MovieId};

use super::Taking;
use super::movies::OurMovies;
use crate::flow::FlowError;
use crate::migrate::fields::Fields;
use crate::migrate::nouns::blocklist::{blocked, called};
use crate::migrate::report::Noun;
use crate::storage::{Collection, Expect};

/// Entries in one commit.
const TOGETHER: usize = 200;

/// What tells an entry from another.
type Key = (MovieId, String, String, Option<InfoHash>);

fn key(entry: &Blocked) -> Key {
    (entry.movie_id, entry.title.clone(), entry.indexer.clone(), entry.info_hash)
}

/// Takes the blocklist over.
pub async fn take(taking: &mut Taking<'_>, rows: &[Fields], movies: &OurMovies) -> Result<(), FlowError> {
    let mut noun = Noun::new("blocklist");
    let flow = taking.flow;
    let here: Vec<Blocked> = flow.store.load_all().await?;
    let mut known: HashSet<Key> = here.iter().map(key).collect();
    let indexers: Vec<Indexer> = flow.store.load_all().await?;
    let mut wanted = Vec::new();
    for row in rows {
        let Some(movie) = row.int("movieId").and_then(|number| movies.get(&number)) else {
            noun.left_out(called(row), "its movie is not here");
            continue;
        };
        let name = row.text("indexer").unwrap_or_default();
        let indexer = indexers.iter().find(|indexer| indexer.name.eq_ignore_ascii_case(name));
        match blocked(row, movie.id, indexer.map_or(IndexerId(0), |indexer| indexer.id)) {
            Ok(entry) if known.contains(&key(&entry)) => noun.there(),
            Ok(entry) => {
                known.insert(key(&entry));
                wanted.push(entry);
            }
            Err(why) => noun.left_out(called(row), why),
        }
    }
    for together in wanted.chunks(TOGETHER) {
        let mut commit = taking.by.commit(flow.now());
        for entry in together {
            let id = BlockId(flow.store.next_id(Collection::Block).await?);
            commit = commit.put(&Blocked { id, ..entry.clone() }, Expect::Absent);
        }
        flow.store.commit(commit).await?;
        for _ in together {
            noun.taken();
        }
    }
    taking.report.nouns.push(noun);
    Ok(())
}
