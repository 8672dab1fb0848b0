//! Keys by name, and which verb a key means at a place.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::verbs::{Motion, Place, VERBS, Verb, VerbInfo};

/// One key with what is held beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// A text that names no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key: write a character, ctrl-x, enter, esc, tab, backtab, space, up, pgdn, f5 …")]
pub struct KeyError(String);

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("del", KeyCode::Delete),
    ("f1", KeyCode::F(1)),
    ("f5", KeyCode::F(5)),
];

impl Key {
    /// The key that was pressed; `None` for a release. Shift is part of the character.
    pub fn pressed(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
        Some(Self { code: event.code, modifiers })
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (modifiers, name) = match text.strip_prefix("ctrl-") {
            Some(rest) => (KeyModifiers::CONTROL, rest),
            None => (KeyModifiers::NONE, text),
        };
        if let Some((_, code)) = NAMED.iter().find(|(named, _)| *named == name) {
            return Ok(Self { code: *code, modifiers });
        }
        let mut characters = name.chars();
        match (characters.next(), characters.next()) {
            (Some(one), None) => Ok(Self { code: KeyCode::Char(one), modifiers }),
            _ => Err(KeyError(text.to_owned())),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("ctrl-")?;
        }
        match (NAMED.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::Char(one)) => write!(f, "{one}"),
            (None, other) => write!(f, "{other}"),
        }
    }
}

/// What a key means at a place: the place's own verbs first, then those of lists, then those of everywhere.
pub fn meaning(place: Place, key: Key) -> Option<&'static VerbInfo> {
    let bound = |info: &&VerbInfo| info.keys.iter().any(|name| name.parse() == Ok(key));
    let at = |wanted: Place| VERBS.iter().filter(move |info| info.places.contains(&wanted)).find(bound);
    at(place)
        .or_else(|| if place.is_list() { at(Place::Lists) } else { None })
        .or_else(|| at(Place::Everywhere))
}

/// Which way a key moves in a list while letters go into a text.
pub fn choosing(key: &KeyEvent) -> Option<Motion> {
    match (key.code, key.modifiers.contains(KeyModifiers::CONTROL)) {
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => Some(Motion::Down),
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => Some(Motion::Up),
        (KeyCode::PageDown, _) => Some(Motion::PageDown),
        (KeyCode::PageUp, _) => Some(Motion::PageUp),
        _ => None,
    }
}

/// Which way a key moves in a list or a text; what `space` does in a text, too.
pub fn motion(key: Key) -> Option<Motion> {
    if "space".parse() == Ok(key) {
        return Some(Motion::PageDown);
    }
    let bound = |info: &&VerbInfo| info.keys.iter().any(|name| name.parse() == Ok(key));
    let info = VERBS.iter().filter(|info| info.places.contains(&Place::Lists)).find(bound)?;
    if let Verb::Move(motion) = info.verb { Some(motion) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_what_it_writes() {
        for name in ["a", "G", "?", "ctrl-d", "enter", "space", "pgdn", "f5"] {
            assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
        }
        for wrong in ["", "ctrl-", "abc"] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn shift_is_part_of_the_character_and_a_release_is_no_press() {
        let upper = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::pressed(&upper), "G".parse().ok());
        let release = KeyEvent::new_with_kind(KeyCode::Char('G'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(Key::pressed(&release), None);
    }
}
