//! The documentation tells the truth: what it lists is compared with what there is.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _};
use radarr_daemon::config::Config;
use radarr_tui::cli::args::Cli;
use regex::Regex;
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).canonicalize().unwrap()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table under that header: their cells.
fn table(text: &str, header: &str) -> Vec<Vec<String>> {
    let rest = text.split_once(header).unwrap_or_else(|| panic!("no table {header:?}")).1;
    let rows = rest.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// A default as the table shows it: none for what is empty; places that depend on the user are not compared.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("none".to_owned()),
        Value::String(text) if text.is_empty() => Some("none".to_owned()),
        Value::String(text) if text.starts_with('/') => None,
        Value::String(text) => Some(format!("`{text}`")),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(format!("`{value}`")),
    }
}

#[test]
fn the_configuration_reference_lists_every_key_with_its_name_and_default() {
    let defaults = serde_json::to_value(Config::default()).unwrap();
    let mut wanted = Vec::new();
    for (section, fields) in defaults.as_object().unwrap() {
        for (field, default) in fields.as_object().unwrap() {
            let environment = format!("RADARR__{}__{}", section.to_uppercase(), field.to_uppercase());
            wanted.push((format!("`{section}.{field}`"), format!("`{environment}`"), shown(default)));
        }
    }
    let rows = table(&read("README.md"), "| Key | Environment | Default | What it is |");
    for (key, environment, default) in &wanted {
        let row =
            rows.iter().find(|row| &row[0] == key).unwrap_or_else(|| panic!("README does not list {key}"));
        assert!(row[1].starts_with(environment), "{key}: {} is not {environment}", row[1]);
        if let Some(default) = default {
            assert_eq!(&row[2], default, "the default of {key}");
        }
        assert!(!row[3].is_empty(), "{key} is not explained");
    }
    let known: BTreeSet<&String> = wanted.iter().map(|(key, ..)| key).collect();
    let gone: Vec<&String> = rows.iter().map(|row| &row[0]).filter(|key| !known.contains(key)).collect();
    assert!(gone.is_empty(), "README lists settings that do not exist: {gone:?}");
}

