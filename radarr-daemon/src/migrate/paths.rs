//! Where a path of Radarr's machine is on this one. Pure.

use std::str::FromStr;

/// What `--map-path FROM=TO` says: a folder of Radarr's machine and the same one here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapPath {
    /// As Radarr says it, with `/` between its parts and none at its end.
    from: String,
    /// As the daemon sees it.
    to: String,
}

impl FromStr for MapPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((from, to)) = text.split_once('=') else {
            return Err("write it as FROM=TO, for example /movies=/srv/movies".to_owned());
        };
        let (from, to) = (with_slashes(from), to.trim().trim_end_matches('/').to_owned());
        if from.is_empty() {
            return Err("the folder of Radarr's, before =, is empty".to_owned());
        }
        if !to.starts_with('/') {
            return Err(format!("{to:?}, behind =, is no absolute path of this machine"));
        }
        Ok(Self { from, to })
    }
}

/// Why a path has no place here.
pub const WINDOWS: &str = "it is a path of Windows; say where it is here: --map-path 'FROM=TO'";

/// The path here: the longest `FROM` that it lies in is replaced. `Err` says in words why there is none.
pub fn here(path: &str, maps: &[MapPath]) -> Result<String, &'static str> {
    let path = with_slashes(path);
    let fitting = maps.iter().filter_map(|map| Some((map, rest(&path, &map.from)?)));
    if let Some((map, rest)) = fitting.max_by_key(|(map, _)| map.from.len()) {
        return Ok(format!("{}{rest}", map.to));
    }
    if is_windows(&path) {
        return Err(WINDOWS);
    }
    if path.is_empty() {
        return Err("it has no path");
    }
    if !path.starts_with('/') {
        return Err("its path is not absolute");
    }
    Ok(path)
}

/// What `path` is relative to the folder; `None` when it does not lie in it.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/')?;
    Some(rest.trim_matches('/')).filter(|rest| !rest.is_empty())
}

/// The folder that a path lies in; `None` for one that lies in `/` or nowhere.
pub fn parent(path: &str) -> Option<&str> {
    let (above, _) = path.trim_end_matches('/').rsplit_once('/')?;
    Some(above).filter(|above| !above.is_empty())
}

/// What follows the folder, with the slash before it; empty when it is the folder itself. Windows does not mind case.
fn rest<'a>(path: &'a str, from: &str) -> Option<&'a str> {
    let start = path.get(..from.len())?;
    let same = if is_windows(from) { start.eq_ignore_ascii_case(from) } else { start == from };
    let rest = path.get(from.len()..)?;
    (same && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

/// `D:/…` or `//server/…`.
fn is_windows(path: &str) -> bool {
    let mut characters = path.chars();
    let drive =
        characters.next().is_some_and(|first| first.is_ascii_alphabetic()) && characters.next() == Some(':');
    drive || path.starts_with("//")
}

/// Without space around it and slash at its end; a path of Windows with `/` between its parts.
fn with_slashes(path: &str) -> String {
    let path = path.trim();
    let windows = path.starts_with("\\\\") || is_windows(path);
    let path = if windows { path.replace('\\', "/") } else { path.to_owned() };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, maps: &[&str], want: Result<&str, &str>) {
        let maps: Vec<MapPath> = maps.iter().map(|map| map.parse().unwrap()).collect();
        assert_eq!(here(path, &maps).as_deref(), want.as_ref().copied(), "{path}");
    }

    #[test]
    fn the_longest_folder_that_fits_is_replaced() {
        check("/movies/A (2000)", &[], Ok("/movies/A (2000)"));
        check("/movies/A/", &["/movies=/srv/m/"], Ok("/srv/m/A"));
        check("/movies/4k/A", &["/movies=/srv/m", "/movies/4k/=/big"], Ok("/big/A"));
        check("/movies4k/A", &["/movies=/srv/m"], Ok("/movies4k/A"));
        check("/movies", &["/movies=/srv/m"], Ok("/srv/m"));
        check("D:\\Movies\\A (2000)", &["d:\\movies\\=/srv/m"], Ok("/srv/m/A (2000)"));
        check("\\\\nas\\films\\A", &["\\\\nas\\films=/mnt/films"], Ok("/mnt/films/A"));
        check("D:\\Movies\\A", &[], Err(WINDOWS));
        check("\\\\nas\\films\\A", &[], Err(WINDOWS));
        check("", &[], Err("it has no path"));
        check("movies/A", &[], Err("its path is not absolute"));
        // A backslash is a letter like any other where there are slashes.
        check("/movies/a\\b", &[], Ok("/movies/a\\b"));
    }

    #[test]
    fn what_is_no_mapping_is_said() {
        for wrong in ["/movies", "=/srv", "/movies=srv"] {
            assert!(wrong.parse::<MapPath>().is_err(), "{wrong}");
        }
    }
}
