//! Reads a Radarr's database, without a trace in its folder.
//!
//! Tables and columns are taken as they are found: their order, their declared types and the older names are no
//! promise (see `nouns/` for what the values mean). A database that a Radarr has open is read from a copy
//! (`sqlite_copy.rs`), because even a reader writes beside it.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::source::{Other, Source, SourceError, WITHOUT_EQUIVALENT};
use super::sqlite_copy::{self, Readable};

/// The first schema that has custom formats as conditions and scores in the profiles.
const SCHEMA_MIN: i64 = 168;
/// The newest schema that was looked at.
const SCHEMA_KNOWN: i64 = 242;
/// Schemas of a branch that was never released: several files for a movie.
const SCHEMAS_UNRELEASED: [i64; 2] = [193, 213];
/// Rows of one table. The largest history that was heard of has some 100,000.
const ROWS_MAX: usize = 2_000_000;

/// Columns that are large and of no use here.
const LEFT_OUT: &[&str] = &["recommendations", "keywords", "cleantitle", "cleanoriginaltitle", "sorttitle"];

const NO_DATABASE: &str =
    "give the file radarr.db of Radarr's data folder, that folder, or the address of its API";

/// Reads all of it. `path` is the database or the folder that it lies in. Blocks.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    let file = find(path)?;
    let readable = sqlite_copy::readable(&file)?;
    let database = Database::open(&file, &readable)?;
    let version = database.check_version()?;
    let mut source = Source {
        called: format!("Radarr's database {} (schema {version})", file.display()),
        movies: database.movies()?,
        roots: database.rows(&["RootFolders"])?,
        tags: database.rows(&["Tags"])?,
        profiles: database.rows(&["QualityProfiles", "Profiles"])?,
        definitions: database.rows(&["QualityDefinitions"])?,
        formats: database.rows(&["CustomFormats"])?,
        delays: database.rows(&["DelayProfiles"])?,
        words: database.rows(&["ReleaseProfiles", "Restrictions"])?,
        indexers: database.rows(&["Indexers"])?,
        clients: database.rows(&["DownloadClients"])?,
        client_paths: database.rows(&["RemotePathMappings"])?,
        naming: database.rows(&["NamingConfig"])?.into_iter().next(),
        history: database.rows(&["History"])?,
        blocklist: database.rows(&["Blocklist", "Blacklist"])?,
        others: Vec::new(),
        warnings: warnings(&file, version),
    };
    for (table, _, what, why) in WITHOUT_EQUIVALENT {
        let found = database.count(table)?;
        source.others.push(Other { what, found, why });
    }
    let user_titles = database.count_where("AlternativeTitles", "SourceType = 2")?;
    let why = "titles come from TMDB here";
    source.others.push(Other { what: "titles that a user added", found: user_titles, why });
    source.history.sort_by_key(|row| row.time("Date"));
    readable.still_as_it_was(&file)?;
    Ok(source)
}

/// The database file: the path itself, or what lies in the folder.
fn find(path: &Path) -> Result<PathBuf, SourceError> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let candidates = ["radarr.db", "nzbdrone.db"].map(|name| path.join(name));
    candidates.into_iter().find(|file| file.is_file()).ok_or_else(|| SourceError::File {
        path: path.display().to_string(),
        why: "there is no radarr.db in it".to_owned(),
        hint: NO_DATABASE,
    })
}

fn warnings(file: &Path, version: i64) -> Vec<String> {
    let mut warnings = Vec::new();
    if version > SCHEMA_KNOWN {
        warnings.push(format!(
            "the database is of a newer Radarr than is known here (schema {version}, known up to {SCHEMA_KNOWN}): \
             look the report over with care"
        ));
    }
    let settings = file.parent().map(|folder| folder.join("config.xml"));
    let text = settings.and_then(|path| std::fs::read(path).ok()).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let host = text.split_once("<PostgresHost>").and_then(|(_, rest)| rest.split_once('<'));
    if host.is_some_and(|(host, _)| !host.trim().is_empty()) {
        warnings.push(
            "config.xml beside it says that this Radarr keeps its data in PostgreSQL: the file is an old copy; give \
             the address of its API instead"
                .to_owned(),
        );
    }
    warnings
}

