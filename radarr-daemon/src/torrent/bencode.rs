//! Bencode, the notation of torrent files: integers, byte strings, lists, dictionaries.
//!
//! Values borrow from the input; each remembers the bytes it was read from, because an info hash is told from those
//! very bytes and not from a new encoding of them. Source: BEP 3.

use std::collections::BTreeMap;

/// A torrent has dictionaries in lists in a dictionary in a dictionary; v2 file trees go deeper, one level a folder.
const DEPTH_MAX: usize = 64;
/// A torrent of 100,000 files has some 600,000 values.
const VALUES_MAX: usize = 2_000_000;

/// What is wrong with the notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BencodeError {
    /// The input ends inside a value.
    #[error("it ends too early")]
    Short,
    /// A byte that can't stand there.
    #[error("byte {at} is not part of a torrent's notation")]
    Unexpected {
        /// Offset from the start.
        at: usize,
    },
    /// Two values for one name: readers differ in which one they take, so that a check proves nothing.
    #[error("a name comes twice at byte {at}")]
    Duplicate {
        /// Offset from the start.
        at: usize,
    },
    /// Values inside values inside values.
    #[error("it is nested more than {DEPTH_MAX} levels deep")]
    Deep,
    /// Too many values.
    #[error("it has more than {VALUES_MAX} values")]
    Many,
    /// Bytes after the end.
    #[error("{left} bytes follow its end")]
    Trailing {
        /// How many.
        left: usize,
    },
}

/// A value and the bytes that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) raw: &'a [u8],
    pub(super) kind: Kind<'a>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    Integer(i64),
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Dictionary(BTreeMap<&'a [u8], Value<'a>>),
}

impl<'a> Value<'a> {
    /// The value of a key, when this is a dictionary that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        match &self.kind {
            Kind::Dictionary(entries) => entries.get(key.as_bytes()),
            Kind::Integer(_) | Kind::Bytes(_) | Kind::List(_) => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        match self.kind {
            Kind::Bytes(bytes) => Some(bytes),
            Kind::Integer(_) | Kind::List(_) | Kind::Dictionary(_) => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self.kind {
            Kind::Integer(number) => Some(number),
            Kind::Bytes(_) | Kind::List(_) | Kind::Dictionary(_) => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Value<'a>]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            Kind::Integer(_) | Kind::Bytes(_) | Kind::Dictionary(_) => None,
        }
    }

    pub(super) fn is_dictionary(&self) -> bool {
        matches!(self.kind, Kind::Dictionary(_))
    }
}

/// Reads exactly one value. A line break after it is let pass: some sites append one.
pub(super) fn read(input: &[u8]) -> Result<Value<'_>, BencodeError> {
    let mut reader = Reader { input, at: 0, values: 0 };
    let value = reader.value(0)?;
    let left = input.get(reader.at..).unwrap_or_default();
    if left.iter().all(u8::is_ascii_whitespace) {
        Ok(value)
    } else {
        Err(BencodeError::Trailing { left: left.len() })
    }
}

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
    values: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Result<u8, BencodeError> {
        self.input.get(self.at).copied().ok_or(BencodeError::Short)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, BencodeError> {
        if depth > DEPTH_MAX {
            return Err(BencodeError::Deep);
        }
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(BencodeError::Many);
        }
        let start = self.at;
        let kind = match self.peek()? {
            b'i' => {
                self.at += 1;
                Kind::Integer(self.number(b'e')?)
            }
            b'0'..=b'9' => Kind::Bytes(self.byte_string()?),
            b'l' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.peek()? != b'e' {
                    items.push(self.value(depth + 1)?);
                }
                self.at += 1;
                Kind::List(items)
            }
            b'd' => {
                self.at += 1;
                let mut entries = BTreeMap::new();
                while self.peek()? != b'e' {
                    let at = self.at;
                    let key = self.byte_string()?;
                    if entries.insert(key, self.value(depth + 1)?).is_some() {
                        return Err(BencodeError::Duplicate { at });
                    }
                }
                self.at += 1;
                Kind::Dictionary(entries)
            }
            _ => return Err(BencodeError::Unexpected { at: self.at }),
        };
        let raw = self.input.get(start..self.at).ok_or(BencodeError::Short)?;
        Ok(Value { raw, kind })
    }

    fn byte_string(&mut self) -> Result<&'a [u8], BencodeError> {
        if !self.peek()?.is_ascii_digit() {
            return Err(BencodeError::Unexpected { at: self.at });
        }
        let length = usize::try_from(self.number(b':')?).map_err(|_| BencodeError::Short)?;
        let end = self.at.checked_add(length).ok_or(BencodeError::Short)?;
        let bytes = self.input.get(self.at..end).ok_or(BencodeError::Short)?;
        self.at = end;
        Ok(bytes)
    }

    /// Digits up to `end`, which is eaten as well.
    fn number(&mut self, end: u8) -> Result<i64, BencodeError> {
        /// Digits of the largest number, with its sign.
        const DIGITS_MAX: usize = 20;
        let start = self.at;
        while self.peek()? != end {
            if self.at - start >= DIGITS_MAX {
                return Err(BencodeError::Unexpected { at: start });
            }
            self.at += 1;
        }
        let digits = self.input.get(start..self.at).ok_or(BencodeError::Short)?;
        self.at += 1;
        std::str::from_utf8(digits)
            .ok()
            .filter(|text| !text.starts_with('+'))
            .and_then(|text| text.parse().ok())
            .ok_or(BencodeError::Unexpected { at: start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dictionary_gives_its_values_and_their_very_bytes() {
        let value = read(b"d4:infod1:ai-7e1:bl2:xyee4:tail0:e").unwrap();
        let info = value.get("info").unwrap();
        assert_eq!(info.raw, b"d1:ai-7e1:bl2:xyee");
        assert_eq!(info.get("a").unwrap().integer(), Some(-7));
        assert_eq!(info.get("b").unwrap().list().unwrap()[0].bytes(), Some(&b"xy"[..]));
        assert_eq!(value.get("tail").unwrap().bytes(), Some(&b""[..]));
    }

    #[test]
    fn wrong_notation_is_refused_and_named() {
        for (input, want) in [
            (&b""[..], BencodeError::Short),
            (b"d4:info", BencodeError::Short),
            (b"9:short", BencodeError::Short),
            (b"99999999999999999999999:x", BencodeError::Unexpected { at: 0 }),
            (b"i+1e", BencodeError::Unexpected { at: 1 }),
            (b"ie", BencodeError::Unexpected { at: 1 }),
            (b"di1e1:ae", BencodeError::Unexpected { at: 1 }),
            (b"<html>", BencodeError::Unexpected { at: 0 }),
            (b"d1:ai1e1:ai2ee", BencodeError::Duplicate { at: 7 }),
            (b"i1ei2e", BencodeError::Trailing { left: 3 }),
        ] {
            assert_eq!(read(input), Err(want), "{}", String::from_utf8_lossy(input));
        }
        assert_eq!(read(&b"l".repeat(100_000)), Err(BencodeError::Deep));
        assert!(read(b"i1e\r\n").is_ok());
    }

    proptest! {
        #[test]
        fn reading_never_panics(input in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(value) = read(&input) {
                prop_assert!(input.starts_with(value.raw));
            }
        }

        #[test]
        fn nearly_right_input_never_panics(input in "[dleiI0-9:a-]{0,80}") {
            drop(read(input.as_bytes()));
        }
    }
}
