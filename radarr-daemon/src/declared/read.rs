//! Texts to declarations: which section, which setting, where it stands. Pure.

use std::collections::BTreeMap;
use std::fmt;

use radarr_proto::declared::{Fault, Node, Tree, parse};
use radarr_proto::request::DeclaredFile;

use super::applying::Placed;
use super::nouns::{Form, Section};

/// The one version of the form that there is.
const VERSION: &str = "1";
/// Faults that are told at once.
pub(super) const FAULTS_MAX: usize = 20;

/// Where a declaration stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.file, self.line)
    }
}

/// What files declare, in the order of the sections and then of the files.
pub(super) type Declarations = Vec<Placed<Form>>;

/// Reads the files. All faults are told, each with its place.
pub(super) fn read(files: &[DeclaredFile]) -> Result<Declarations, Vec<String>> {
    let mut reading = Reading::default();
    for file in files {
        match parse(&file.text) {
            Ok(documents) => documents.iter().for_each(|document| reading.document(&file.name, document)),
            Err(fault) => reading.fault(&file.name, fault),
        }
    }
    if reading.faults.is_empty() {
        reading.declarations.sort_by_key(|placed| placed.form.section());
        return Ok(reading.declarations);
    }
    Err(reading.faults)
}

#[derive(Default)]
struct Reading {
    declarations: Declarations,
    seen: BTreeMap<(Section, String), Place>,
    faults: Vec<String>,
}

impl Reading {
    fn fault(&mut self, file: &str, fault: Fault) {
        self.faults.push(format!("{file}, {fault}"));
    }

    fn document(&mut self, file: &str, document: &Node) {
        let Tree::Map(entries) = &document.tree else {
            let what = format!("a file of settings has sections, and this is {}", document.kind());
            return self.fault(file, Fault::at(document.line, what));
        };
        match entries.iter().find(|(name, ..)| name == "version") {
            Some((_, _, version)) if version.text() == Some(VERSION) => {}
            Some((_, line, _)) => {
                let what = "this daemon reads version 1 of the form; update it, or write version: 1";
                self.fault(file, Fault::at(*line, what));
            }
            None => {
                let what = "version: 1 is missing at the head of the file (or behind ---)";
                self.fault(file, Fault::at(document.line, what));
            }
        }
        for (name, line, node) in entries.iter().filter(|(name, ..)| name != "version") {
            match Section::ALL.iter().find(|section| section.name() == name) {
                Some(section) => self.section(file, *section, node),
                None => self.fault(file, Fault::at(*line, unknown_section(name))),
            }
        }
    }

    fn section(&mut self, file: &str, section: Section, node: &Node) {
        match &node.tree {
            _ if node.is_null() => {}
            Tree::List(items) if section.is_list() => {
                for item in items {
                    self.setting(file, section, item);
                }
            }
            Tree::Map(_) if !section.is_list() => self.setting(file, section, node),
            Tree::Plain(_) | Tree::Quoted(_) | Tree::List(_) | Tree::Map(_) => {
                let wanted =
                    if section.is_list() { "a list (each begins with -)" } else { "names with values" };
                let what = format!("{} is {wanted}, and this is {}", section.name(), node.kind());
                self.fault(file, Fault::at(node.line, what));
            }
        }
    }

    fn setting(&mut self, file: &str, section: Section, node: &Node) {
        let form = match Form::read(section, node) {
            Ok(form) => form,
            Err(fault) => {
                return self.fault(
                    file,
                    Fault { message: format!("{}: {}", section.name(), fault.message), ..fault },
                );
            }
        };
        let place = Place { file: file.to_owned(), line: node.line };
        let name = form.name();
        if name.trim().is_empty() {
            return self
                .fault(file, Fault::at(node.line, format!("{}: this one has no name", section.name())));
        }
        let before = self.seen.insert((section, name.to_lowercase()), place.clone());
        if let Some(before) = before {
            let what = if section.is_list() { format!("{} {name:?}", section.name()) } else { name };
            self.faults
                .push(format!("{what} is declared twice: in {before}, and in {place}; keep one of them"));
            return;
        }
        self.declarations.push(Placed { place, form });
    }
}

fn unknown_section(name: &str) -> String {
    let slips = |section: &&Section| strsim::damerau_levenshtein(section.name(), name);
    // Of a short name hardly anything is left by four slips.
    let most = 4.min(name.chars().count() / 2);
    let near = Section::ALL.iter().min_by_key(slips).filter(|section| slips(section) <= most);
    let all = || Section::ALL.iter().map(|section| section.name()).collect::<Vec<_>>().join(", ");
    match near {
        Some(near) => format!("there is no section {name:?}; did you mean {:?}?", near.name()),
        None => format!("there is no section {name:?}; there are {}", all()),
    }
}