struct Database {
    path: String,
    connection: Connection,
}

impl Database {
    fn open(file: &Path, readable: &Readable) -> Result<Self, SourceError> {
        let path = file.display().to_string();
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let flags = if readable.is_copy() {
            // The copy is ours: what is in its write-ahead log is put into place there.
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX
        } else {
            flags
        };
        let connection =
            Connection::open_with_flags(readable.uri(), flags).map_err(|error| unreadable(&path, &error))?;
        let database = Self { path, connection };
        if readable.is_copy() {
            let whole: String = database
                .connection
                .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
                .map_err(|error| unreadable(&database.path, &error))?;
            if whole != "ok" {
                return Err(database.not_usable(
                    format!("it is damaged: {whole}"),
                    "stop Radarr and repeat, or take the radarr.db of one of its backups",
                ));
            }
        }
        Ok(database)
    }

    fn check_version(&self) -> Result<i64, SourceError> {
        if !self.has_table("VersionInfo")? || !self.has_table("Movies")? {
            return Err(self.not_usable("it is no database of Radarr's".to_owned(), NO_DATABASE));
        }
        let versions: Vec<i64> =
            self.rows(&["VersionInfo"])?.iter().filter_map(|row| row.int("Version")).collect();
        let version = versions.iter().copied().max().unwrap_or(0);
        if version < SCHEMA_MIN {
            return Err(self.not_usable(
                format!("it is of a Radarr before 3.0 (schema {version}, needed {SCHEMA_MIN})"),
                "update that Radarr first: it brings its database along by itself",
            ));
        }
        if versions.iter().any(|version| SCHEMAS_UNRELEASED.contains(version)) {
            return Err(self.not_usable(
                "it is of a Radarr that was never released, with several files for a movie".to_owned(),
                "give the address of its API instead",
            ));
        }
        Ok(version)
    }

    /// The movies of the library with metadata, other titles and file of each.
    fn movies(&self) -> Result<Vec<Fields>, SourceError> {
        let mut metadata = self.by_id("MovieMetadata", "Id")?;
        let mut files = self.by_id("MovieFiles", "Id")?;
        let mut titles: std::collections::HashMap<i64, Vec<Value>> = std::collections::HashMap::new();
        self.each("AlternativeTitles", &mut |row| {
            let of = row.get("moviemetadataid").or_else(|| row.get("movieid")).and_then(Value::as_i64);
            if let (Some(of), Some(title)) = (of, row.get("title")) {
                titles.entry(of).or_default().push(serde_json::json!({ "title": title }));
            }
        })?;
        let mut movies = Vec::new();
        self.each("Movies", &mut |row| {
            let number = |name: &str| row.get(name).and_then(Value::as_i64);
            // Before schema 207 the metadata stands in the movie's own row.
            let of = number("moviemetadataid").or_else(|| number("id")).unwrap_or(0);
            let mut movie = metadata.remove(&of).unwrap_or_default();
            if let Some(titles) = titles.remove(&of) {
                movie.insert("alternatetitles".to_owned(), Value::Array(titles));
            }
            if let Some(file) = number("moviefileid").and_then(|file| files.remove(&file)) {
                movie.insert("moviefile".to_owned(), Value::Object(file));
            }
            movie.extend(row);
            movies.push(movie.into());
        })?;
        Ok(movies)
    }

    fn by_id(
        &self,
        table: &str,
        id: &str,
    ) -> Result<std::collections::HashMap<i64, Map<String, Value>>, SourceError> {
        let id = id.to_lowercase();
        let mut rows = std::collections::HashMap::new();
        self.each(table, &mut |row| {
            if let Some(number) = row.get(&id).and_then(Value::as_i64) {
                rows.insert(number, row);
            }
        })?;
        Ok(rows)
    }

