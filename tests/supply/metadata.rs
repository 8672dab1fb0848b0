//! Licences, sources, bans and versions of all dependencies, from `cargo metadata` and against `deny.toml`. `cargo
//! deny` does the same and more; this is for machines that do not have it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;

use crate::policy::policy;
use crate::root;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    req: String,
    path: Option<String>,
}

/// The target whose dependencies are looked at; those of other systems are not fetched.
const TARGET: &str = "x86_64-unknown-linux-gnu";

fn cargo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// All packages that a build takes, for tests as well. `cargo metadata` also lists what only features that nobody
/// switches on would take, `cargo tree` does not.
fn packages() -> Vec<Package> {
    let tree = [
        "tree",
        "--workspace",
        "--locked",
        "--offline",
        "-e",
        "all",
        "--prefix",
        "none",
        "-f",
        "{p}",
        "--target",
    ];
    let tree = String::from_utf8(cargo(&[&tree[..], &[TARGET]].concat())).unwrap();
    let taken: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    let all = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", TARGET];
    let all: Metadata = serde_json::from_slice(&cargo(&all)).unwrap();
    let mut packages = all.packages;
    packages.retain(|package| taken.contains(&(package.name.as_str(), package.version.as_str())));
    packages
}

/// Whether an expression of SPDX allows what is asked with the licences of the list. `AND` binds tighter than `OR`; the
/// slash is an old way to write `OR`.
fn allowed(expression: &str, list: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    any_of(&words, &mut at, list) && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut good = all_of(words, at, list);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        good |= all_of(words, at, list);
    }
    good
}

fn all_of(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let mut good = one(words, at, list);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        good &= one(words, at, list);
    }
    good
}

fn one(words: &[&str], at: &mut usize, list: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let good = any_of(words, at, list);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return good && closed;
    }
    // Or any later version: the one of the list is allowed.
    let mut name = word.trim_end_matches('+').to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    list.contains(&name)
}

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let list = policy().licenses.allow;
    let packages = packages();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let broken: Vec<String> = packages
        .iter()
        .filter(|package| !package.license.as_ref().is_some_and(|license| allowed(license, &list)))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    assert!(broken.is_empty(), "not in deny.toml:\n  {}", broken.join("\n  "));
}

#[test]
fn licences_are_read_as_spdx_has_them() {
    let list = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    for (expression, wanted) in [
        ("MIT", true),
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("MIT AND ISC", true),
        ("ISC AND (GPL-3.0 OR MIT)", true),
        ("(ISC AND GPL-3.0) OR GPL-2.0", false),
        ("GPL-3.0 OR ISC AND MIT", true),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception OR Apache-2.0", true),
        ("", false),
        ("(MIT", false),
        ("MIT MIT", false),
        ("ISC+", true),
    ] {
        assert_eq!(allowed(expression, &list), wanted, "{expression}");
    }
}

#[test]
fn every_dependency_comes_from_the_registry_with_a_version_and_none_is_banned() {
    let packages = packages();
    let banned: BTreeSet<String> = policy().bans.deny.into_iter().map(|banned| banned.name).collect();
    assert!(!banned.is_empty());
    let mut broken = Vec::new();
    for package in &packages {
        let shown = format!("{} {}", package.name, package.version);
        match &package.source {
            Some(source) if source != REGISTRY => broken.push(format!("{shown} comes from {source}")),
            Some(_) => {}
            None => {
                let wild =
                    package.dependencies.iter().filter(|wanted| wanted.req == "*" && wanted.path.is_none());
                broken.extend(wild.map(|wanted| format!("{shown} takes any version of {}", wanted.name)));
            }
        }
        if banned.contains(&package.name) {
            broken.push(format!("{shown} is banned in deny.toml"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Crates that are there in several versions, because dependencies of ours do not agree. They cost time and memory, no
/// safety; a new one should be noticed.
const SEVERAL_VERSIONS_MAX: usize = 24;

#[test]
fn few_dependencies_are_there_in_several_versions() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages() {
        versions.entry(package.name).or_default().insert(package.version);
    }
    let several: Vec<String> = versions
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| format!("{name}: {versions:?}"))
        .collect();
    assert!(several.len() <= SEVERAL_VERSIONS_MAX, "{} of them:\n  {}", several.len(), several.join("\n  "));
}
