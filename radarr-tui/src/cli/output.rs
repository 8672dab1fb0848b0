//! Where a command's answer goes: a table or lines for people, JSON for programs.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::failure::Failure;
use crate::text;

/// What answers look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// JSON, as the model is.
    Json,
    /// Text with colours.
    Colour,
    /// Text without.
    Plain,
}

/// What a word means; how it is coloured follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As all text.
    Normal,
    /// Less important.
    Dim,
    /// A heading.
    Strong,
    /// Well.
    Good,
    /// Look at it.
    Warn,
    /// Wrong.
    Bad,
}

/// A cell of a table.
pub struct Cell {
    text: String,
    tone: Tone,
    right: bool,
}

/// A plain cell.
pub fn cell(text: impl AsRef<str>) -> Cell {
    Cell { text: text::clean(text.as_ref()).into_owned(), tone: Tone::Normal, right: false }
}

/// A number, to the right.
pub fn number(text: impl std::fmt::Display) -> Cell {
    Cell { text: text.to_string(), tone: Tone::Normal, right: true }
}

impl Cell {
    /// The same with a meaning.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// Where a command writes to.
pub struct Output {
    style: Style,
    writer: BufWriter<Stdout>,
    /// The time, for ages.
    pub now: Timestamp,
    /// The user's zone.
    pub zone: TimeZone,
}

impl Output {
    /// Standard output. Colours only for a terminal, and neither with `--no-color` nor with `NO_COLOR`.
    pub fn stdout(json: bool, no_color: bool, now: Timestamp) -> Self {
        let colour = !no_color
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
            && io::stdout().is_terminal();
        let style = match (json, colour) {
            (true, _) => Style::Json,
            (false, true) => Style::Colour,
            (false, false) => Style::Plain,
        };
        Self { style, writer: BufWriter::new(io::stdout()), now, zone: TimeZone::system() }
    }

    /// Whether programs read it.
    pub fn is_json(&self) -> bool {
        self.style == Style::Json
    }

    /// Whether colours may be used.
    pub fn has_colour(&self) -> bool {
        self.style == Style::Colour
    }

    /// Writes the value as JSON, or lets `human` write it for people.
    pub fn show<T: Serialize>(
        &mut self,
        value: &T,
        human: impl FnOnce(&mut Self, &T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.is_json() {
            serde_json::to_writer_pretty(&mut self.writer, value)?;
            writeln!(self.writer)?;
            return Ok(());
        }
        human(self, value)
    }

    /// Writes the value as one line of JSON.
    pub fn json_line<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.writer, value)?;
        writeln!(self.writer)?;
        self.flush()
    }

    /// One line.
    pub fn line(&mut self, text: impl AsRef<str>) -> Result<(), Failure> {
        Ok(writeln!(self.writer, "{}", text::clean(text.as_ref()))?)
    }

    /// One line with a meaning.
    pub fn toned(&mut self, tone: Tone, text: impl AsRef<str>) -> Result<(), Failure> {
        let text = self.paint(tone, &text::clean(text.as_ref()));
        Ok(writeln!(self.writer, "{text}")?)
    }

    /// Text as it is, with its line ends: a configuration, a completion script, text painted before.
    pub fn raw(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.writer.write_all(text.as_bytes())?)
    }

    /// A text as it is, ended by a line's end.
    pub fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.raw(text)?;
        if text.ends_with('\n') { Ok(()) } else { self.raw("\n") }
    }

    /// `name  value`, the names in a column of their own.
    pub fn facts(&mut self, facts: &[(&str, String)]) -> Result<(), Failure> {
        let widest = facts.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0);
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            let name = self.paint(Tone::Dim, &text::fit(name, widest));
            writeln!(self.writer, "{name}  {}", text::clean(value))?;
        }
        Ok(())
    }

    /// A table. `empty` is said when it has no rows.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<Cell>], empty: &str) -> Result<(), Failure> {
        if rows.is_empty() {
            return self.toned(Tone::Dim, empty);
        }
        let mut widths: Vec<usize> = head.iter().map(|name| text::width(name)).collect();
        for row in rows {
            for (wide, cell) in widths.iter_mut().zip(row) {
                *wide = (*wide).max(text::width(&cell.text));
            }
        }
        let right: Vec<bool> = (0..head.len())
            .map(|column| rows.iter().filter_map(|row| row.get(column)).any(|cell| cell.right))
            .collect();
        let head = head.iter().zip(&right).map(|(name, right)| Cell {
            text: (*name).to_owned(),
            tone: Tone::Strong,
            right: *right,
        });
        self.row(&head.collect::<Vec<_>>(), &widths)?;
        rows.iter().try_for_each(|row| self.row(row, &widths))
    }

    fn row(&mut self, cells: &[Cell], widths: &[usize]) -> Result<(), Failure> {
        let last = cells.len().saturating_sub(1);
        for (column, (cell, wide)) in cells.iter().zip(widths).enumerate() {
            let padding = wide.saturating_sub(text::width(&cell.text));
            let painted = self.paint(cell.tone, &cell.text);
            match (cell.right, column == last) {
                (true, _) => write!(self.writer, "{:padding$}{painted}", "")?,
                (false, true) => write!(self.writer, "{painted}")?,
                (false, false) => write!(self.writer, "{painted}{:padding$}", "")?,
            }
            if column != last {
                write!(self.writer, "  ")?;
            }
        }
        Ok(writeln!(self.writer)?)
    }

    /// The text with the colour of its meaning.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if self.style != Style::Colour {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Normal => return text.to_owned(),
            Tone::Dim => "2",
            Tone::Strong => "1",
            Tone::Good => "32",
            Tone::Warn => "33",
            Tone::Bad => "31",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Everything is written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}
