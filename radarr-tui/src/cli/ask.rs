//! What a command asks a person, and where secrets are read from. A program that can't answer is never asked.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Read, Write};

use radarr_proto::model::{SecretInput, SecretText};
use serde::de::DeserializeOwned;

use super::failure::{Exit, Failure};

/// Longest file that is read as an argument. The largest known set of custom formats has 1 MB.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Asks before something is deleted. Without a terminal and without `--yes` it is refused.
pub fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "to {question} needs a confirmation, and there is no terminal to ask in"
        ))
        .with_hint("add --yes"));
    }
    let mut stderr = io::stderr();
    write!(stderr, "{question}? [y/N] ")?;
    stderr.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, "nothing was done"))
}

/// The text of a file; `-` is standard input.
pub fn read_file(path: &str) -> Result<String, Failure> {
    let unreadable = |error: io::Error| {
        Failure::usage(format!("{path} can't be read: {error}")).with_hint("- reads standard input")
    };
    let mut text = String::new();
    let read = if path == "-" {
        io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_string(&mut text)
    } else {
        fs::File::open(path).map_err(unreadable)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)
    };
    let length = read.map_err(unreadable)?;
    if length as u64 > FILE_BYTES_MAX {
        return Err(Failure::usage(format!("{path} is larger than {} MiB", FILE_BYTES_MAX >> 20)));
    }
    Ok(text)
}

/// The values of JSON files as one list: a file may hold one or a list, and a folder stands for the `.json` files in
/// it.
pub fn read_json_list(paths: &[String]) -> Result<String, Failure> {
    let mut files: Vec<String> = Vec::new();
    for path in paths {
        if path == "-" || !fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: io::Error| Failure::usage(format!("{path} can't be read: {error}"));
        let mut inside: Vec<String> = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file.extension().is_some_and(|ending| ending == "json") {
                inside.extend(file.to_str().map(str::to_owned));
            }
        }
        if inside.is_empty() {
            return Err(Failure::usage(format!("there is no .json file in {path}")));
        }
        inside.sort();
        files.append(&mut inside);
    }
    // One file goes as it is: the daemon says best what is wrong with it.
    if let [file] = files.as_slice() {
        return read_file(file);
    }
    let mut all: Vec<serde_json::Value> = Vec::new();
    for file in &files {
        let text = read_file(file)?;
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(serde_json::Value::Array(mut values)) => all.append(&mut values),
            Ok(value) => all.push(value),
            Err(error) => return Err(Failure::usage(format!("{file} is no JSON: {error}"))),
        }
    }
    Ok(serde_json::Value::Array(all).to_string())
}

/// The value that a JSON file describes.
pub fn read_json<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    let text = read_file(path)?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!("{path} is not what is wanted: {error}"))
            .with_hint("`show --json` prints one in the right form")
    })
}

/// A secret: from a file (`-` is standard input), from a file on the daemon's machine, or from the environment.
/// It is never an argument, where every user of the machine could read it.
pub fn secret(
    file: Option<&str>,
    daemon_file: Option<String>,
    variable: &str,
) -> Result<SecretInput, Failure> {
    if let Some(path) = daemon_file {
        return Ok(SecretInput::File { path });
    }
    let value = match file {
        Some(path) => read_file(path)?,
        None => std::env::var(variable).unwrap_or_default(),
    };
    let value = value.trim();
    match (value.is_empty(), file) {
        (false, _) => Ok(SecretInput::Value { value: SecretText::new(value) }),
        (true, None) => Ok(SecretInput::Keep),
        (true, Some(path)) => Err(Failure::usage(format!("{path} is empty, a secret was expected in it"))),
    }
}
