//! Writes bencode. Keys are sorted here, so that callers give them in the order in which they read best.

use std::collections::BTreeMap;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Integer(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list.
    List(Vec<Value>),
    /// A dictionary.
    Dictionary(BTreeMap<Vec<u8>, Value>),
    /// A value that is written already.
    Raw(Vec<u8>),
}

impl Value {
    /// A dictionary.
    pub fn dictionary<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Dictionary(entries.into_iter().map(|(key, value)| (key.as_bytes().to_vec(), value)).collect())
    }

    /// A text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Bytes(text.as_ref().as_bytes().to_vec())
    }

    /// A number of bytes.
    pub fn size(bytes: u64) -> Self {
        Self::Integer(i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    /// The value as it is written.
    pub fn written(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Integer(number) => out.extend(format!("i{number}e").into_bytes()),
            Self::Bytes(bytes) => write_bytes(bytes, out),
            Self::List(items) => {
                out.push(b'l');
                for item in items {
                    item.write(out);
                }
                out.push(b'e');
            }
            Self::Dictionary(entries) => {
                out.push(b'd');
                for (key, value) in entries {
                    write_bytes(key, out);
                    value.write(out);
                }
                out.push(b'e');
            }
            Self::Raw(bytes) => out.extend_from_slice(bytes),
        }
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(format!("{}:", bytes.len()).into_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_lengths_are_bytes() {
        let value = Value::dictionary([
            ("name", Value::text("Häxan")),
            ("length", Value::size(7)),
            ("list", Value::List(vec![Value::Integer(-1), Value::Raw(b"0:".to_vec())])),
        ]);
        assert_eq!(value.written(), "d6:lengthi7e4:listli-1e0:e4:name6:Häxane".as_bytes());
    }
}
