//! A stand-in of TMDB's API, version 3: search, details with what is appended, find, changes, configuration.
//!
//! `answers.rs` writes a movie down as TMDB does. Not here: lists, discover, people, images.

mod answers;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use radarr_daemon::clock;
use serde_json::{Value, json};

use super::gate::{Flavour, Gate};
use super::serve::Served;
use super::world::World;
use super::world::movie::Movie;
use answers::{details, item};

/// The key that is taken, unless another one is asked for.
pub const KEY: &str = "0123456789abcdef0123456789abcdef";
/// A list's page.
const PAGE: usize = 20;
/// A page of changes.
const CHANGES_PAGE: usize = 100;
const PAGES_MAX: usize = 500;
/// TMDB's limit of `append_to_response`.
const APPENDED_MAX: usize = 20;

type Params = HashMap<String, String>;

/// A TMDB that runs.
#[derive(Debug)]
pub struct Tmdb {
    /// What was asked, and what goes wrong.
    pub gate: Gate,
    /// The key that is taken.
    pub key: String,
    served: Served,
}

struct Inner {
    world: Arc<World>,
    key: String,
    /// Requests in a second; 0 = no limit.
    per_second: u32,
    second: Mutex<(i64, u32)>,
}

impl Tmdb {
    /// Starts it. `per_second` 0 = no limit.
    pub async fn start(
        world: Arc<World>,
        listen: SocketAddr,
        key: &str,
        per_second: u32,
    ) -> anyhow::Result<Self> {
        let gate = Gate::new(Flavour::Tmdb, &[key]);
        let inner = Arc::new(Inner { world, key: key.to_owned(), per_second, second: Mutex::default() });
        let routes = Router::new()
            .route("/3/configuration", get(configuration))
            .route("/3/search/movie", get(search))
            .route("/3/movie/changes", get(changes))
            .route("/3/movie/{id}", get(movie))
            .route("/3/find/{id}", get(find))
            .fallback(async || error(34))
            .layer(from_fn_with_state(Arc::clone(&inner), admit))
            .with_state(inner);
        let served = Served::start("tmdb", listen, gate.before(routes)).await?;
        Ok(Self { gate, key: key.to_owned(), served })
    }

    /// The base URL, with the version.
    pub fn url(&self) -> String {
        format!("{}/3", self.served.url())
    }
}

/// TMDB's own code as an answer. Source: TMDB's page of errors.
fn error(code: u32) -> Response {
    let (http, message) = match code {
        6 => (404, "Invalid id: The pre-requisite id is invalid or not found."),
        7 => (401, "Invalid API key: You must be granted a valid key."),
        19 => (406, "Invalid accept header."),
        20 => (422, "Invalid date range: Should be a range no longer than 14 days."),
        22 => (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
        23 => (400, "Invalid date: Format needs to be YYYY-MM-DD."),
        25 => (429, "Your request count (41) is over the allowed limit of (40)."),
        27 => (400, "Too many append to response objects: The maximum number of remote calls is 20."),
        _ => (404, "The resource you requested could not be found."),
    };
    let body = json!({ "success": false, "status_code": code, "status_message": message });
    let status = StatusCode::from_u16(http).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(body)).into_response();
    if code == 25 {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(1));
    }
    response
}

fn answer(body: Value) -> Response {
    ([(header::CACHE_CONTROL, "public, max-age=600")], axum::Json(body)).into_response()
}

