//! Magnet links, checked: what they are of, and that they are one link and not several.
//!
//! Source: BEP 9.

use radarr_proto::model::InfoHash;
use url::Url;

use super::TorrentError;

/// A link with 100 trackers is shorter.
const MAGNET_BYTES_MAX: usize = 8 * 1024;
const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A magnet link that passed all checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magnet {
    /// Of which torrent it is.
    pub info_hash: InfoHash,
}

impl Magnet {
    /// Reads and checks a link. Clients take several links at once, one a line: a line end in it would smuggle one in.
    pub fn read(link: &str) -> Result<Self, TorrentError> {
        if link.len() > MAGNET_BYTES_MAX || link.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(TorrentError::NotAMagnet);
        }
        let url = Url::parse(link).map_err(|_| TorrentError::NotAMagnet)?;
        if url.scheme() != "magnet" {
            return Err(TorrentError::NotAMagnet);
        }
        let mut topics = url.query_pairs().filter(|(name, _)| name == "xt" || name.starts_with("xt."));
        let info_hash = topics.find_map(|(_, topic)| hash(topic.strip_prefix("urn:btih:")?));
        Ok(Self { info_hash: info_hash.ok_or(TorrentError::NoHash)? })
    }

    /// Reads and checks a link, and that it is of what was chosen.
    pub fn read_expected(link: &str, wanted: Option<InfoHash>) -> Result<Self, TorrentError> {
        let magnet = Self::read(link)?;
        match wanted {
            Some(wanted) if wanted != magnet.info_hash => {
                Err(TorrentError::OtherHash { wanted, got: magnet.info_hash })
            }
            Some(_) | None => Ok(magnet),
        }
    }
}

/// 40 hexadecimal digits, or 32 of base 32.
fn hash(text: &str) -> Option<InfoHash> {
    if let Ok(hash) = text.parse() {
        return Some(hash);
    }
    if text.len() != 32 {
        return None;
    }
    let mut bytes = Vec::with_capacity(20);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes().map(|byte| byte.to_ascii_uppercase()) {
        let value = BASE_32.iter().position(|known| *known == letter)?;
        buffer = (buffer << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(InfoHash(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HASH: &str = "9fb267cff5ae5603f07a347676ec3bf3e35f75e1";

    #[test]
    fn a_link_tells_its_hash_in_both_spellings() {
        for link in [
            format!("magnet:?xt=urn:btih:{HASH}&dn=x&tr=udp:%2F%2Ft.example:1"),
            format!("MAGNET:?dn=x&xt.1=urn:btih:{}", HASH.to_uppercase()),
            format!("magnet:?xt=urn:btmh:1220aa&xt=urn:btih:{HASH}"),
            "magnet:?xt=urn:btih:T6ZGPT7VVZLAH4D2GR3HN3B36PRV65PB".to_owned(),
        ] {
            assert_eq!(Magnet::read(&link).unwrap().info_hash.to_string(), HASH, "{link}");
        }
    }

    #[test]
    fn what_is_no_single_link_of_a_v1_torrent_is_refused() {
        for (link, want) in [
            ("https://x.example/", TorrentError::NotAMagnet),
            ("magnet", TorrentError::NotAMagnet),
            ("magnet:?dn=x", TorrentError::NoHash),
            ("magnet:?xt=urn:btmh:1220aa", TorrentError::NoHash),
            ("magnet:?xt=urn:btih:1234", TorrentError::NoHash),
            (&format!("magnet:?xt=urn:btih:{HASH}\nmagnet:?xt=urn:btih:{HASH}"), TorrentError::NotAMagnet),
            (&format!("magnet:?xt=urn:btih:{HASH}&dn={}", "x".repeat(9_000)), TorrentError::NotAMagnet),
        ] {
            assert_eq!(Magnet::read(link), Err(want), "{link:.80}");
        }
        let other = Magnet::read_expected(&format!("magnet:?xt=urn:btih:{HASH}"), Some(InfoHash([1; 20])));
        assert!(matches!(other, Err(TorrentError::OtherHash { .. })));
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_an_end(text in "(magnet:\\?)?(xt=urn:btih:)?.{0,60}") {
            drop(Magnet::read(&text));
        }
    }
}
