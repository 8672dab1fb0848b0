//! Things are named as people name them: by number, by name, by id at TMDB.

use radarr_proto::client::Client;
use radarr_proto::model::{
    CustomFormat, DownloadClient, ImdbId, IndexerState, MovieId, MovieRow, ProfileId, QualityProfile,
    RootFolderId, RootFolderState, TagId, TokenInfo,
};
use radarr_proto::request::{ListMovies, LookupHit};

use super::failure::Failure;
use crate::text;

/// How many candidates an ambiguous name shows.
const CANDIDATES_SHOWN: usize = 8;

/// The one thing of that number or name (letters compared without case), or what there is instead.
fn by_name<'a, T>(
    all: &'a [T],
    wanted: &str,
    noun: &str,
    number: impl Fn(&T) -> u64,
    name: impl Fn(&T) -> &str,
) -> Result<&'a T, Failure> {
    let named = all.iter().find(|one| name(one).eq_ignore_ascii_case(wanted));
    let numbered = || all.iter().find(|one| wanted.parse() == Ok(number(one)));
    named.or_else(numbered).ok_or_else(|| {
        let there_is: Vec<&str> = all.iter().map(&name).take(CANDIDATES_SHOWN).collect();
        let failure = Failure::not_found(format!("there is no {noun} {wanted:?}"));
        if there_is.is_empty() {
            return failure.with_hint(format!("there is no {noun} at all yet"));
        }
        failure.with_hint(format!("there is: {}", there_is.join(", ")))
    })
}

/// A profile by number or name.
pub async fn profile(client: &Client, wanted: &str) -> Result<QualityProfile, Failure> {
    let all = client.profiles().await?;
    by_name(&all, wanted, "profile", |one| one.id.0, |one| &one.name).cloned()
}

/// The number of a profile that may be named.
pub async fn profile_id(client: &Client, wanted: Option<&str>) -> Result<Option<ProfileId>, Failure> {
    match wanted {
        None => Ok(None),
        Some(wanted) => Ok(Some(profile(client, wanted).await?.id)),
    }
}

/// A root folder by number or path.
pub async fn root(client: &Client, wanted: &str) -> Result<RootFolderState, Failure> {
    let all = client.roots().await?;
    let wanted = if wanted.len() > 1 { wanted.trim_end_matches('/') } else { wanted };
    by_name(&all, wanted, "root folder", |one| one.root.id.0, |one| &one.root.path).cloned()
}

/// The number of a root folder that may be named.
pub async fn root_id(client: &Client, wanted: Option<&str>) -> Result<Option<RootFolderId>, Failure> {
    match wanted {
        None => Ok(None),
        Some(wanted) => Ok(Some(root(client, wanted).await?.root.id)),
    }
}

/// The numbers of tags by number or name.
pub async fn tags(client: &Client, wanted: &[String]) -> Result<Vec<TagId>, Failure> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let all = client.tags().await?;
    wanted
        .iter()
        .map(|one| by_name(&all, one, "tag", |tag| tag.id.0, |tag| &tag.label).map(|tag| tag.id))
        .collect()
}

/// A custom format by number or name.
pub async fn format(client: &Client, wanted: &str) -> Result<CustomFormat, Failure> {
    let all = client.custom_formats().await?;
    by_name(&all, wanted, "custom format", |one| one.id.0, |one| &one.name).cloned()
}

/// An indexer by number or name.
pub async fn indexer(client: &Client, wanted: &str) -> Result<IndexerState, Failure> {
    let all = client.indexers().await?;
    by_name(&all, wanted, "indexer", |one| one.indexer.id.0, |one| &one.indexer.name).cloned()
}

/// A download client by number or name.
pub async fn download_client(client: &Client, wanted: &str) -> Result<DownloadClient, Failure> {
    let all = client.clients().await?;
    by_name(&all, wanted, "download client", |one| one.id.0, |one| &one.name).cloned()
}

/// A client token by number or name.
pub async fn token(client: &Client, wanted: &str) -> Result<TokenInfo, Failure> {
    let all = client.tokens().await?;
    by_name(&all, wanted, "token", |one| one.id.0, |one| &one.name).cloned()
}

