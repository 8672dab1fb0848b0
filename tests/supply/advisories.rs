//! `Cargo.lock` against a snapshot of `RustSec`'s advisories. Its date is in its name; `cargo deny check advisories`
//! asks for today's where it can.

use std::collections::BTreeMap;
use std::path::Path;

use semver::{Version, VersionReq};
use serde::Deserialize;

use crate::policy::{Accepted, policy};
use crate::{read, root};

#[derive(Debug, Deserialize)]
struct Advisory {
    id: String,
    package: String,
    kind: String,
    patched: Vec<VersionReq>,
    unaffected: Vec<VersionReq>,
    title: String,
}

#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: Version,
}

impl Advisory {
    fn hits(&self, package: &Package) -> bool {
        // An advisory means a pre-release as it means the release.
        let version = Version { pre: semver::Prerelease::EMPTY, ..package.version.clone() };
        package.name == self.package
            && !self.patched.iter().chain(&self.unaffected).any(|good| good.matches(&version))
    }

    fn is_vulnerability(&self) -> bool {
        self.kind == "vulnerability"
    }
}

fn snapshot() -> (String, Vec<Advisory>) {
    let files = std::fs::read_dir(root().join("tests/advisories")).unwrap();
    let mut names: Vec<String> = files
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    names.sort();
    let name = names.pop().expect("there is no snapshot");
    let text = read(&format!("tests/advisories/{name}"));
    let lines =
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")));
    (name, lines.collect())
}

/// What is wrong with these packages, judged with these exceptions.
fn faults(packages: &[Package], advisories: &[Advisory], accepted: &[Accepted]) -> Vec<String> {
    let mut unused: BTreeMap<&str, &str> =
        accepted.iter().map(|known| (known.id.as_str(), known.reason.as_str())).collect();
    let mut faults = Vec::new();
    for advisory in advisories {
        for package in packages.iter().filter(|package| advisory.hits(package)) {
            let shown = format!(
                "{} {}: {} ({}): {}",
                package.name, package.version, advisory.id, advisory.kind, advisory.title
            );
            let reason =
                accepted.iter().find(|known| known.id == advisory.id).map(|known| known.reason.trim());
            unused.remove(advisory.id.as_str());
            match reason {
                _ if advisory.is_vulnerability() => faults.push(format!("update it: {shown}")),
                None => faults.push(format!("replace it, or give a reason in deny.toml: {shown}")),
                Some("") => faults.push(format!("no reason is given in deny.toml: {shown}")),
                Some(_) => {}
            }
        }
    }
    faults.extend(unused.keys().map(|id| format!("deny.toml accepts {id}, which nothing has any more")));
    faults
}

#[test]
fn no_dependency_has_a_known_vulnerability_and_what_is_unmaintained_has_a_reason() {
    let (name, advisories) = snapshot();
    assert!(name.starts_with("20") && advisories.len() > 500, "{name}: {} advisories", advisories.len());
    let lock: Lock = toml::from_str(&read("Cargo.lock")).unwrap();
    assert!(lock.package.len() > 100);
    let faults = faults(&lock.package, &advisories, &policy().advisories.ignore);
    assert!(faults.is_empty(), "by the snapshot {name}:\n  {}", faults.join("\n  "));
}

#[test]
fn a_vulnerability_is_found_and_no_reason_excuses_it() {
    let (_, advisories) = snapshot();
    let package =
        |name: &str, version: &str| Package { name: name.to_owned(), version: version.parse().unwrap() };
    let accept = |id: &str, reason: &str| Accepted { id: id.to_owned(), reason: reason.to_owned() };
    let judge = |package: Package, accepted: &[Accepted]| faults(&[package], &advisories, accepted);
    // RUSTSEC-2020-0071: a segmentation fault in time before 0.2.23.
    let old = || package("time", "0.1.40");
    assert!(judge(old(), &[]).iter().any(|fault| fault.contains("RUSTSEC-2020-0071")));
    assert!(!judge(old(), &[accept("RUSTSEC-2020-0071", "we like it")]).is_empty());
    assert!(judge(package("time", "0.3.47"), &[]).is_empty());
    // Unmaintained: a reason is enough, and needed.
    let unmaintained = || package("fxhash", "0.2.1");
    assert_eq!(judge(unmaintained(), &[]).len(), 1);
    assert_eq!(judge(unmaintained(), &[accept("RUSTSEC-2025-0057", " ")]).len(), 1);
    assert!(judge(unmaintained(), &[accept("RUSTSEC-2025-0057", "under sled")]).is_empty());
    assert_eq!(judge(package("serde", "1.0.200"), &[accept("RUSTSEC-2025-0057", "under sled")]).len(), 1);
}
