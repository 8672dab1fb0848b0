//! Required and ignored words of release profiles.
//!
//! A term is a part of the name, ignoring case; written as `/expression/flags` it is a regular expression, with
//! case unless the flags hold `i`. Source: Radarr's `TermMatcherService` and `ReleaseProfileService`.

use radarr_proto::model::{IndexerId, ReleaseProfile, TagId};

use crate::domain::custom_format::pattern::{Case, Pattern, PatternError};

#[derive(Debug, Clone)]
enum Test {
    /// In lower case.
    Part(String),
    Expression(Pattern),
}

/// One word or expression.
#[derive(Debug, Clone)]
pub struct Term {
    written: String,
    test: Test,
}

impl Term {
    /// Reads a term as the user wrote it.
    pub fn compile(written: &str) -> Result<Self, PatternError> {
        let test = match expression(written) {
            Some((pattern, case)) => Test::Expression(Pattern::compile(&pattern, case)?),
            None => Test::Part(written.to_lowercase()),
        };
        Ok(Self { written: written.to_owned(), test })
    }

    /// Whether the release's name has it.
    pub fn is_in(&self, name: &str) -> bool {
        match &self.test {
            Test::Part(part) => name.to_lowercase().contains(part),
            Test::Expression(pattern) => pattern.is_match(name),
        }
    }

    /// As the user wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }
}

/// The expression in `/…/flags`; the flags m, s and x go into it, n is what it does anyway.
fn expression(written: &str) -> Option<(String, Case)> {
    let (pattern, flags) = written.strip_prefix('/')?.rsplit_once('/')?;
    let known = flags.chars().all(|flag| "msixn".contains(flag));
    if pattern.is_empty() || !known {
        return None;
    }
    let case = if flags.contains('i') { Case::Ignored } else { Case::Respected };
    let inner: String = flags.chars().filter(|flag| "msx".contains(*flag)).collect();
    let prefix = if inner.is_empty() { String::new() } else { format!("(?{inner})") };
    Some((format!("{prefix}{pattern}"), case))
}

/// A release profile with its terms ready to be matched.
#[derive(Debug, Clone)]
pub struct CompiledReleaseProfile {
    /// Its name.
    pub name: String,
    /// One of these must be in the name.
    pub required: Vec<Term>,
    /// None of these may be.
    pub ignored: Vec<Term>,
    indexer_id: Option<IndexerId>,
    tags: Vec<TagId>,
}

impl CompiledReleaseProfile {
    /// Compiles the enabled profiles; terms that can't be are left out and named in the second part.
    pub fn compile_all(profiles: &[ReleaseProfile]) -> (Vec<Self>, Vec<PatternError>) {
        let mut errors = Vec::new();
        let mut terms = |written: &[String]| {
            let mut compiled = Vec::new();
            for term in written.iter().filter(|term| !term.trim().is_empty()) {
                match Term::compile(term) {
                    Ok(term) => compiled.push(term),
                    Err(error) => errors.push(error),
                }
            }
            compiled
        };
        let enabled = profiles.iter().filter(|profile| profile.enabled);
        let compiled = enabled
            .map(|profile| Self {
                name: profile.name.clone(),
                required: terms(&profile.required),
                ignored: terms(&profile.ignored),
                indexer_id: profile.indexer_id.filter(|id| id.0 != 0),
                tags: profile.tags.clone(),
            })
            .collect();
        (compiled, errors)
    }

    /// Whether it holds for releases of that indexer and movies with those tags.
    pub fn applies(&self, indexer: IndexerId, tags: &[TagId]) -> bool {
        self.indexer_id.is_none_or(|id| id == indexer)
            && (self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
    }
}

#[cfg(test)]
mod tests {
    use radarr_proto::model::DocVersion;

    use super::*;

    #[test]
    fn words_ignore_case_and_expressions_do_not_unless_asked() {
        for (term, name, want) in [
            ("WebRip", "a.WEBRIP.b", true),
            ("/WEB/", "a.WEBRip", true),
            ("/WEb/", "a.WEBRip", false),
            ("/WEb/i", "a.WEBRip", true),
            ("/a.b/q", "a.b", false),
            ("//", "a//b", true),
            ("/x", "a/xb", true),
        ] {
            assert_eq!(Term::compile(term).unwrap().is_in(name), want, "{term} in {name}");
        }
    }

    #[test]
    fn a_profile_holds_for_its_indexer_and_its_tags_only() {
        let profile = ReleaseProfile {
            doc_version: DocVersion(0),
            id: radarr_proto::model::ReleaseProfileId(1),
            name: "words".into(),
            enabled: true,
            required: vec!["(".into(), "/(/".into()],
            ignored: vec![],
            indexer_id: Some(IndexerId(3)),
            tags: vec![TagId(7)],
        };
        let (compiled, errors) = CompiledReleaseProfile::compile_all(&[profile]);
        assert_eq!(errors.len(), 1, "the second term is no expression");
        assert!(compiled[0].applies(IndexerId(3), &[TagId(7)]));
        assert!(!compiled[0].applies(IndexerId(4), &[TagId(7)]));
        assert!(!compiled[0].applies(IndexerId(3), &[]));
    }
}
