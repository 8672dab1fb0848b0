//! XML from outside, read into a small tree as if an enemy had written it: depth, number and size of what is in it
//! have limits, and entities of its own are never expanded.
//!
//! Namespaces are left out: `torznab:attr` and `newznab:attr` are both `attr`. What people forget to escape is taken
//! as it stands; what ends in the middle is an error, so that half an answer is never taken for a short one.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A feed is four elements deep; some wrap theirs.
pub const DEPTH_MAX: usize = 24;
/// A page of 100 items with 40 attributes each has about 5,000.
pub const ELEMENTS_MAX: usize = 100_000;
/// More attributes of one element than any feed has.
const ATTRIBUTES_MAX: usize = 64;
/// Text of one element that is kept; only descriptions are longer.
const TEXT_BYTES_MAX: usize = 16 * 1024;
/// Longest name of an entity that is looked for: `&` that stands alone is far from the next `;`.
const ENTITY_BYTES_MAX: usize = 10;

/// Why a document can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// It is something else.
    #[error("no XML")]
    NotXml,
    /// It ends before its root does.
    #[error("half an answer")]
    Cut,
    /// It is nested deeper than [`DEPTH_MAX`].
    #[error("XML that is nested deeper than {DEPTH_MAX} elements")]
    TooDeep,
    /// It has more elements than [`ELEMENTS_MAX`].
    #[error("XML of more than {ELEMENTS_MAX} elements")]
    TooMany,
}

/// An element with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its own text, in pieces put together; at most 16 KiB of it.
    pub text: String,
    /// The elements in it, in their order.
    pub children: Vec<Element>,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The root of a document.
    pub fn read(document: &[u8]) -> Result<Self, XmlError> {
        let text = decoded(document);
        if !text.trim_start().starts_with('<') {
            return Err(XmlError::NotXml);
        }
        let mut reader = Reader::from_str(&text);
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().check_end_names = false;
        let mut open: Vec<Self> = Vec::new();
        let mut elements = 0_usize;
        // Each event takes at least one byte of the document, and the document has a limit.
        loop {
            let event = reader.read_event().map_err(|_| {
                let began = elements > 0;
                if began { XmlError::Cut } else { XmlError::NotXml }
            })?;
            match event {
                Event::Start(start) => {
                    count(&mut elements)?;
                    if open.len() >= DEPTH_MAX {
                        return Err(XmlError::TooDeep);
                    }
                    open.push(Self::of(&start));
                }
                Event::Empty(start) => {
                    count(&mut elements)?;
                    let element = Self::of(&start);
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => return Ok(element),
                    }
                }
                Event::End(_) => {
                    let Some(element) = open.pop() else { return Err(XmlError::NotXml) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => return Ok(element),
                    }
                }
                Event::Text(text) => push(&mut open, &text.xml10_content()),
                Event::CData(text) => push(&mut open, &text.xml10_content()),
                Event::GeneralRef(name) => match resolved(&name) {
                    Some(character) => push(&mut open, character.encode_utf8(&mut [0; 4])),
                    None => push(&mut open, &format!("&{};", &*name)),
                },
                Event::Eof if elements == 0 => return Err(XmlError::NotXml),
                Event::Eof => return Err(XmlError::Cut),
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
            }
        }
    }

    fn of(start: &BytesStart<'_>) -> Self {
        let mut attributes = start.attributes();
        // An attribute that is there twice is odd, not an error.
        attributes.with_checks(false);
        let attributes = attributes.flatten().take(ATTRIBUTES_MAX);
        Self {
            name: start.local_name().as_ref().to_owned(),
            attributes: attributes
                .map(|attribute| {
                    (attribute.key.local_name().as_ref().to_owned(), unescaped(&attribute.value))
                })
                .collect(),
            ..Self::default()
        }
    }

    /// An attribute, by its name without prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first element of that name in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The elements of that name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The trimmed text of the first element of that name in it, when it has any.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let named = self.children.iter().filter(|child| child.name == name);
        named.map(|child| child.text.trim()).find(|text| !text.is_empty())
    }
}

fn count(elements: &mut usize) -> Result<(), XmlError> {
    *elements += 1;
    if *elements > ELEMENTS_MAX { Err(XmlError::TooMany) } else { Ok(()) }
}

fn push(open: &mut [Element], text: &str) {
    let Some(element) = open.last_mut() else { return };
    for character in text.chars() {
        if element.text.len() >= TEXT_BYTES_MAX {
            return;
        }
        element.text.push(character);
    }
}

