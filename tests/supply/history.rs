//! Secrets in the repository's history: every line that any commit of any branch added is looked at. A shallow clone
//! has only some commits, and those are.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use regex::RegexSet;

use crate::root;

/// What secrets look like. Words of these patterns are broken up, so that this file is none of their finds.
fn patterns() -> Vec<(&'static str, String)> {
    vec![
        ("a private key", format!("-----BEGIN ([A-Z0-9]+ )*PRIVATE {}-----", "KEY")),
        ("a token of radarr's", r"\bradarr_[A-Za-z0-9_-]{43}\b".to_owned()),
        ("a token of GitHub's", format!(r"\b({}|github_pat)_[A-Za-z0-9_]{{36,}}", "gh[pousr]")),
        ("a key of Amazon's", r"\b(AKIA|ASIA)[0-9A-Z]{16}\b".to_owned()),
        ("a token of Slack's", r"\bxox[abprs]-[0-9A-Za-z-]{20,}".to_owned()),
        (
            "a signed token, such as TMDB's",
            r"\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}".to_owned(),
        ),
        ("a key of TMDB's", r#"(?i)(tmdb|api)[_-]?key["']?\s*[:=]\s*["']?[0-9a-f]{32}\b"#.to_owned()),
        ("a passkey", r#"(?i)passkey["']?\s*[:=]\s*["']?[0-9a-f]{32,}\b"#.to_owned()),
        (
            "a password in an address",
            r"\b(postgres(ql)?|https?)://[^\s/:@{}$<]+:[^\s/:@{}$<]{8,}@([a-z0-9-]+\.)+(com|net|org|io|de)\b"
                .to_owned(),
        ),
    ]
}

/// What was found and looked at: made up for tests.
const MADE_UP: &[&str] = &["0123456789abcdef0123456789abcdef", "hunter2hunter2"];

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(root()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a line that was added gives away.
fn secret_in(line: &str, set: &RegexSet, names: &[&'static str]) -> Option<&'static str> {
    let found = set.matches(line).iter().next()?;
    if MADE_UP.iter().any(|known| line.contains(known)) {
        return None;
    }
    names.get(found).copied()
}

fn set() -> (RegexSet, Vec<&'static str>) {
    let (names, texts): (Vec<_>, Vec<_>) = patterns().into_iter().unzip();
    (RegexSet::new(texts).unwrap(), names)
}

#[test]
fn no_commit_of_any_branch_added_a_secret() {
    let Some(shallow) = git(&["rev-parse", "--is-shallow-repository"]) else {
        println!("this is no clone of the repository: there is no history to look through");
        return;
    };
    let commits = git(&["rev-list", "--all", "--count"]).unwrap();
    println!(
        "{commits} commits are looked through{}",
        if shallow == "true" { "; the clone is shallow" } else { "" }
    );
    let (set, names) = set();
    let mut log = Command::new("git")
        .args([
            "log",
            "--all",
            "-p",
            "-U0",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--format=commit %h",
        ])
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut found, mut commit, mut file, mut lines) = (Vec::new(), String::new(), String::new(), 0_u64);
    let mut reader = BufReader::new(log.stdout.take().unwrap());
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).unwrap() > 0 {
        let text = String::from_utf8_lossy(&line);
        if let Some(hash) = text.strip_prefix("commit ") {
            hash.trim().clone_into(&mut commit);
        } else if let Some(path) = text.strip_prefix("+++ ") {
            path.trim().clone_into(&mut file);
        } else if text.starts_with('+') {
            lines += 1;
            if let Some(name) = secret_in(&text, &set, &names) {
                // What it is must not be in the log of a test either.
                found.push(format!("{commit} {file}: {name}"));
            }
        }
        line.clear();
    }
    assert!(log.wait().unwrap().success());
    assert!(lines > 0, "the history is empty");
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "revoke these, then see to the history:\n  {}", found.join("\n  "));
}

#[test]
fn each_pattern_finds_what_it_is_for_and_lets_code_pass() {
    let (set, names) = set();
    let long = "A1b2C3d4".repeat(8);
    let hex = "9f8e7d6c".repeat(4);
    for line in [
        format!("+-----BEGIN EC PRIVATE {}-----", "KEY"),
        format!("+-----BEGIN PRIVATE {}-----", "KEY"),
        format!("+token = \"radarr_{}\"", &long[..43]),
        format!("+ghp{}{}", "_", &long[..36]),
        format!("+AKIA{}", "ABCDEFGH12345678"),
        format!("+xoxb-{}", &long[..30]),
        format!("+eyJ{0}.eyJ{0}.{0}", &long[..20]),
        format!("+TMDB_API_KEY={hex}"),
        format!("+passkey: '{hex}'"),
        format!("+postgres://me:{}@db.example.com/radarr", &long[..14]),
    ] {
        assert!(secret_in(&line, &set, &names).is_some(), "{line}");
    }
    for line in [
        "+    let api_key = SecretText::new(text);",
        "+passkey = hash(secret)",
        "+postgres://radarr@db1:5432,db2:5432/radarr",
        "+tmdb.api_key = 0123456789abcdef0123456789abcdef",
        "+radarr_api_request_duration_seconds",
        "+sha1: 9f8e7d6c9f8e7d6c9f8e7d6c9f8e7d6c9f8e7d6c",
    ] {
        assert_eq!(secret_in(line, &set, &names), None, "{line}");
    }
}