    /// All rows of the first of the tables that there is.
    fn rows(&self, tables: &[&str]) -> Result<Vec<Fields>, SourceError> {
        for table in tables {
            if self.has_table(table)? {
                let mut rows = Vec::new();
                self.each(table, &mut |row| rows.push(row.into()))?;
                return Ok(rows);
            }
        }
        Ok(Vec::new())
    }

    /// Each row of a table, in the order of its ids, under the names of its columns in lower case.
    fn each(&self, table: &str, visit: &mut dyn FnMut(Map<String, Value>)) -> Result<(), SourceError> {
        if !self.has_table(table)? {
            return Ok(());
        }
        let columns = self.columns(table)?;
        let wanted: Vec<&String> =
            columns.iter().filter(|name| !LEFT_OUT.contains(&name.to_lowercase().as_str())).collect();
        let selected: Vec<String> = wanted.iter().map(|name| selected(name)).collect();
        let order =
            if columns.iter().any(|name| name.eq_ignore_ascii_case("id")) { " ORDER BY Id" } else { "" };
        let query = format!("SELECT {} FROM {}{order} LIMIT {ROWS_MAX}", selected.join(", "), quoted(table));
        let failed = |error: rusqlite::Error| unreadable(&self.path, &error);
        let mut statement = self.connection.prepare(&query).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let mut members = Map::new();
            for (index, name) in wanted.iter().enumerate() {
                let value = row.get_ref(index).map_err(failed)?;
                members.insert(name.to_lowercase(), json(value));
            }
            visit(members);
        }
        Ok(())
    }

    fn columns(&self, table: &str) -> Result<Vec<String>, SourceError> {
        let failed = |error: rusqlite::Error| unreadable(&self.path, &error);
        let query = format!("PRAGMA table_info({})", quoted(table));
        let mut statement = self.connection.prepare(&query).map_err(failed)?;
        let names = statement.query_map([], |row| row.get::<_, String>("name")).map_err(failed)?;
        names.collect::<Result<_, _>>().map_err(failed)
    }

    fn has_table(&self, table: &str) -> Result<bool, SourceError> {
        let query = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1 COLLATE NOCASE";
        let found: i64 = self
            .connection
            .query_row(query, [table], |row| row.get(0))
            .map_err(|error| unreadable(&self.path, &error))?;
        Ok(found > 0)
    }

    fn count(&self, table: &str) -> Result<usize, SourceError> {
        self.count_where(table, "1")
    }

    fn count_where(&self, table: &str, condition: &str) -> Result<usize, SourceError> {
        if !self.has_table(table)? {
            return Ok(0);
        }
        let query = format!("SELECT count(*) FROM {} WHERE {condition}", quoted(table));
        let found: i64 = self
            .connection
            .query_row(&query, [], |row| row.get(0))
            .map_err(|error| unreadable(&self.path, &error))?;
        Ok(usize::try_from(found).unwrap_or(0))
    }

    fn not_usable(&self, why: String, hint: &'static str) -> SourceError {
        SourceError::NotUsable { path: self.path.clone(), why, hint }
    }
}

/// A column as it is selected. ffprobe's whole answer, most of many databases, stays behind.
fn selected(column: &str) -> String {
    let name = quoted(column);
    if column.eq_ignore_ascii_case("MediaInfo") {
        return format!(
            "CASE WHEN json_valid({name}) THEN json_remove({name}, '$.rawStreamData', '$.rawFrameData') END"
        );
    }
    name
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// By the type of the value: declared types are no promise.
fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
    }
}

fn unreadable(path: &str, error: &rusqlite::Error) -> SourceError {
    let hint = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => NO_DATABASE,
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            "it is damaged; take the radarr.db of one of Radarr's backups"
        }
        _ => "check the path and who may read it",
    };
    SourceError::File { path: path.to_owned(), why: error.to_string(), hint }
}
