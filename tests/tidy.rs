//! The repository's own rules, as tests: what no compiler and no lint checks.

#![cfg(test)]

use std::path::{Path, PathBuf};

use regex::Regex;

/// A file of the repository.
struct File {
    /// Its path below the repository's root.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize().unwrap()
}

/// All files with one of the endings, but for what is built.
fn files(endings: &[&str]) -> Vec<File> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && name != ".git" {
                folders.push(path);
            } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
                let text = std::fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().display().to_string();
                found.push(File { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "no file ends in {endings:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Every file that a person wrote, the tables of names left out.
fn written() -> Vec<File> {
    let endings =
        [".rs", ".toml", ".md", ".sh", ".py", ".yaml", ".yml", ".service", "run", "demo", "Containerfile"];
    files(&endings).into_iter().filter(|file| !file.path.ends_with("tidy.rs")).collect()
}

/// The lines without comments, with their numbers from 1.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// What is compiled into the program: everything before the tests, which stand at the end of a file.
fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[track_caller]
fn check(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

fn find(files: &[File], pattern: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).unwrap();
    let lines = files
        .iter()
        .flat_map(|file| file.text.lines().enumerate().map(move |(index, line)| (file, index, line)));
    lines
        .filter(|(_, _, line)| pattern.is_match(line))
        .map(|(file, index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim()))
        .collect()
}

/// Where a `use` of the domain may lead.
const DOMAIN_MAY_USE: [&str; 15] = [
    "crate::domain",
    "super",
    "self",
    "radarr_proto::model",
    "std",
    "jiff",
    "regex",
    "fancy_regex",
    "aho_corasick",
    "serde",
    "serde_json",
    "thiserror",
    "unicode_normalization",
    "any_ascii",
    "unicode_width",
];

/// What the domain never touches: the disk, the net, the clock, other processes, locks, logs, chance, other layers.
const DOMAIN_NEVER: &str = r"\b(std::(fs|net|process|env|io|thread|os)\b|SystemTime|Instant::now|Timestamp::now|Zoned::now|Mutex\b|RwLock\b|Atomic(?:Bool|Ptr|[IU]\w+)|tokio::|futures::|tracing::|metrics::|reqwest::|sled::|anyhow::|rustix::|getrandom::|async fn|async move|println!|eprintln!|radarr_proto::[a-ln-z])";

#[test]
fn the_domain_does_no_io_reads_no_clock_and_knows_no_other_layer() {
    let never = Regex::new(DOMAIN_NEVER).unwrap();
    let module = Regex::new(r"^\s*(?:pub(?:\([a-z]+\))? )?mod ([a-z_]+)").unwrap();
    let other_layer = Regex::new(r"crate::([a-z_]+)").unwrap();
    let mut broken = Vec::new();
    let domain =
        files(&[".rs"]).into_iter().filter(|file| file.path.starts_with("radarr-daemon/src/domain/"));
    for file in domain.filter(|file| !file.path.ends_with("tests.rs")) {
        let text = before_tests(&file.text);
        let own: Vec<&str> =
            text.lines().filter_map(|line| Some(module.captures(line)?.get(1)?.as_str())).collect();
        for (number, line) in code(text) {
            let import = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let strange = import.strip_prefix("use ").is_some_and(|path| {
                let leads_to = |root: &&str| {
                    path.strip_prefix(root)
                        .is_some_and(|rest| rest.starts_with("::") || rest.starts_with(';'))
                };
                let local = path
                    .split("::")
                    .next()
                    .is_some_and(|first| own.contains(&first) || first.starts_with(char::is_uppercase));
                !local && !DOMAIN_MAY_USE.iter().any(leads_to)
            });
            let elsewhere = other_layer.captures_iter(line).any(|found| &found[1] != "domain");
            if strange || elsewhere || never.is_match(line) {
                broken.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    check("the domain is pure: facts and times are arguments, and nothing outside is asked", &broken);
}

#[test]
fn no_file_is_longer_than_600_lines() {
    let long: Vec<String> = files(&[".rs", ".py", ".sh"])
        .iter()
        .map(|file| (file.path.clone(), file.text.lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    check("one subject per file: split these", &long);
}

#[test]
fn nothing_is_left_for_later() {
    let words = r"\b(TODO|FIXME|XXX|HACK)\b|\b(todo|unimplemented)!";
    check("finish it, or open an issue and say nothing here", &find(&written(), words));
}

#[test]
fn no_path_of_a_builders_machine_is_written_down() {
    check(
        "paths are below a temporary or a configured folder",
        &find(&written(), r"/work/|/root/|/home/(user|runner)\b"),
    );
}

#[test]
fn the_repository_speaks_of_movies_and_not_of_who_typed_it() {
    let words =
        r"(?i)\b(claude|anthropic|openai|chatgpt|copilot|llms?|subagents?|ai[- ]generated|co-authored-by)\b";
    check("these words do not belong here", &find(&written(), words));
}

#[test]
fn modules_are_named_by_what_they_know() {
    let vague = ["utils", "util", "common", "helpers", "helper", "misc", "types", "manager", "service_impl"];
    let broken: Vec<String> = files(&[".rs"])
        .into_iter()
        .map(|file| file.path)
        .filter(|path| Path::new(path).file_stem().is_some_and(|stem| vague.iter().any(|name| stem == *name)))
        .collect();
    check("a name that says nothing", &broken);
}

/// Test code: files of test crates, and what stands behind `#[cfg(test)]`.
fn test_code(file: &File) -> Option<&str> {
    let whole = file.path.contains("/tests/")
        || file.path.starts_with("tests/") && !file.path.starts_with("tests/src/");
    let whole = whole || file.path.ends_with("/tests.rs") || file.path.ends_with("/contract.rs");
    if whole { Some(&file.text) } else { file.text.split_once("#[cfg(test)]").map(|(_, tests)| tests) }
}

#[test]
fn no_test_sleeps_but_to_look_again_for_what_it_waits_for() {
    let sleeps = Regex::new(r"\bsleep\(").unwrap();
    let function = Regex::new(r"\bfn ([a-z_0-9]+)").unwrap();
    let mut broken = Vec::new();
    for file in files(&[".rs"]).iter().filter(|file| !file.path.ends_with("tidy.rs")) {
        let Some(tests) = test_code(file) else { continue };
        let mut inside = "";
        for (_, line) in code(tests) {
            if let Some(found) = function.captures(line) {
                inside = found.get(1).map_or("", |name| name.as_str());
            }
            if sleeps.is_match(line) && !inside.starts_with("wait") && !inside.starts_with("until") {
                broken.push(format!("{}: in {inside}: {}", file.path, line.trim()));
            }
        }
    }
    check("wait for a condition, in a function whose name begins with `wait`", &broken);
}

#[test]
fn every_test_has_a_sentence_for_a_name() {
    let test =
        Regex::new(r"#\[(?:tokio::)?test[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn ([a-z_0-9]+)").unwrap();
    let mut broken = Vec::new();
    for file in files(&[".rs"]) {
        for found in test.captures_iter(&file.text) {
            let name = &found[1];
            if name.split('_').count() < 3 || name.starts_with("test_") {
                broken.push(format!("{}: {name}", file.path));
            }
        }
    }
    check("a test's name says what holds", &broken);
}

/// How Markdown hosts turn a heading into an anchor.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(text: &str) -> Vec<String> {
    text.lines().filter(|line| line.starts_with('#')).map(anchor).collect()
}

#[test]
fn every_link_in_the_documentation_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let root = root();
    let mut broken = Vec::new();
    for file in files(&[".md"]) {
        let folder = root.join(&file.path).parent().unwrap().to_path_buf();
        for found in link.captures_iter(&file.text) {
            let target = &found[1];
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let there = if path.is_empty() { root.join(&file.path) } else { folder.join(path) };
            let leads = match std::fs::read_to_string(&there) {
                Ok(text) => fragment.is_empty() || anchors(&text).contains(&fragment.to_owned()),
                Err(_) => there.is_dir() && fragment.is_empty(),
            };
            if !leads {
                broken.push(format!("{}: {target}", file.path));
            }
        }
    }
    check("links that lead nowhere", &broken);
}

#[test]
fn every_setting_is_read_by_the_daemon() {
    let all = files(&[".rs"]);
    let structure = all.iter().find(|file| file.path.ends_with("config/structure.rs")).unwrap();
    let section = Regex::new(r"(?m)^    pub ([a-z_]+): ([A-Z][a-z]+)Config,").unwrap();
    let daemon: Vec<&File> = all
        .iter()
        .filter(|file| {
            file.path.starts_with("radarr-daemon/src/") && !file.path.ends_with("config/structure.rs")
        })
        .collect();
    let mut unread = Vec::new();
    let mut seen = 0;
    for found in section.captures_iter(&structure.text) {
        let (key, name) = (&found[1], &found[2]);
        let body = structure.text.split(&format!("pub struct {name}Config {{")).nth(1).unwrap();
        let body = body.split("\n}").next().unwrap();
        for field in body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next()) {
            seen += 1;
            let read = Regex::new(&format!(r"\b({key}|config|settings)\.{field}\b")).unwrap();
            if !daemon.iter().any(|file| read.is_match(before_tests(&file.text))) {
                unread.push(format!("{key}.{field}"));
            }
        }
    }
    assert!(seen > 15, "only {seen} settings were found");
    check("settings that do nothing", &unread);
}