/// A movie of the library by number, `tmdb:N`, `imdb:tt…` or title.
pub async fn movie(client: &Client, wanted: &str) -> Result<MovieId, Failure> {
    if let Ok(id) = wanted.parse() {
        return Ok(id);
    }
    let not_there = || {
        Failure::not_found(format!("there is no movie {wanted:?} in the library"))
            .with_hint("see: radarr-tui movie list, or add it: radarr-tui movie add")
    };
    if wanted.starts_with("tmdb:") || imdb_id(wanted).is_some() {
        let hits = client.lookup_movies(wanted.to_owned()).await?;
        return hits.iter().find_map(|hit| hit.in_library).ok_or_else(not_there);
    }
    let page = client.list_movies(ListMovies { text: wanted.to_owned(), ..ListMovies::default() }).await?;
    choose_row(&page.rows, wanted).ok_or_else(|| {
        if page.rows.is_empty() {
            return not_there();
        }
        let names = page.rows.iter().map(|row| format!("{} {}", row.id, text::titled(&row.title, row.year)));
        ambiguous(wanted, names.collect())
    })
}

fn imdb_id(wanted: &str) -> Option<ImdbId> {
    let id = wanted.strip_prefix("imdb:").unwrap_or(wanted);
    if id.starts_with("tt") { id.parse().ok() } else { None }
}

/// The row that is meant: the only one, or the only one whose title, with or without year, is exactly that.
fn choose_row(rows: &[MovieRow], wanted: &str) -> Option<MovieId> {
    let exact = |row: &&MovieRow| {
        let with_year = text::titled(&row.title, row.year).to_lowercase();
        let wanted = wanted.to_lowercase();
        row.title.to_lowercase() == wanted
            || with_year == wanted
            || with_year.replace(['(', ')'], "") == wanted
    };
    let mut exact = rows.iter().filter(exact);
    match (exact.next(), exact.next(), rows) {
        (Some(one), None, _) | (None, _, [one]) => Some(one.id),
        _ => None,
    }
}

/// The movie at TMDB that is meant: the only hit, or the only one whose title, with or without year, is exactly that.
pub fn choose_hit<'a>(hits: &'a [LookupHit], wanted: &str) -> Result<&'a LookupHit, Failure> {
    let lower = wanted.to_lowercase();
    let mut exact = hits.iter().filter(|hit| {
        let with_year = text::titled(&hit.title, hit.year).to_lowercase();
        with_year == lower || with_year.replace(['(', ')'], "") == lower || hit.title.to_lowercase() == lower
    });
    match (exact.next(), exact.next(), hits) {
        (Some(one), None, _) | (None, _, [one]) => Ok(one),
        (_, _, []) => Err(Failure::not_found(format!("TMDB knows no movie {wanted:?}"))
            .with_hint("give its number there: tmdb:603, or imdb:tt0133093")),
        _ => {
            let name =
                |hit: &LookupHit| format!("tmdb:{} {}", hit.tmdb_id, text::titled(&hit.title, hit.year));
            Err(ambiguous(wanted, hits.iter().map(name).collect()))
        }
    }
}

fn ambiguous(wanted: &str, names: Vec<String>) -> Failure {
    let more = names.len().saturating_sub(CANDIDATES_SHOWN);
    let shown: Vec<String> = names.into_iter().take(CANDIDATES_SHOWN).collect();
    let and_more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Failure::usage(format!("{wanted:?} may be several movies"))
        .with_hint(format!("say which: {}{and_more}", shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use radarr_proto::model::TmdbId;

    fn hit(id: u32, title: &str, year: u16) -> LookupHit {
        LookupHit {
            tmdb_id: TmdbId(id),
            title: title.to_owned(),
            original_title: title.to_owned(),
            year,
            overview: String::new(),
            rating_tenths: 0,
            poster_path: None,
            in_library: None,
        }
    }

    #[test]
    fn a_title_must_mean_one_movie() {
        let hits = [hit(1, "Dune", 2021), hit(2, "Dune", 1984), hit(3, "Dune Drifter", 2020)];
        for (wanted, want) in [
            ("Dune", None),
            ("dune 1984", Some(2)),
            ("Dune (2021)", Some(1)),
            ("dune drifter", Some(3)),
            ("x", None),
        ] {
            assert_eq!(choose_hit(&hits, wanted).ok().map(|hit| hit.tmdb_id.0), want, "{wanted}");
        }
        assert_eq!(choose_hit(&hits[..1], "the dune movie").unwrap().tmdb_id, TmdbId(1));
    }

    #[test]
    fn an_ambiguous_title_names_the_candidates() {
        let failure = choose_hit(&[hit(1, "Dune", 2021), hit(2, "Dune", 1984)], "dune").unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("say which: tmdb:1 Dune (2021), tmdb:2 Dune (1984)"));
    }
}
