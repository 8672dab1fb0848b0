//! Movies with their files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use radarr_proto::model::{
    DocVersion, Language, Movie, MovieFacts, MovieId, MovieVersion, ProfileId, QualityProfile, Slot,
    StoredScore,
};

use super::{Taking, roots};
use crate::domain::custom_format::{FormatInput, compiled::score};
use crate::domain::naming::place::relative_folder;
use crate::domain::title::sort_title;
use crate::files::blocking;
use crate::flow::FlowError;
use crate::flow::adopt::{Adoption, adopt};
use crate::flow::format_cache::ReadyFormats;
use crate::migrate::fields::Fields;
use crate::migrate::nouns::Mapped;
use crate::migrate::nouns::movie::{MovieIn, called, movie};
use crate::migrate::paths;
use crate::migrate::report::{Noun, count};

/// Movies that are looked at together.
const TOGETHER: usize = 500;

/// The default profile that takes nearly everything.
const FALLBACK_PROFILE: &str = "Any";

/// A movie of ours, as history and blocklist need it.
#[derive(Debug, Clone)]
pub struct Ours {
    /// Its number here.
    pub id: MovieId,
    /// Whether it was here before.
    pub was_there: bool,
    /// Its title.
    pub title: String,
    /// Year.
    pub year: u16,
    /// Original language.
    pub original_language: Language,
}

/// Ours under Radarr's numbers.
pub type OurMovies = HashMap<i64, Ours>;

/// What files are scored by.
struct Rules {
    formats: Arc<ReadyFormats>,
    profiles: HashMap<ProfileId, QualityProfile>,
    fallback: Option<(ProfileId, String)>,
}

/// Takes movies over. Answers with ours under Radarr's numbers.
pub async fn take(taking: &mut Taking<'_>, rows: &[Fields]) -> Result<HashMap<i64, Ours>, FlowError> {
    let mut movies = Noun::new("movies");
    let mut files = Noun::new("files");
    let rules = rules(taking).await?;
    let mut ours = HashMap::new();
    for rows in rows.chunks(TOGETHER) {
        let mut together: Vec<(&Fields, Movie)> = Vec::with_capacity(rows.len());
        let mut changes: Vec<Vec<String>> = Vec::with_capacity(rows.len());
        for row in rows {
            match prepare(taking, &rules, row, &mut files) {
                Ok(mapped) => {
                    together.push((row, mapped.value));
                    changes.push(mapped.changes);
                }
                Err(why) => movies.left_out(called(row), why),
            }
        }
        look_for_files(taking, &mut together, &mut files).await?;
        for (_, movie) in &mut together {
            score_file(taking, &rules, movie);
        }
        let adopted =
            adopt(taking.flow, taking.by, together.iter().map(|(_, movie)| movie.clone()).collect()).await?;
        for (((row, movie), adoption), changes) in together.into_iter().zip(adopted).zip(changes) {
            let file = movie.versions.iter().any(|version| version.file.is_some());
            let id = match adoption {
                Adoption::Taken(id) => {
                    movies.taken();
                    movies.changes(&called(row), changes);
                    if file {
                        files.taken();
                    }
                    id
                }
                Adoption::There(id) => {
                    movies.there();
                    if file {
                        files.there();
                    }
                    id
                }
                Adoption::FolderOf(other) => {
                    movies.left_out(
                        called(row),
                        format!("its folder is that of movie {other}, or one holds the other"),
                    );
                    continue;
                }
                Adoption::TooLarge => {
                    movies.left_out(called(row), "there is more to it than is kept of a movie");
                    continue;
                }
            };
            let known = Ours {
                id,
                was_there: matches!(adoption, Adoption::There(_)),
                title: movie.facts.title,
                year: movie.facts.year,
                original_language: movie.facts.original_language,
            };
            ours.extend(row.int("id").map(|number| (number, known)));
        }
    }
    if files.found > 1 && files.left_out == files.found {
        taking.report.warnings.push(format!(
            "none of {} is here: is the disk mounted, and does it have the same path as Radarr says (--map-path)?",
            count(files.found, "file")
        ));
    }
    taking.report.nouns.extend([movies, files]);
    Ok(ours)
}

async fn rules(taking: &Taking<'_>) -> Result<Rules, FlowError> {
    let profiles: Vec<QualityProfile> = taking.flow.store.load_all().await?;
    let any = profiles.iter().find(|profile| profile.name == FALLBACK_PROFILE);
    let fallback = any.or(profiles.first()).map(|profile| (profile.id, profile.name.clone()));
    Ok(Rules {
        formats: taking.flow.formats.ready(&taking.flow.store).await?,
        profiles: profiles.into_iter().map(|profile| (profile.id, profile)).collect(),
        fallback,
    })
}

