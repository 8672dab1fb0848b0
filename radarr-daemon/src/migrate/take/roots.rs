//! Root folders: those that Radarr names, and those that movies lie in without one.

use std::collections::BTreeMap;

use radarr_proto::model::RootFolder;
use radarr_proto::request::AddRoot;

use super::{Taking, refusal};
use crate::flow::FlowError;
use crate::migrate::fields::Fields;
use crate::migrate::paths;
use crate::migrate::report::Noun;
use crate::settings;

/// Takes them over. A folder that is not here can't be one; the movies in it are told of later.
pub async fn take(taking: &mut Taking<'_>, rows: &[Fields], movies: &[Fields]) -> Result<(), FlowError> {
    let mut noun = Noun::new("root folders");
    taking.roots = taking.flow.store.load_all().await?;
    let mut named: Vec<String> = Vec::new();
    for row in rows {
        let path = row.text("path").unwrap_or_default();
        match paths::here(path, taking.maps) {
            Ok(here) => {
                add(taking, &mut noun, path, &here).await?;
                named.push(here);
            }
            Err(why) => noun.left_out(path, why),
        }
    }
    for (folder, movies) in without_root(taking, movies, &named) {
        let before = taking.roots.len();
        add(taking, &mut noun, &folder, &folder).await?;
        if taking.roots.len() > before {
            let why = format!("Radarr has no root folder there, and {movies} of its movies lie in it");
            noun.changed(folder, why);
        }
    }
    taking.report.nouns.push(noun);
    Ok(())
}

async fn add(taking: &mut Taking<'_>, noun: &mut Noun, path: &str, here: &str) -> Result<(), FlowError> {
    if taking.roots.iter().any(|root| root.path == here) {
        noun.there();
        return Ok(());
    }
    let request = AddRoot { path: here.to_owned(), recycle_bin: None, recycle_days: None };
    match settings::roots::add_root(taking.flow, taking.by, request).await {
        Ok(state) => {
            taking.roots.push(state.root);
            noun.taken();
        }
        Err(error) => noun.left_out(path, refusal(error)?),
    }
    Ok(())
}

/// The folders above movies that lie in no root folder, with how many there are.
fn without_root(taking: &Taking<'_>, movies: &[Fields], named: &[String]) -> BTreeMap<String, usize> {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for movie in movies {
        let Some(path) = movie.text("path") else { continue };
        let Ok(path) = paths::here(path, taking.maps) else { continue };
        let lies_in = |root: &str| paths::below(&path, root).is_some();
        if named.iter().any(|root| lies_in(root)) || taking.roots.iter().any(|root| lies_in(&root.path)) {
            continue;
        }
        if let Some(above) = paths::parent(&path) {
            *folders.entry(above.to_owned()).or_default() += 1;
        }
    }
    folders
}

/// The root folder that a path lies in, the innermost of several, and the path below it.
pub(super) fn place<'a>(path: &'a str, roots: &'a [RootFolder]) -> Option<(&'a RootFolder, &'a str)> {
    let fitting = roots.iter().filter_map(|root| Some((root, paths::below(path, &root.path)?)));
    fitting.max_by_key(|(root, _)| root.path.len())
}
