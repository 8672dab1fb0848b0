//! Is a release one that must not be taken again?

use radarr_proto::model::{Blocked, MovieId, Protocol, Release};

use crate::domain::quality::size::MEGABYTE;

/// Two usenet posts of the same name this close in time and size are the same one, listed by two indexers.
/// Source: Radarr's `UsenetBlocklist` check.
const SAME_POST_SECONDS: u64 = 2 * 60;

/// See [`SAME_POST_SECONDS`].
const SAME_POST_BYTES: u64 = 2 * MEGABYTE;

/// The row of the blocklist that is about this release and this movie.
///
/// Source: Radarr's `BlocklistService`.
pub fn find_block<'a>(release: &Release, movie: MovieId, blocklist: &'a [Blocked]) -> Option<&'a Blocked> {
    blocklist.iter().filter(|block| block.movie_id == movie).find(|block| is_same(release, block))
}

fn is_same(release: &Release, block: &Blocked) -> bool {
    if release.protocol != block.protocol {
        return false;
    }
    match release.protocol {
        Protocol::Torrent => match release.info_hash {
            Some(hash) => block.info_hash == Some(hash),
            None => same_title(release, block) && same_indexer(release, block),
        },
        Protocol::Usenet => same_title(release, block) && same_post(release, block),
        Protocol::Unknown => false,
    }
}

fn same_title(release: &Release, block: &Blocked) -> bool {
    release.title.to_lowercase() == block.title.to_lowercase()
}

/// The same indexer, or one that is no longer known.
fn same_indexer(release: &Release, block: &Blocked) -> bool {
    block.indexer.is_empty() || block.indexer.eq_ignore_ascii_case(&release.indexer)
}

fn same_post(release: &Release, block: &Blocked) -> bool {
    let (Some(ours), Some(theirs)) = (release.published_at, block.published_at) else {
        return false;
    };
    let near_in_time = ours.as_second().abs_diff(theirs.as_second()) <= SAME_POST_SECONDS;
    let near_in_size = release.size_bytes.abs_diff(block.size_bytes) <= SAME_POST_BYTES;
    ours == theirs || (!release.indexer.eq_ignore_ascii_case(&block.indexer) && near_in_time && near_in_size)
}
