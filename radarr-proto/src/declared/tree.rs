//! A text as a tree whose parts know the line that they stand in.
//!
//! What a plain word means is told by who reads it: `1080` is a number where one is wanted and a name where that is,
//! and `no` is never a lie about Norway.

use std::collections::HashMap;

use yaml_rust2::parser::{Event, MarkedEventReceiver, Parser};
use yaml_rust2::scanner::{Marker, TScalarStyle};

/// The largest file. All formats of the guides together have 600 kB.
pub const TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Lists and maps inside each other.
pub const DEPTH_MAX: usize = 24;
/// Parts of a file, what is repeated by `*` counted each time.
pub const NODES_MAX: usize = 500_000;

/// Why a text can't be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Fault {
    /// A fault in that line.
    pub fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The line that it begins in, from 1.
    pub line: usize,
    /// What it is.
    pub tree: Tree,
}

/// What a part of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// A word without quotes: a text, a number, a truth or nothing.
    Plain(String),
    /// A text in quotes, or a block of text.
    Quoted(String),
    /// A list.
    List(Vec<Node>),
    /// Names and values in their order, with the lines of the names.
    Map(Vec<(String, usize, Node)>),
}

impl Node {
    /// Whether nothing is said.
    pub fn is_null(&self) -> bool {
        matches!(&self.tree, Tree::Plain(word) if matches!(word.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// The text, if it is one word or text.
    pub fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Plain(text) | Tree::Quoted(text) => Some(text),
            Tree::List(_) | Tree::Map(_) => None,
        }
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.tree {
            _ if self.is_null() => "nothing",
            Tree::Plain(_) | Tree::Quoted(_) => "a single value",
            Tree::List(_) => "a list",
            Tree::Map(_) => "names with values",
        }
    }
}

/// Reads the documents of a text; `---` stands between them. Empty ones are left out.
pub fn parse(text: &str) -> Result<Vec<Node>, Fault> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Fault::at(
            1,
            format!("the file has {} bytes, and {TEXT_BYTES_MAX} may come in", text.len()),
        ));
    }
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    let parsed = parser.load(&mut builder, true);
    if let Some(fault) = builder.fault {
        return Err(fault);
    }
    parsed.map_err(|error| Fault::at(error.marker().line(), error.info().to_owned()))?;
    Ok(builder.documents)
}

/// A list or map that is not at its end.
enum Open {
    List { line: usize, anchor: usize, items: Vec<Node> },
    Map { line: usize, anchor: usize, entries: Vec<(String, usize, Node)>, key: Option<(String, usize)> },
}

/// Builds the tree from what the parser tells. After a fault nothing is taken in any more.
#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    fault: Option<Fault>,
}

impl Builder {
    fn refuse(&mut self, line: usize, message: impl Into<String>) {
        self.fault.get_or_insert_with(|| Fault::at(line, message));
    }

    fn count(&mut self, line: usize, more: usize) -> bool {
        self.nodes = self.nodes.saturating_add(more);
        if self.nodes > NODES_MAX {
            self.refuse(line, format!("the file has more than {NODES_MAX} values"));
        }
        self.fault.is_none()
    }

    fn begin(&mut self, line: usize, open: Open) {
        if self.open.len() >= DEPTH_MAX {
            self.refuse(line, format!("lists and names lie more than {DEPTH_MAX} deep inside each other"));
        }
        if matches!(self.open.last(), Some(Open::Map { key: None, .. })) {
            self.refuse(line, "a name is a single word or text");
        }
        if self.count(line, 1) {
            self.open.push(open);
        }
    }

    fn end(&mut self) {
        let (node, anchor) = match self.open.pop() {
            Some(Open::List { line, anchor, items }) => (Node { line, tree: Tree::List(items) }, anchor),
            Some(Open::Map { line, anchor, entries, .. }) => {
                (Node { line, tree: Tree::Map(entries) }, anchor)
            }
            None => return,
        };
        self.put(node, anchor);
    }

    fn put(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            None => {
                if !node.is_null() {
                    self.documents.push(node);
                }
            }
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                Some((name, line)) => entries.push((name, line, node)),
                None => match node.text() {
                    Some(name) if entries.iter().any(|(other, ..)| other == name) => {
                        let message = format!("{name:?} is there twice");
                        self.refuse(node.line, message);
                    }
                    Some(name) => *key = Some((name.to_owned(), node.line)),
                    None => self.refuse(node.line, "a name is a single word or text"),
                },
            },
        }
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.tree {
        Tree::Plain(_) | Tree::Quoted(_) => 0,
        Tree::List(items) => items.iter().map(size).sum(),
        Tree::Map(entries) => entries.iter().map(|(_, _, value)| size(value)).sum(),
    }
}

impl MarkedEventReceiver for Builder {
    fn on_event(&mut self, event: Event, mark: Marker) {
        if self.fault.is_some() {
            return;
        }
        let line = mark.line();
        match event {
            Event::Scalar(text, style, anchor, _) => {
                if self.count(line, 1) {
                    let plain = style == TScalarStyle::Plain;
                    let tree = if plain { Tree::Plain(text) } else { Tree::Quoted(text) };
                    self.put(Node { line, tree }, anchor);
                }
            }
            Event::SequenceStart(anchor, _) => {
                self.begin(line, Open::List { line, anchor, items: Vec::new() });
            }
            Event::MappingStart(anchor, _) => {
                self.begin(line, Open::Map { line, anchor, entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => match self.anchors.get(&anchor).cloned() {
                Some((node, size)) => {
                    if self.count(line, size) {
                        self.put(node, 0);
                    }
                }
                None => self.refuse(line, "* names something that holds itself"),
            },
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart
            | Event::DocumentEnd => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn refused(text: &str, line: usize, words: &str) {
        let fault = parse(text).unwrap_err();
        assert_eq!(fault.line, line, "{fault}");
        assert!(fault.message.contains(words), "{fault}");
    }

    #[test]
    fn documents_keep_order_and_lines() {
        let documents = parse("version: 1\nb: [x, 'y']\n---\n# nothing\n---\na:\n  c: 2\n").unwrap();
        assert_eq!(documents.len(), 2);
        let Tree::Map(first) = &documents[0].tree else { panic!("no map") };
        assert_eq!((first[1].0.as_str(), first[1].1), ("b", 2));
        let Tree::Map(second) = &documents[1].tree else { panic!("no map") };
        let Tree::Map(inner) = &second[0].2.tree else { panic!("no map") };
        assert_eq!(inner[0], ("c".to_owned(), 7, Node { line: 7, tree: Tree::Plain("2".to_owned()) }));
    }

    #[test]
    fn what_is_no_file_of_settings_is_refused_with_its_line() {
        refused("a: 1\na: 2\n", 2, "twice");
        refused("a: 1\n b: [\n", 2, "");
        refused("? [a]\n: b\n", 1, "single word");
        refused(&"[".repeat(40), 1, "deep");
        refused(
            &format!("a: &a [{}]\nb: &b [{}]\nc: [{}]", "x,".repeat(1000), "*a,".repeat(1000), "*b,*b"),
            2,
            "more than",
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[ -~\n\t]{0,200}") {
            drop(parse(&text));
        }
    }
}
