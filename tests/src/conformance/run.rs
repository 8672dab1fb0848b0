//! Runs over a folder: every `*.jsonl`, every line; prints a table.

use std::fmt;
use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::{Failure, Line, Outcome, SUBJECTS, Subject, Weight};

/// What one file gave.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name of the file.
    pub file: String,
    /// Lines that pass.
    pub passed: usize,
    /// Lines that were checked.
    pub total: usize,
    /// What a failure means.
    pub weight: Weight,
    /// The failures: id and reason.
    pub failures: Vec<(String, Failure)>,
}

/// What the whole folder gave.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// One row for each file, by name.
    pub rows: Vec<Row>,
}

impl Report {
    /// Whether every line that counts passed, and there was at least one in each file.
    pub fn passed(&self) -> bool {
        let mut counting = self.rows.iter().filter(|row| row.weight == Weight::Counts).peekable();
        let passed = |row: &Row| row.failures.is_empty() && row.total > 0;
        counting.peek().is_some() && counting.all(passed)
    }

    /// The failures as text, at most `show` for each file.
    pub fn failures(&self, show: usize) -> String {
        let mut lines = Vec::new();
        for row in &self.rows {
            for (id, failure) in row.failures.iter().take(show) {
                let reason = match failure {
                    Failure::Different(reason) => reason.clone(),
                    Failure::NotUnderstood(reason) => format!("not understood: {reason}"),
                };
                lines.push(format!("{}: {id}: {reason}\n", row.file));
            }
            if row.failures.len() > show {
                lines.push(format!("{}: {} more\n", row.file, row.failures.len() - show));
            }
        }
        lines.concat()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut passed, mut total, mut unread) = (0, 0, 0);
        writeln!(f, "{:<28} {:>6} / {:<6}", "file", "passed", "total")?;
        for row in self.rows.iter().filter(|row| row.weight == Weight::Counts) {
            passed += row.passed;
            total += row.total;
            let not_understood = not_understood(row);
            unread += not_understood;
            write!(f, "{:<28} {:>6} / {:<6}", row.file, row.passed, row.total)?;
            if not_understood > 0 {
                write!(f, " {not_understood} not understood")?;
            }
            writeln!(f)?;
        }
        write!(f, "{:<28} {passed:>6} / {total:<6}", "ALL")?;
        if unread > 0 {
            write!(f, " {unread} not understood")?;
        }
        writeln!(f)?;
        for row in self.rows.iter().filter(|row| row.weight == Weight::Shown) {
            writeln!(f, "{:<28} {:>6} / {:<6} (aims; not in ALL)", row.file, row.passed, row.total)?;
        }
        Ok(())
    }
}

fn not_understood(row: &Row) -> usize {
    row.failures.iter().filter(|(_, failure)| matches!(failure, Failure::NotUnderstood(_))).count()
}

/// Checks every `*.jsonl` of the folder, in the order of the names.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn run_folder(folder: &Path) -> io::Result<Report> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut report = Report::default();
    for path in files {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = fs::read_to_string(&path)?;
        report.rows.push(run_file(&name, &text));
    }
    Ok(report)
}

fn run_file(name: &str, text: &str) -> Row {
    let subject = SUBJECTS.iter().find(|subject| subject.file == name);
    let weight = subject.map_or(Weight::Counts, |subject| subject.weight);
    let mut row = Row { file: name.to_owned(), passed: 0, total: 0, weight, failures: Vec::new() };
    for (number, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let (id, outcome) = match Line::read(text) {
            Ok(line) => (line.id().to_owned(), check(subject, &line)),
            Err(failure) => (format!("line {}", number + 1), Err(failure)),
        };
        row.total += 1;
        match outcome {
            Ok(()) => row.passed += 1,
            Err(failure) => row.failures.push((id, failure)),
        }
    }
    row
}

/// Checks a line; a panic of ours is a failure of the line, not of the run.
fn check(subject: Option<&Subject>, line: &Line) -> Outcome {
    let Some(subject) = subject else {
        return Err(Failure::NotUnderstood("no checker for this file".to_owned()));
    };
    panic::catch_unwind(AssertUnwindSafe(|| (subject.check)(line)))
        .unwrap_or_else(|_| Err(Failure::Different("panicked".to_owned())))
}