/// An attribute's value; a `&` that begins no entity is one.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(TEXT_BYTES_MAX));
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= ENTITY_BYTES_MAX);
        let character = entity.and_then(|(name, after)| Some((resolved(name)?, after)));
        match character {
            Some((character, after)) => {
                text.push(character);
                rest = after;
            }
            None => {
                text.push('&');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

/// The five entities of XML and references to characters; nothing that the document defines itself.
fn resolved(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| *character != '\0')
        }
    }
}

/// UTF-8 by right; bytes of Latin-1 where a document says that it is written so.
fn decoded(document: &[u8]) -> Cow<'_, str> {
    let document = document.strip_prefix(b"\xef\xbb\xbf").unwrap_or(document);
    if let Ok(text) = std::str::from_utf8(document) {
        return Cow::Borrowed(text);
    }
    let start = String::from_utf8_lossy(document.get(..100).unwrap_or(document)).to_lowercase();
    if start.contains("8859-1") || start.contains("windows-1252") {
        return Cow::Owned(document.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8_lossy(document)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let root = Element::read(
            b"\xef\xbb\xbf<?xml version=\"1.0\"?><!-- x --><rss xmlns:torznab=\"u\"><channel>\n<item><title>A &amp; B\
              <![CDATA[ & <C>]]> &#x26; d&nbsp;e</title><torznab:attr name=\"size\" value=\"1&amp;2\"/></item></channel></rss>",
        )
        .unwrap();
        assert_eq!((root.name.as_str(), root.attribute("torznab")), ("rss", Some("u")));
        let item = root.child("channel").and_then(|channel| channel.child("item")).unwrap();
        assert_eq!(item.text_of("title"), Some("A & B & <C> & d\u{a0}e"));
        let attr = item.child("attr").unwrap();
        assert_eq!((attr.attribute("name"), attr.attribute("value")), (Some("size"), Some("1&2")));
        assert_eq!(item.text_of("link"), None);
    }

    #[test]
    fn what_people_forget_to_escape_is_taken_as_it_stands() {
        let root =
            Element::read(b"<a url=\"x?b=1&c=2&amp;d=3\">Tom & Jerry &unknown; &#0; &end</a>").unwrap();
        assert_eq!(root.attribute("url"), Some("x?b=1&c=2&d=3"));
        assert_eq!(root.text, "Tom & Jerry &unknown; &#0; &end");
        let latin = Element::read(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>caf\xe9</a>").unwrap();
        assert_eq!(latin.text, "café");
    }

    #[test]
    fn what_is_no_whole_document_is_refused() {
        for (document, want) in [
            (&b""[..], XmlError::NotXml),
            (b"not xml at all", XmlError::NotXml),
            (b"{\"json\": 1}", XmlError::NotXml),
            (b"<rss><channel><item><title>half", XmlError::Cut),
            (b"<rss><channel></channel>", XmlError::Cut),
            (b"</rss>", XmlError::NotXml),
        ] {
            assert_eq!(Element::read(document), Err(want), "{}", String::from_utf8_lossy(document));
        }
    }

    #[test]
    fn depth_and_number_have_limits() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::read(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(Element::read(nested(DEPTH_MAX + 1).as_bytes()), Err(XmlError::TooDeep));
        let many = |count: usize| format!("<r>{}</r>", "<a/>".repeat(count - 1));
        assert!(Element::read(many(ELEMENTS_MAX).as_bytes()).is_ok());
        assert_eq!(Element::read(many(ELEMENTS_MAX + 1).as_bytes()), Err(XmlError::TooMany));
        let long = format!("<a>{}</a>", "x".repeat(TEXT_BYTES_MAX + 1));
        assert_eq!(Element::read(long.as_bytes()).unwrap().text.len(), TEXT_BYTES_MAX);
    }

    #[test]
    fn entities_of_the_document_are_never_expanded() {
        let bomb = b"<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
                     <a>&c;&f;</a>";
        assert_eq!(Element::read(bomb).unwrap().text, "&c;&f;");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            drop(Element::read(&bytes));
        }

        #[test]
        fn anything_like_xml_is_read_to_an_end(text in "(<[a-z!?/&]{0,3}[ =\"a]{0,4}>?|&[a-z#0-9;]{0,6}|[a-z]){0,60}") {
            drop(Element::read(text.as_bytes()));
        }
    }
}