#[test]
fn the_metrics_reference_lists_every_metric() {
    let source = read("radarr-daemon/src/telemetry/metrics.rs");
    let constant = Regex::new(r#"pub const [A-Z_]+: &str = "((?:radarr|process)_[a-z_]+)";"#).unwrap();
    let there: BTreeSet<String> =
        constant.captures_iter(&source).map(|found| format!("`{}`", &found[1])).collect();
    let rows = table(&read("docs/metrics.md"), "| Metric | Kind | Labels | What |");
    let listed: BTreeSet<String> = rows.iter().map(|row| row[0].clone()).collect();
    assert_eq!(there, listed);
    for name in [
        "movies_total",
        "api_requests_total",
        "database_queries_duration",
        "tmdb_requests_total",
        "downloads_active",
        "import_queue_size",
    ] {
        assert!(listed.contains(&format!("`radarr_{name}`")), "{name} is promised");
    }
}

/// Lines of text that show a command: in code, in a hint, or in the indented blocks of Markdown.
fn commands(text: &str) -> Vec<String> {
    let shown = Regex::new(r#"(?m)(?:`|: |^    |\$ |"|\()radarr-tui((?: [a-z][a-z-]*)+)"#).unwrap();
    shown.captures_iter(text).map(|found| found[1].trim().to_owned()).collect()
}

/// Why the words name no verb of the command line; `None` = they do.
fn stray(cli: &Command, words: &str) -> Option<String> {
    let mut at = cli;
    for word in words.split(' ') {
        let mut below = at.get_subcommands().peekable();
        // Where no verb is below, the rest are arguments.
        below.peek()?;
        let Some(next) = below.find(|command| command.get_name() == word) else {
            return Some(format!("`radarr-tui {words}`: there is no {word}"));
        };
        at = next;
    }
    None
}

#[test]
fn every_command_that_is_shown_exists() {
    let cli = Cli::command();
    let mut files =
        vec![PathBuf::from("README.md"), PathBuf::from("SECURITY.md"), PathBuf::from("ARCHITECTURE.md")];
    let mut folders: Vec<PathBuf> = ["docs", "radarr-proto/src", "radarr-daemon/src", "radarr-tui/src"]
        .map(|folder| root().join(folder))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    let mut seen = 0;
    let mut broken = Vec::new();
    for path in files {
        for words in commands(&std::fs::read_to_string(root().join(&path)).unwrap()) {
            seen += 1;
            broken.extend(stray(&cli, &words).map(|why| format!("{}: {why}", path.display())));
        }
    }
    assert!(seen > 30, "only {seen} commands were found");
    assert!(broken.is_empty(), "commands that do not exist:\n  {}", broken.join("\n  "));
}

#[test]
fn the_readme_names_every_verb_of_the_command_line() {
    let readme = read("README.md");
    for verb in Cli::command().get_subcommands().map(Command::get_name) {
        assert!(readme.contains(&format!("`radarr-tui {verb}")), "README does not name `radarr-tui {verb}`");
    }
}

#[test]
fn the_calls_in_the_quick_start_are_understood() {
    let readme = read("README.md");
    let shown: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("    radarr-tui ")).collect();
    assert!(shown.len() > 8, "{shown:?}");
    let word = Regex::new(r#""([^"]*)"|(\S+)"#).unwrap();
    for line in shown {
        let line =
            line.split(" #").next().unwrap_or_default().split([';', '|', '>']).next().unwrap_or_default();
        let mut words = vec!["radarr-tui".to_owned()];
        words.extend(
            word.captures_iter(line)
                .filter_map(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned())),
        );
        if let Err(error) = Cli::command().try_get_matches_from(&words) {
            assert!(!error.use_stderr(), "`radarr-tui {line}`: {error}");
        }
    }
}

/// The arguments of a macro from its opening bracket on, as far as its closing one.
fn arguments(text: &str) -> &str {
    let (mut depth, mut in_text, mut escaped) = (1_usize, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => in_text = !in_text,
            '(' | '[' | '{' if !in_text => depth += 1,
            ')' | ']' | '}' if !in_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// Names of the fields in front of a log line's message: `name`, `%name`, `?name`, `name = value`, `thing.name`.
fn fields(line: &str) -> Vec<String> {
    let field = Regex::new(r"^\s*[%?]?([a-z_][a-z_0-9.]*)\s*(?:=|$)").unwrap();
    let (mut depth, mut in_text, mut parts) = (0_i32, false, vec![String::new()]);
    for letter in line.chars() {
        match letter {
            '"' => in_text = !in_text,
            '(' | '[' | '{' if !in_text => depth += 1,
            ')' | ']' | '}' if !in_text => depth -= 1,
            ',' if !in_text && depth == 0 => parts.push(String::new()),
            _ => {}
        }
        if !(letter == ',' && !in_text && depth == 0) {
            parts.last_mut().unwrap().push(letter);
        }
    }
    parts.iter().filter_map(|part| Some(field.captures(part)?[1].to_owned())).collect()
}

/// A reader of JSON would see the last one of two alone.
const OF_EVERY_LINE: [&str; 6] = ["timestamp", "level", "message", "target", "span", "spans"];

#[test]
fn the_log_reference_names_every_field_and_span() {
    let reference = read("docs/logs.md");
    let line = Regex::new(r"\b(?:info|warn|error|info_span)!\(").unwrap();
    let (mut folders, mut seen, mut missing) = (vec![root().join("radarr-daemon/src")], 0, BTreeSet::new());
    let mut taken = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for found in line.find_iter(text.split("#[cfg(test)]").next().unwrap_or_default()) {
                seen += 1;
                let names = fields(arguments(&text[found.end()..]));
                taken.extend(names.iter().map(|name| (path.clone(), name.clone())));
                missing.extend(names.into_iter().filter(|name| !reference.contains(&format!("`{name}`"))));
            }
        }
    }
    assert!(seen > 80, "only {seen} lines were found");
    let twice: Vec<_> = taken.iter().filter(|(_, name)| OF_EVERY_LINE.contains(&name.as_str())).collect();
    assert!(twice.is_empty(), "fields that every line has already: {twice:?}");
    assert!(missing.is_empty(), "docs/logs.md does not name {missing:?}");
}

/// Paths in backticks: of source files and folders, from the root, from a crate's `src`, or from a folder that the same
/// paragraph names.
#[test]
fn every_file_that_the_architecture_names_is_there() {
    let text = read("ARCHITECTURE.md").replace("\n- ", "\n\n");
    let path = Regex::new(r"`([a-z0-9_./-]*[a-z0-9_-](?:/|\.rs|\.sh|\.md|\.toml))`").unwrap();
    let (mut named, mut lost) = (0, Vec::new());
    for paragraph in text.split("\n\n") {
        let mut folders: Vec<PathBuf> = ["", "radarr-daemon/src", "radarr-proto/src", "radarr-tui/src"]
            .map(|folder| root().join(folder))
            .to_vec();
        for found in path.captures_iter(paragraph) {
            named += 1;
            match folders.iter().map(|folder| folder.join(&found[1])).find(|path| path.exists()) {
                Some(path) if path.is_dir() => folders.push(path),
                Some(_) => {}
                None => lost.push(found[1].to_owned()),
            }
        }
    }
    assert!(named > 30, "only {named} paths were found");
    assert!(lost.is_empty(), "ARCHITECTURE.md names what is not there: {lost:?}");
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let text = read("SECURITY.md");
    let rows = table(&text, "| Who | What | What stands against it | Shown by |");
    assert!(rows.len() > 15, "only {} threats", rows.len());
    let mut sources = String::new();
    let mut folders: Vec<PathBuf> = ["radarr-proto", "radarr-daemon/src", "radarr-tui/src", "tests"]
        .map(|folder| root().join(folder))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let name = Regex::new("`([a-z0-9_]+)`").unwrap();
    for row in rows {
        let tests: Vec<&str> =
            name.captures_iter(&row[3]).map(|found| found.get(1).unwrap().as_str()).collect();
        assert!(!tests.is_empty(), "no test shows that {:?} can't", row[1]);
        for test in tests {
            assert!(sources.contains(&format!("fn {test}(")), "there is no test {test}");
        }
    }
}