/// The key, what the caller takes, and the limit.
async fn admit(
    State(inner): State<Arc<Inner>>,
    Query(params): Query<Params>,
    request: Request,
    next: Next,
) -> Response {
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    if params.get("api_key").map(String::as_str).or(bearer) != Some(inner.key.as_str()) {
        return error(7);
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    if !["*/*", "application/json", "application/*"].iter().any(|taken| accept.contains(taken)) {
        return error(19);
    }
    if inner.per_second > 0 {
        let now = clock::now().as_second();
        let mut second = inner.second.lock().unwrap_or_else(PoisonError::into_inner);
        *second = if second.0 == now { (now, second.1 + 1) } else { (now, 1) };
        if second.1 > inner.per_second {
            return error(25);
        }
    }
    next.run(request).await
}

async fn configuration() -> Response {
    answer(json!({
        "images": {
            "base_url": "http://image.tmdb.org/t/p/", "secure_base_url": "https://image.tmdb.org/t/p/",
            "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
            "backdrop_sizes": ["w300", "w780", "w1280", "original"],
        },
        "change_keys": ["title", "release_dates"],
    }))
}

/// The page of a list that was asked for, or TMDB's code of the error.
fn paged(all: &[Value], params: &Params, page_len: usize) -> Result<Value, u32> {
    let page = match params.get("page").map(|page| page.parse::<usize>()) {
        None => 1,
        Some(Ok(page)) if (1..=PAGES_MAX).contains(&page) => page,
        Some(_) => return Err(22),
    };
    let results: Vec<&Value> = all.iter().skip((page - 1) * page_len).take(page_len).collect();
    Ok(json!({
        "page": page, "results": results, "total_pages": all.len().div_ceil(page_len).max(1),
        "total_results": all.len(),
    }))
}

/// Words of a text: small letters and digits, without accents.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .map(|c| match c.to_lowercase().next().unwrap_or(c) {
            'ä' | 'á' | 'à' | 'å' => 'a',
            'é' | 'è' => 'e',
            'ö' | 'ó' => 'o',
            'ü' => 'u',
            'ё' => 'е',
            other => other,
        })
        .collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

async fn search(State(inner): State<Arc<Inner>>, Query(params): Query<Params>) -> Response {
    let wanted = words(params.get("query").map_or("", String::as_str));
    if wanted.is_empty() {
        let body = json!({ "errors": ["query must be provided"] });
        return (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(body)).into_response();
    }
    let year = ["primary_release_year", "year"]
        .iter()
        .find_map(|name| params.get(*name))
        .map(|year| year.parse::<u16>());
    let fits = |movie: &&Movie| {
        let in_year = year.as_ref().is_none_or(|year| movie.year() == year.clone().ok());
        // Each word begins a word of the title, as TMDB finds what is being typed.
        in_year
            && movie.all_titles().any(|title| {
                let title = words(title);
                wanted.iter().all(|word| title.iter().any(|of_title| of_title.starts_with(word)))
            })
    };
    let mut found: Vec<&Movie> = inner.world.movies.iter().filter(fits).collect();
    found.sort_by_key(|movie| (words(&movie.title) != wanted, std::cmp::Reverse(movie.votes)));
    let items: Vec<Value> = found.into_iter().map(item).collect();
    paged(&items, &params, PAGE).map_or_else(error, answer)
}

async fn movie(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    Query(params): Query<Params>,
) -> Response {
    let Ok(id) = id.parse::<u32>() else { return error(6) };
    let Some(movie) = inner.world.movie(id) else { return error(34) };
    let appended: Vec<&str> =
        params.get("append_to_response").map_or(Vec::new(), |list| list.split(',').collect());
    if appended.len() > APPENDED_MAX {
        return error(27);
    }
    answer(details(movie, &appended))
}

async fn find(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    Query(params): Query<Params>,
) -> Response {
    if params.get("external_source").map(String::as_str) != Some("imdb_id") {
        let body = json!({ "errors": ["external_source must be provided"] });
        return (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(body)).into_response();
    }
    let found: Vec<Value> = inner
        .world
        .movies
        .iter()
        .filter(|movie| movie.imdb_id().as_deref() == Some(id.as_str()))
        .map(item)
        .collect();
    answer(json!({
        "movie_results": found, "person_results": [], "tv_results": [], "tv_season_results": [],
        "tv_episode_results": [],
    }))
}

/// Each seventh movie changed, whenever one asks.
async fn changes(State(inner): State<Arc<Inner>>, Query(params): Query<Params>) -> Response {
    let day = |name: &str| -> Result<Option<Timestamp>, u32> {
        let Some(text) = params.get(name) else { return Ok(None) };
        format!("{text}T00:00:00Z").parse().map(Some).map_err(|_| 23)
    };
    let (start, end) = match (day("start_date"), day("end_date")) {
        (Ok(start), Ok(end)) => (start, end),
        (Err(code), _) | (_, Err(code)) => return error(code),
    };
    if let (Some(start), Some(end)) = (start, end)
        && end.as_second() - start.as_second() > 14 * 86_400
    {
        return error(20);
    }
    let changed: Vec<Value> = inner
        .world
        .movies
        .iter()
        .step_by(7)
        .map(|movie| json!({ "id": movie.tmdb, "adult": if movie.tmdb % 2 == 0 { json!(false) } else { Value::Null } }))
        .collect();
    paged(&changed, &params, CHANGES_PAGE).map_or_else(error, answer)
}
