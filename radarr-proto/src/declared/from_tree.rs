//! A tree as the type that is wanted, by serde; a fault knows its line, and a misspelt name its nearest neighbour.
//!
//! Every name must be one that the type has, whether the type says so itself or not. Types whose shape is told by a
//! field inside (`#[serde(tag)]`, `#[serde(flatten)]`) lose their lines and are not used here.

use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::secret_refs::WRITTEN;
use super::tree::{Fault, Node, Tree};

/// Reads a part of a file as `T`.
pub fn read<T: DeserializeOwned>(node: &Node) -> Result<T, Fault> {
    T::deserialize(Typed(node)).map_err(|error| Fault::at(error.line.unwrap_or(node.line), error.message))
}

/// A node as serde takes it.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a>(pub &'a Node);

/// A fault whose line may not be known yet.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct TypeFault {
    line: Option<usize>,
    message: String,
}

impl TypeFault {
    fn in_line(mut self, line: usize) -> Self {
        self.line.get_or_insert(line);
        self
    }
}

impl de::Error for TypeFault {
    fn custom<T: Display>(message: T) -> Self {
        Self { line: None, message: message.to_string() }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        de::Error::custom(format!("there is no setting {field:?}{}", near(field, expected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        de::Error::custom(format!(
            "{variant:?} is none of {}{}",
            expected.join(", "),
            near(variant, expected)
        ))
    }

    fn missing_field(field: &'static str) -> Self {
        de::Error::custom(format!("{field} is missing"))
    }
}

/// Names that differ in this many letters are no slip any more.
const SLIPS_MAX: usize = 3;

fn near(word: &str, among: &[&str]) -> String {
    let nearest = among.iter().map(|name| (strsim::damerau_levenshtein(name, word), name)).min();
    match nearest {
        Some((slips, name)) if slips <= SLIPS_MAX.min(word.chars().count().div_ceil(2)) => {
            format!("; did you mean {name:?}?")
        }
        _ if among.is_empty() => String::new(),
        _ => format!("; there are {}", among.join(", ")),
    }
}

impl<'a> Typed<'a> {
    fn wrong<T>(self, wanted: &dyn Display) -> Result<T, TypeFault> {
        // The value itself is not repeated: somebody may have put a secret there.
        let message = format!("{wanted} is wanted here, and this is {}", self.0.kind());
        Err(TypeFault { line: Some(self.0.line), message })
    }

    fn word(self, wanted: &'static str) -> Result<&'a str, TypeFault> {
        match &self.0.tree {
            Tree::Plain(word) if !self.0.is_null() => Ok(word),
            Tree::Quoted(word) => Ok(word),
            Tree::Plain(_) | Tree::List(_) | Tree::Map(_) => self.wrong(&wanted),
        }
    }

    fn number<N: std::str::FromStr>(self) -> Result<N, TypeFault> {
        let word = match &self.0.tree {
            Tree::Plain(word) => word.as_str(),
            Tree::Quoted(_) | Tree::List(_) | Tree::Map(_) => return self.wrong(&"a number"),
        };
        word.replace('_', "").parse().map_err(|_| TypeFault {
            line: Some(self.0.line),
            message: "a whole number of the right size is wanted here, and this is none".to_owned(),
        })
    }

    fn visit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        match &self.0.tree {
            _ if self.0.is_null() => visitor.visit_unit(),
            Tree::Quoted(text) => visitor.visit_str(text),
            Tree::Plain(word) => match word.as_str() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                _ => match word.parse::<i64>() {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_str(word),
                },
            },
            Tree::List(items) => visitor.visit_seq(Items(items.iter())),
            Tree::Map(entries) => visitor.visit_map(Entries { entries: entries.iter(), value: None }),
        }
        .map_err(|error: TypeFault| error.in_line(self.0.line))
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident,)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
            visitor.$visit(self.number()?).map_err(|error: TypeFault| error.in_line(self.0.line))
        }
    )*};
}

