//! What a search picks, and how a release is written down.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::stand_ins::world::World;
use crate::stand_ins::world::movie::Movie;
use crate::stand_ins::world::release::Listed;

/// Items without a limit in the request.
const LIMIT_DEFAULT: usize = 30;
/// The most at once, whatever is asked for.
const LIMIT_MAX: usize = 100;

/// A search as it was asked for. Empty lists mean any.
#[derive(Debug, Default)]
pub(super) struct Search {
    category: Vec<i64>,
    codec: Vec<i64>,
    medium: Vec<i64>,
    origin: Vec<i64>,
    exclusive: Vec<i64>,
    imdb: Option<u32>,
    hash: Option<String>,
    words: Vec<String>,
    limit: usize,
    page: usize,
}

/// HDBits' status for a parameter that makes no sense.
const INVALID: u32 = 7;
const IMDB_WITH_TV: u32 = 9;

impl Search {
    /// Reads a request. The error is HDBits' status.
    pub(super) fn read(body: &Value) -> Result<Self, u32> {
        let numbers = |name: &str| match body.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            // A single number is taken as well.
            Some(Value::Number(number)) => Ok(number.as_i64().into_iter().collect()),
            Some(Value::Array(list)) => {
                list.iter().map(|item| item.as_i64().ok_or(INVALID)).collect::<Result<Vec<_>, _>>()
            }
            Some(Value::Bool(_) | Value::String(_) | Value::Object(_)) => Err(INVALID),
        };
        let whole = |name: &str, default: usize| match body.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(value) => value.as_u64().and_then(|number| usize::try_from(number).ok()).ok_or(INVALID),
        };
        let imdb = match body.get("imdb") {
            None | Some(Value::Null) => None,
            Some(part) => {
                let id = part.get("id").ok_or(INVALID)?;
                // Uploaders' tools send seven digits as text, and that works too.
                let number = id.as_u64().or_else(|| id.as_str()?.parse().ok()).ok_or(INVALID)?;
                Some(u32::try_from(number).map_err(|_| INVALID)?)
            }
        };
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        if imdb.is_some() && body.get("tvdb").is_some() {
            return Err(IMDB_WITH_TV);
        }
        Ok(Self {
            category: numbers("category")?,
            codec: numbers("codec")?,
            medium: numbers("medium")?,
            origin: numbers("origin")?,
            exclusive: numbers("exclusive")?,
            imdb,
            hash: Some(text("hash")).filter(|hash| !hash.is_empty()),
            words: text("search").split_whitespace().map(str::to_owned).collect(),
            limit: whole("limit", LIMIT_DEFAULT)?.min(LIMIT_MAX),
            page: whole("page", 0)?,
        })
    }

    /// The releases that were asked for, newest first.
    pub(super) fn answer(&self, world: &World) -> Vec<Value> {
        let found = world.releases.iter().filter(|release| self.fits(release));
        found.skip(self.page * self.limit).take(self.limit).map(|release| written(release, world)).collect()
    }

    fn fits(&self, release: &Listed) -> bool {
        let any_or = |list: &[i64], value: u8| list.is_empty() || list.contains(&i64::from(value));
        let name = release.name.to_lowercase();
        any_or(&self.category, release.category)
            && any_or(&self.codec, release.codec)
            && any_or(&self.medium, release.medium)
            && any_or(&self.origin, release.origin)
            && any_or(&self.exclusive, release.exclusive)
            && self.imdb.is_none_or(|imdb| release.imdb == Some(imdb))
            && self.hash.as_ref().is_none_or(|hash| release.hash.eq_ignore_ascii_case(hash))
            && self.words.iter().all(|word| name.contains(word.as_str()))
    }
}

fn written(release: &Listed, world: &World) -> Value {
    let added = world.made_at.as_second() - i64::try_from(release.age_seconds).unwrap_or(0);
    let text =
        Timestamp::from_second(added).unwrap_or(world.made_at).strftime("%Y-%m-%dT%H:%M:%S+0000").to_string();
    let movie = world.movies.get(release.movie);
    let imdb = release.imdb.map(|id| {
        json!({ "id": id, "rating": movie.map_or(0.0, |movie| movie.vote),
            "englishtitle": movie.map_or("", |movie| movie.title.as_str()),
            "originaltitle": movie.map_or("", |movie| movie.original_title()),
            "year": movie.and_then(Movie::year),
            "genres": movie.map_or(&[][..], |movie| movie.genres.as_slice()) })
    });
    let mut item = json!({
        "id": release.id,
        "hash": release.hash,
        "leechers": release.leechers,
        "seeders": release.seeders,
        "name": release.name,
        "times_completed": release.seeders * 7,
        "size": release.size,
        "utadded": added,
        "added": text,
        "comments": 0,
        "numfiles": release.files,
        "filename": format!("{}.torrent", release.file_name),
        "descr": "[b]made of test bars and silence[/b]",
        "freeleech": if release.freeleech { "yes" } else { "no" },
        "type_category": release.category,
        "type_codec": release.codec,
        "type_medium": release.medium,
        "type_origin": release.origin,
        "type_exclusive": release.exclusive,
        "torrent_status": "",
        "bookmarked": 0,
        "wishlisted": 0,
        "tags": [""],
        "username": if release.id.is_multiple_of(5) { Value::Null } else { json!("uploader") },
        "owner": 0,
    });
    if let (Some(object), Some(imdb)) = (item.as_object_mut(), imdb) {
        object.insert("imdb".to_owned(), imdb);
    }
    if let (Some(object), Some(Value::Object(odd))) = (item.as_object_mut(), &release.odd) {
        object.extend(odd.clone());
        if !odd.contains_key("utadded") && odd.contains_key("added") {
            object.remove("utadded");
        }
    }
    item
}
