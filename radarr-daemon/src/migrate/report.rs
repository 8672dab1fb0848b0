//! What was taken over, what stayed behind and why: for people, and as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

/// Notes of one noun that are kept; a library has fewer movies.
const NOTES_MAX: usize = 200_000;
/// Names that stand behind a reason for people.
const NAMED_MAX: usize = 5;

/// The whole report. Holds no secret: it is made of names, counts and our own sentences.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What was read.
    pub source: String,
    /// Nothing was changed: this is what would be.
    pub trial: bool,
    /// What to know before all else.
    pub warnings: Vec<String>,
    /// Noun by noun, in the order in which they are taken over.
    pub nouns: Vec<Noun>,
    /// What to do next.
    pub next: Vec<String>,
}

/// What became of the things of one noun. `found` is the sum of the three that follow it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Noun {
    /// Which.
    pub noun: &'static str,
    /// How many there are.
    pub found: usize,
    /// How many were taken over.
    pub taken: usize,
    /// How many are here already; they stay as they are.
    pub there: usize,
    /// How many stayed behind.
    pub left_out: usize,
    /// Each that stayed behind or is not quite as it was.
    pub notes: Vec<Note>,
    /// Notes beyond the limit.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_notes: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Something that is to be known of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its name.
    pub what: String,
    /// What became of it.
    pub became: Became,
    /// Why, one sentence.
    pub why: String,
}

/// What became of a thing with a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It stayed behind.
    LeftOut,
    /// It was taken, and is not quite as it was.
    Changed,
}

impl Noun {
    /// Nothing yet.
    pub fn new(noun: &'static str) -> Self {
        Self { noun, ..Self::default() }
    }

    /// One was taken over.
    pub fn taken(&mut self) {
        self.found += 1;
        self.taken += 1;
    }

    /// One is here already.
    pub fn there(&mut self) {
        self.found += 1;
        self.there += 1;
    }

    /// One stays behind.
    pub fn left_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.found += 1;
        self.left_out += 1;
        self.note(Note { what: what.into(), became: Became::LeftOut, why: why.into() });
    }

    /// One that was taken, or will be, is not quite as it was.
    pub fn changed(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.note(Note { what: what.into(), became: Became::Changed, why: why.into() });
    }

    /// All of them stay behind for the same reason.
    pub fn all_left_out(noun: &'static str, found: usize, why: &str) -> Self {
        let mut all = Self { noun, found, left_out: found, ..Self::default() };
        all.note(Note { what: "all".to_owned(), became: Became::LeftOut, why: why.to_owned() });
        all
    }

    /// The same for several reasons.
    pub fn changes(&mut self, what: &str, why: Vec<String>) {
        for why in why {
            self.changed(what, why);
        }
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(note);
        } else {
            self.more_notes += 1;
        }
    }
}

impl Report {
    /// How many things were, or would be, taken over.
    pub fn taken(&self) -> usize {
        self.nouns.iter().map(|noun| noun.taken).sum()
    }

    /// As people read it: a table, then the notes with the same reason together.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n", self.source);
        for warning in &self.warnings {
            text.push_str(&format!("warning: {warning}\n"));
        }
        let shown = || self.nouns.iter().filter(|noun| noun.found > 0);
        let width = shown().map(|noun| noun.noun.len()).max().unwrap_or(0);
        text.push_str(&format!(
            "\n{:width$}  {:>8}  {:>8}  {:>8}  {:>8}\n",
            "",
            "found",
            if self.trial { "to take" } else { "taken" },
            "here",
            "left out"
        ));
        for noun in shown() {
            text.push_str(&format!(
                "{:width$}  {:>8}  {:>8}  {:>8}  {:>8}\n",
                noun.noun, noun.found, noun.taken, noun.there, noun.left_out
            ));
        }
        for noun in self.nouns.iter().filter(|noun| !noun.notes.is_empty()) {
            text.push_str(&format!("\n{}:\n", noun.noun));
            text.push_str(&notes(noun));
        }
        text.push('\n');
        if self.trial {
            text.push_str(&format!(
                "This was a trial: nothing was changed. Take {} over with --yes.\n",
                count(self.taken(), "thing")
            ));
        }
        for next in &self.next {
            text.push_str(&format!("{next}\n"));
        }
        text
    }
}

/// The notes of a noun, those with the same reason together, in the order in which the reasons came.
fn notes(noun: &Noun) -> String {
    let mut order: Vec<(Became, &str)> = Vec::new();
    let mut named: BTreeMap<(Became, &str), Vec<&str>> = BTreeMap::new();
    for note in &noun.notes {
        let reason = (note.became, note.why.as_str());
        let names = named.entry(reason).or_insert_with(|| {
            order.push(reason);
            Vec::new()
        });
        names.push(&note.what);
    }
    let mut text = String::new();
    for reason @ (became, why) in order {
        let names = named.get(&reason).map(Vec::as_slice).unwrap_or_default();
        let became = match became {
            Became::LeftOut => "left out",
            Became::Changed => "changed",
        };
        let more = names.len().saturating_sub(NAMED_MAX);
        let shown: Vec<String> = names.iter().take(NAMED_MAX).map(|name| plain(name)).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text.push_str(&format!("  {} {became}: {}: {}{more}\n", names.len(), plain(why), shown.join(", ")));
    }
    if noun.more_notes > 0 {
        text.push_str(&format!("  and {} more notes\n", noun.more_notes));
    }
    text
}

/// Without what would steer a terminal: names come from a foreign database.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// `1 movie`, `2 movies`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_once_with_the_first_names() {
        let mut movies = Noun::new("movies");
        movies.taken();
        movies.there();
        for number in 1..=7 {
            movies.left_out(format!("M{number}"), "it has no path");
        }
        movies.changed("A\u{1b}[2J", "its tag 9 is gone");
        let report = Report {
            source: "Radarr".into(),
            trial: true,
            nouns: vec![movies, Noun::new("tags")],
            ..Report::default()
        };
        let text = report.text();
        assert!(text.contains("  7 left out: it has no path: M1, M2, M3, M4, M5 and 2 more\n"), "{text}");
        assert!(text.contains("  1 changed: its tag 9 is gone: A\u{fffd}[2J\n"), "{text}");
        assert!(text.contains("movies         9         1         1         7\n"), "{text}");
        assert!(!text.contains("tags"), "{text}");
        assert!(text.contains("Take 1 thing over with --yes"), "{text}");
    }
}