macro_rules! any {
    ($($deserialize:ident($($argument:ident: $type:ty),*),)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self $(, $argument: $type)*, visitor: V) -> Result<V::Value, TypeFault> {
            self.visit(visitor)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Typed<'de> {
    type Error = TypeFault;

    numbers! {
        deserialize_i8 visit_i8, deserialize_i16 visit_i16, deserialize_i32 visit_i32, deserialize_i64 visit_i64,
        deserialize_u8 visit_u8, deserialize_u16 visit_u16, deserialize_u32 visit_u32, deserialize_u64 visit_u64,
        deserialize_f32 visit_f32, deserialize_f64 visit_f64,
    }

    any! {
        deserialize_any(), deserialize_ignored_any(), deserialize_bytes(), deserialize_byte_buf(), deserialize_unit(),
        deserialize_unit_struct(_name: &'static str), deserialize_tuple(_length: usize),
        deserialize_tuple_struct(_name: &'static str, _length: usize),
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        match &self.0.tree {
            Tree::Plain(word) if word == "true" => visitor.visit_bool(true),
            Tree::Plain(word) if word == "false" => visitor.visit_bool(false),
            Tree::Plain(_) | Tree::Quoted(_) | Tree::List(_) | Tree::Map(_) => self.wrong(&"true or false"),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        visitor.visit_str(self.word("a text")?).map_err(|error: TypeFault| error.in_line(self.0.line))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, TypeFault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        match &self.0.tree {
            Tree::List(_) => self.visit(visitor),
            // `tags:` with nothing behind it is an empty list.
            Tree::Plain(_) if self.0.is_null() => visitor.visit_seq(Items([].iter())),
            Tree::Plain(_) | Tree::Quoted(_) | Tree::Map(_) => self.wrong(&"a list"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeFault> {
        match &self.0.tree {
            Tree::Map(_) => self.visit(visitor),
            Tree::Plain(_) if self.0.is_null() => {
                visitor.visit_map(Entries { entries: [].iter(), value: None })
            }
            Tree::Plain(_) | Tree::Quoted(_) | Tree::List(_) => self.wrong(&"names with values"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeFault> {
        if name == WRITTEN && self.0.text().is_some() {
            let message =
                "a secret is never written into such a file: refer to it as {env: NAME} or {file: /path}";
            return Err(TypeFault { line: Some(self.0.line), message: message.to_owned() });
        }
        if let Tree::Map(entries) = &self.0.tree
            && let Some((name, line, _)) = entries.iter().find(|(name, ..)| !fields.contains(&name.as_str()))
        {
            let fault: TypeFault = de::Error::unknown_field(name, fields);
            return Err(fault.in_line(*line));
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeFault> {
        let word: StrDeserializer<'_, TypeFault> = self.word("a word")?.into_deserializer();
        visitor.visit_enum(word).map_err(|error| error.in_line(self.0.line))
    }
}

struct Items<'a>(std::slice::Iter<'a, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = TypeFault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, TypeFault> {
        self.0
            .next()
            .map(|node| seed.deserialize(Typed(node)).map_err(|error| error.in_line(node.line)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, (String, usize, Node)>,
    value: Option<&'a Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = TypeFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, TypeFault> {
        let Some((name, line, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        let name: StrDeserializer<'_, TypeFault> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|error| error.in_line(*line))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, TypeFault> {
        match self.value.take() {
            Some(node) => seed.deserialize(Typed(node)).map_err(|error| error.in_line(node.line)),
            None => Err(de::Error::custom("a name without a value")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::parse;
    use super::*;

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        Green,
    }

    #[derive(Debug, PartialEq, Eq, Deserialize)]
    struct Thing {
        name: String,
        #[serde(default)]
        number: u8,
        #[serde(default)]
        colour: Option<Colour>,
        #[serde(default)]
        words: Vec<String>,
        #[serde(default)]
        scores: BTreeMap<String, i32>,
    }

    fn thing(text: &str) -> Result<Thing, Fault> {
        read(&parse(text).unwrap()[0])
    }

    #[test]
    fn words_are_read_as_what_is_wanted() {
        let read =
            thing("name: 1080\nnumber: 12\ncolour: red\nwords: [no, 1, 'x']\nscores: {a: -5}\n").unwrap();
        assert_eq!((read.name.as_str(), read.number, read.colour), ("1080", 12, Some(Colour::Red)));
        assert_eq!(read.words, ["no", "1", "x"]);
        assert_eq!(read.scores["a"], -5);
        let empty = thing("name: x\nwords:\nscores:\ncolour:\n").unwrap();
        assert!(empty.words.is_empty() && empty.scores.is_empty() && empty.colour.is_none());
        assert_eq!(thing("{\"name\": \"x\", \"number\": 3}").unwrap().number, 3);
    }

    #[test]
    fn faults_have_a_line_and_a_suggestion_and_never_the_value() {
        for (text, want) in [
            ("name: x\n\nnumbr: 1", "line 3: there is no setting \"numbr\"; did you mean \"number\"?"),
            (
                "name: x\nzzzzzzz: 1",
                "line 2: there is no setting \"zzzzzzz\"; there are name, number, colour, words, scores",
            ),
            ("name: x\ncolour: gren", "line 2: \"gren\" is none of red, green; did you mean \"green\"?"),
            ("number: 1", "line 1: name is missing"),
            (
                "name: x\nnumber: 300",
                "line 2: a whole number of the right size is wanted here, and this is none",
            ),
            ("name: [a]", "line 1: a text is wanted here, and this is a list"),
            ("name: x\nwords: hunter2", "line 2: a list is wanted here, and this is a single value"),
            (
                "name: x\nwords:\n  - a\n  - b: c",
                "line 4: a text is wanted here, and this is names with values",
            ),
        ] {
            assert_eq!(thing(text).unwrap_err().to_string(), want, "{text}");
        }
    }
}
