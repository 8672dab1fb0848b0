//! The title as a part of an address.
//!
//! Source of the rules: Radarr's `ToUrlSlug`.

use super::accents::without_accents;

/// How a slug is cut; [`SlugStyle::default`] is what movies have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugStyle {
    /// Stands for each character that an address cannot have; `None` leaves it out.
    pub instead: Option<char>,
    /// Characters that are cut from both ends.
    pub trimmed: String,
    /// Characters of which a run becomes one: the last of the run.
    pub single: String,
}

impl Default for SlugStyle {
    fn default() -> Self {
        Self { instead: None, trimmed: "-_".to_owned(), single: "-_".to_owned() }
    }
}

/// The text in lower-case letters, digits, hyphens and underscores.
pub fn slug(text: &str, style: &SlugStyle) -> String {
    let plain = without_accents(&text.to_lowercase());
    let allowed: String = plain
        .chars()
        .filter_map(|c| match c {
            'a'..='z' | '0'..='9' | '-' | '_' => Some(c),
            space if space.is_whitespace() => Some('-'),
            _ => style.instead,
        })
        .collect();
    let mut slug = String::with_capacity(allowed.len());
    for c in allowed.trim_matches(|c| style.trimmed.contains(c)).chars() {
        if style.single.contains(c) && slug.ends_with(|last| style.single.contains(last)) {
            slug.pop();
        }
        slug.push(c);
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, (instead, trimmed, single): (Option<char>, &str, &str), want: &str) {
        let style = SlugStyle { instead, trimmed: trimmed.to_owned(), single: single.to_owned() };
        assert_eq!(slug(text, &style), want, "{text}");
    }

    #[test]
    fn slugs_have_only_what_an_address_may_have() {
        check("tËst", (None, "-_", "-_"), "test");
        check("ßtest", (None, "-_", "-_"), "test");
        check("Øtest", (None, "-_", "-_"), "test");
        check("Test\\Result", (None, "-_", "-_"), "testresult");
        check("Test\\Result", (Some('-'), "-_", "-_"), "test-result");
        check("ThIS IS A", (None, "-_", "-_"), "this-is-a");
        check("test-_-_", (None, "_", ""), "test-_-");
        check("test-_-_result", (None, "", "-_"), "test_result");
        check("test----result", (None, "", ""), "test----result");
    }
}
