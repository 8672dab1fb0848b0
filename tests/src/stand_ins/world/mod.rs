//! What the stand-ins know: movies (`movie.rs`), the usual releases of each (`release.rs`), hostile ones
//! (`hostile.rs`), and the torrents behind them. Made once at start, never changed.

pub mod hostile;
pub mod movie;
pub mod release;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::InfoHash;

use super::media::Videos;
use super::torrent::Torrent;
use movie::Movie;
use release::{Download, Listed};

/// How much there is, and how large.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Sizes of releases are those of the real world divided by this.
    pub shrink: u64,
    /// Movies that nobody made, beside the films.
    pub generated: u32,
}

impl Size {
    /// Releases of some megabytes: a download takes a moment.
    pub const TESTS: Self = Self { shrink: 2_500, generated: 0 };
    /// Releases of some ten megabytes: a download can be watched.
    pub const DEMO: Self = Self { shrink: 250, generated: 0 };
}

/// Everything that the stand-ins know.
#[derive(Debug)]
pub struct World {
    /// Movies, as TMDB has them.
    pub movies: Vec<Movie>,
    /// Releases, as HDBits has them, newest first.
    pub releases: Vec<Listed>,
    /// Torrents that a tracker knows.
    pub torrents: HashMap<InfoHash, Arc<Torrent>>,
    /// When it was made; ages are counted from here.
    pub made_at: Timestamp,
    /// Whether the videos are real ones.
    pub videos: Arc<Videos>,
}

impl World {
    /// Makes it. Takes about two seconds the first time in a process, because videos are encoded.
    pub fn make(size: Size, now: Timestamp) -> anyhow::Result<Arc<Self>> {
        let videos = Videos::make()?;
        let mut movies = movie::films()?;
        let mut releases = release::usual(&movies, &videos, size.shrink)?;
        releases.extend(hostile::releases(&movies, &videos)?);
        let films = movies.len();
        movies.extend(movie::generated(size.generated));
        for (index, movie) in movies.iter().enumerate().skip(films) {
            releases.push(release::of_generated(index, movie, &videos)?);
        }
        releases.sort_by_key(|release| release.age_seconds);
        let torrents = releases.iter().filter_map(|release| match &release.download {
            Download::Right(torrent) => Some((torrent.info_hash, Arc::clone(torrent))),
            Download::Other(_) | Download::Bytes(_) => None,
        });
        let torrents = torrents.collect();
        Ok(Arc::new(Self { movies, releases, torrents, made_at: now, videos }))
    }

    /// The movie with that number.
    pub fn movie(&self, tmdb: u32) -> Option<&Movie> {
        self.movies.iter().find(|movie| movie.tmdb == tmdb)
    }

    /// The release with that number.
    pub fn release(&self, id: u64) -> Option<&Listed> {
        self.releases.iter().find(|release| release.id == id)
    }

    /// The releases of a movie that somebody has, newest first.
    pub fn good_releases(&self, tmdb: u32) -> impl Iterator<Item = (&Listed, &Arc<Torrent>)> {
        self.releases.iter().filter_map(move |release| match &release.download {
            Download::Right(torrent) if release.seeders > 0 && torrent.content.can_be_read() => {
                let movie = self.movies.get(release.movie)?;
                (movie.tmdb == tmdb && release.odd.is_none()).then_some((release, torrent))
            }
            Download::Right(_) | Download::Other(_) | Download::Bytes(_) => None,
        })
    }
}
