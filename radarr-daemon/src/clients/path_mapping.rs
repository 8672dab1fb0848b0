//! Paths as a download client says them and as the daemon sees them: they differ between containers and machines.

use radarr_proto::model::PathMapping;

/// A client's path as the daemon sees it. The longest mapping that contains it wins; without one it stays as it is.
pub fn to_local(mappings: &[PathMapping], remote: &str) -> String {
    translate(mappings.iter().map(|mapping| (mapping.remote.as_str(), mapping.local.as_str())), remote)
}

/// The daemon's path as a client says it.
pub fn to_remote(mappings: &[PathMapping], local: &str) -> String {
    translate(mappings.iter().map(|mapping| (mapping.local.as_str(), mapping.remote.as_str())), local)
}

fn translate<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, path: &str) -> String {
    pairs
        .filter_map(|(from, to)| rest_below(from, path).map(|rest| (from.len(), to, rest)))
        .max_by_key(|(length, _, _)| *length)
        .map_or_else(|| path.to_owned(), |(_, to, rest)| join(to, &rest))
}

/// What of `path` lies below `folder`, with `/` between its parts; `None` when it lies elsewhere.
fn rest_below(folder: &str, path: &str) -> Option<String> {
    let windows = is_windows(folder);
    let tidy = |text: &str| if windows { text.replace('\\', "/") } else { text.to_owned() };
    let (folder, path) = (tidy(folder), tidy(path));
    let folder = folder.trim_end_matches('/');
    let head = path.get(..folder.len())?;
    let same = if windows { head.eq_ignore_ascii_case(folder) } else { head == folder };
    let rest = path.get(folder.len()..)?;
    (same && (rest.is_empty() || rest.starts_with('/'))).then(|| rest.trim_matches('/').to_owned())
}

fn join(folder: &str, rest: &str) -> String {
    let separator = if is_windows(folder) { '\\' } else { '/' };
    let trimmed = folder.trim_end_matches(['/', '\\']);
    if rest.is_empty() {
        return if trimmed.is_empty() { folder.to_owned() } else { trimmed.to_owned() };
    }
    let rest = if separator == '\\' { rest.replace('/', "\\") } else { rest.to_owned() };
    format!("{trimmed}{separator}{rest}")
}

/// `C:\…` or `\\server\…`: names there are told apart without case.
fn is_windows(path: &str) -> bool {
    path.starts_with("\\\\") || path.as_bytes().get(1) == Some(&b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mappings() -> Vec<PathMapping> {
        [
            ("/downloads", "/mnt/nas/downloads"),
            ("/downloads/movies/", "/srv/movies"),
            ("C:\\Torrents", "/mnt/windows"),
            ("\\\\nas\\share\\", "/mnt/share/"),
        ]
        .map(|(remote, local)| PathMapping { remote: remote.to_owned(), local: local.to_owned() })
        .to_vec()
    }

    #[test]
    fn the_longest_mapping_that_contains_a_path_wins() {
        for (remote, want) in [
            ("/downloads", "/mnt/nas/downloads"),
            ("/downloads/", "/mnt/nas/downloads"),
            ("/downloads/a/b.mkv", "/mnt/nas/downloads/a/b.mkv"),
            ("/downloads/movies/b.mkv", "/srv/movies/b.mkv"),
            ("/downloads2/b.mkv", "/downloads2/b.mkv"),
            ("/Downloads/b.mkv", "/Downloads/b.mkv"),
            ("c:\\torrents\\Movie\\b.mkv", "/mnt/windows/Movie/b.mkv"),
            ("\\\\NAS\\share\\b.mkv", "/mnt/share/b.mkv"),
            ("/é/b", "/é/b"),
        ] {
            assert_eq!(to_local(&mappings(), remote), want, "{remote}");
        }
    }

    #[test]
    fn a_path_goes_back_the_way_it_came() {
        for (local, want) in [
            ("/srv/movies/a/b.mkv", "/downloads/movies/a/b.mkv"),
            ("/mnt/windows/a/b.mkv", "C:\\Torrents\\a\\b.mkv"),
            ("/elsewhere", "/elsewhere"),
        ] {
            assert_eq!(to_remote(&mappings(), local), want, "{local}");
        }
    }
}
