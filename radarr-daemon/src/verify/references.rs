//! What a document names is there.

use std::fmt::Display;

use radarr_proto::request::{FindingKind, Repair};

use super::seen::{Names, Seen};
use super::{FROM_A_BACKUP, Findings};

/// Looks at everything that names something else.
pub(super) fn check(seen: &Seen, findings: &mut Findings) {
    for (id, movie) in &seen.movies {
        let called = format!("movie {id} ({})", movie.title);
        for version in &movie.versions {
            missing(findings, &called, version.profile, |id| seen.profiles.contains(id));
            missing(findings, &called, version.root, |id| seen.roots.contains_key(id));
        }
        for tag in &movie.tags {
            missing(findings, &called, *tag, |id| seen.tags.contains(id));
        }
        if movie.versions.is_empty() {
            tell(findings, &called, "it has no version".to_owned());
        }
    }
    each(findings, &seen.name_movies, |id| seen.movies.contains_key(id));
    each(findings, &seen.name_grabs, |id| seen.grabs.contains(id));
    each(findings, &seen.name_formats, |id| seen.formats.contains(id));
    each(findings, &seen.name_tags, |id| seen.tags.contains(id));
    each(findings, &seen.name_indexers, |id| seen.indexers.contains(id));
    each(findings, &seen.name_clients, |id| seen.clients.contains(id));
}

/// An id in words: its type says of what.
trait Called {
    fn called(&self) -> String;
}

macro_rules! called {
    ($($id:ident = $words:literal,)*) => {
        $(impl Called for radarr_proto::model::$id {
            fn called(&self) -> String {
                format!(concat!($words, " {}"), self.0)
            }
        })*
    };
}

called! {
    MovieId = "movie",
    GrabId = "grab",
    ProfileId = "quality profile",
    CustomFormatId = "custom format",
    RootFolderId = "root folder",
    TagId = "tag",
    IndexerId = "indexer",
    ClientId = "download client",
}

fn each<T: Called>(findings: &mut Findings, names: &[Names<T>], is_there: impl Fn(&T) -> bool) {
    for name in names.iter().filter(|name| !is_there(&name.id)) {
        tell(findings, &name.by, format!("it names {}, which is not there", name.id.called()));
    }
}

fn missing<T: Called>(findings: &mut Findings, by: &str, id: T, is_there: impl Fn(&T) -> bool) {
    if !is_there(&id) {
        tell(findings, by, format!("it names {}, which is not there", id.called()));
    }
}

fn tell(findings: &mut Findings, what: impl Display, why: String) {
    findings.add(FindingKind::Reference, what.to_string(), why, Repair::ByHand, Some(FROM_A_BACKUP));
}