/// The movie as it will be here, as far as it can be told without looking at the disk. `Err` = why it stays behind.
fn prepare(
    taking: &Taking<'_>,
    rules: &Rules,
    row: &Fields,
    files: &mut Noun,
) -> Result<Mapped<Movie>, String> {
    let mapped = movie(row, &taking.known, taking.flow.now())?;
    let theirs = mapped.value;
    let path = paths::here(&theirs.path, taking.maps)?;
    let (root, folder) = roots::place(&path, &taking.roots).ok_or_else(|| {
        let above = paths::parent(&path).unwrap_or("/");
        format!(
            "it lies in {above}, which is no root folder here: make it one, or say --map-path {above}=FOLDER"
        )
    })?;
    let folder = relative_folder(folder).map_err(|why| format!("its folder {why}"))?;
    let mut changes = mapped.changes;
    let profile_id = match taking.known.profiles.get(&theirs.profile) {
        Some(id) => *id,
        None => {
            let (id, name) = rules.fallback.as_ref().ok_or("there is no quality profile for it")?;
            changes.push(format!("its quality profile ({}) is not here; it has {name:?}", theirs.profile));
            *id
        }
    };
    let file = match &theirs.file {
        Some(Err(why)) => {
            files.left_out(called(row), why.clone());
            None
        }
        Some(Ok(file)) => Some(file.clone()),
        None => None,
    };
    let version = MovieVersion {
        slot: Slot(0),
        name: String::new(),
        profile_id,
        root_folder_id: root.id,
        folder,
        file,
        last_searched_at: theirs.last_searched_at,
    };
    Ok(Mapped { value: ours(taking, theirs, version), changes })
}

fn ours(taking: &Taking<'_>, theirs: MovieIn, version: MovieVersion) -> Movie {
    Movie {
        id: MovieId(0),
        doc_version: DocVersion(0),
        sort_title: sort_title(&theirs.facts.title, Some(theirs.facts.tmdb_id)),
        facts: theirs.facts,
        monitored: theirs.monitored,
        minimum_availability: theirs.minimum_availability,
        tags: theirs.tags,
        added_at: theirs.added_at,
        added_by: taking.by.actor.clone(),
        // TMDB knows translations, credits and countries that Radarr does not keep: the next refresh asks it.
        refreshed_at: Timestamp::UNIX_EPOCH,
        versions: vec![version],
    }
}

/// Files that are not on the disk are no files here. What has another size was changed since Radarr looked at it: it
/// is looked into again.
async fn look_for_files(
    taking: &Taking<'_>,
    movies: &mut [(&Fields, Movie)],
    noun: &mut Noun,
) -> Result<(), FlowError> {
    let root_of: HashMap<_, _> = taking.roots.iter().map(|root| (root.id, Path::new(&root.path))).collect();
    let mut looked_at: Vec<Option<PathBuf>> = Vec::with_capacity(movies.len());
    for (_, movie) in movies.iter() {
        let version = movie.versions.first();
        looked_at.push(version.and_then(|version| {
            let file = version.file.as_ref()?;
            Some(root_of.get(&version.root_folder_id)?.join(&version.folder).join(&file.relative_path))
        }));
    }
    let sizes = blocking(move || {
        let size = |path: &PathBuf| {
            std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|about| about.len())
        };
        Ok(looked_at.iter().map(|path| path.as_ref().map(size)).collect::<Vec<_>>())
    })
    .await?;
    for ((row, movie), size) in movies.iter_mut().zip(sizes) {
        let Some(version) = movie.versions.first_mut() else { continue };
        let (Some(size), Some(file)) = (size, version.file.as_mut()) else { continue };
        match size {
            None => {
                noun.left_out(called(row), "it is not on the disk; the movie is missing its file here");
                version.file = None;
            }
            Some(size) if size != file.size_bytes => {
                noun.changed(called(row), "it has another size than Radarr says, and is looked into again");
                file.size_bytes = size;
                file.media_info = None;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// What the file scores by the formats that are here now (D14).
fn score_file(taking: &Taking<'_>, rules: &Rules, movie: &mut Movie) {
    let facts: &MovieFacts = &movie.facts;
    for version in &mut movie.versions {
        let profile = rules.profiles.get(&version.profile_id);
        let Some(file) = version.file.as_mut() else { continue };
        let reputation = taking.flow.groups.score(file.release_group.as_deref());
        let input = FormatInput::of_file(file, facts).with_reputation(reputation);
        let matched = rules.formats.formats.matching(&input);
        file.stored_score = StoredScore {
            score: profile.map_or(0, |profile| score(profile, &matched)),
            formats: matched.into_iter().map(|format| format.name).collect(),
        };
    }
}
