//! Language, tags and title in the file name of a subtitle: `Movie (2020).Commentary.eng.forced.srt`.
//!
//! Source: Radarr's `ParseSubtitleLanguageInformation` and `AggregateSubtitleInfo`.

use radarr_proto::model::Language;

use super::languages::language_of_code;

/// Words that say what a subtitle is for.
const TAGS: &[&str] = &["forced", "foreign", "default", "cc", "psdh", "sdh"];

/// Behind a language, `hi` is no Hindi but "hearing impaired", as several programs write it.
const HEARING_IMPAIRED: &str = "hi";

/// What the file name of a subtitle says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubtitleName {
    /// `Unknown` when it names none.
    pub language: Language,
    /// `forced`, `sdh` and the like, in lower case.
    pub tags: Vec<String>,
    /// The title as it stands in the name, copy number included.
    pub raw_title: Option<String>,
    /// The title without its copy number.
    pub title: Option<String>,
    /// The copy number; 0 = none.
    pub copy: u32,
    /// Whether the title stands before language and tags, where it may be a part of the movie's own name.
    pub title_first: bool,
}

/// What the file name of a subtitle (with its extension) says.
///
/// A title is only told from a name that has exactly one language: without, nothing tells it from the movie's name.
pub fn parse_subtitle(file: &str) -> SubtitleName {
    let stem = stem(file);
    let parts: Vec<&str> = stem.split('.').collect();
    titled(&parts).unwrap_or_else(|| untitled(stem))
}

/// The language of a subtitle's file name; `Unknown` when it names none.
pub fn parse_subtitle_language(file: &str) -> Language {
    untitled(stem(file)).language
}

/// What the file name of a subtitle says, without what belongs to the movie's own file name.
///
/// `movie_file` is the movie's file as it was called when the subtitle was named; `original_file` its name in the
/// download.
pub fn parse_subtitle_of(file: &str, movie_file: &str, original_file: Option<&str>) -> SubtitleName {
    let movie = stem(movie_file).to_lowercase();
    let original = original_file.map(|path| stem(path).to_lowercase()).unwrap_or_default();
    let mut found = parse_subtitle(file);
    if let Some(title) =
        found.raw_title.as_ref().filter(|_| found.title_first).map(|title| title.to_lowercase())
        && (movie.contains(&title) || original.contains(&title))
    {
        found.raw_title = None;
        found.title = None;
        found.copy = 0;
    }
    found.tags.retain(|tag| !movie.contains(tag.as_str()));
    found
}

/// The file name without folders and extension.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn tag(part: &str) -> Option<&'static str> {
    TAGS.iter().find(|tag| tag.eq_ignore_ascii_case(part)).copied()
}

/// A language code as a part of the name: two or three letters, with a region at most.
fn code(part: &str) -> Option<Language> {
    language_of_code(part).filter(|_| part.len() <= 3 || part.contains('-'))
}

fn is_mark(part: &str) -> bool {
    tag(part).is_some() || code(part).is_some()
}

/// Title before, between or behind the marks, each part apart by a dot.
fn titled(parts: &[&str]) -> Option<SubtitleName> {
    let (_, parts) = parts.split_first()?;
    let trailing = parts.iter().rev().take_while(|part| is_mark(part)).count();
    let (rest, behind) = parts.split_at_checked(parts.len() - trailing)?;
    let (title, rest) = rest.split_last()?;
    let leading = rest.iter().rev().take_while(|part| is_mark(part)).count();
    let before = rest.get(rest.len() - leading..)?;
    let has_code = before.iter().chain(behind).any(|part| tag(part).is_none() && code(part).is_some());
    let (joined, title) = if has_code { (None, *title) } else { joined_code(title) };

    let mut languages = Vec::new();
    let mut tags: Vec<String> = Vec::new();
    for part in before.iter().copied().chain(joined).chain(behind.iter().copied()) {
        let hearing_impaired = !languages.is_empty() && part.eq_ignore_ascii_case(HEARING_IMPAIRED);
        match (tag(part), code(part)) {
            (Some(tag), _) => tags.push(tag.to_owned()),
            (None, Some(_)) if hearing_impaired => tags.push(HEARING_IMPAIRED.to_owned()),
            (None, Some(language)) => languages.push(language),
            (None, None) => {}
        }
    }
    let [language] = languages.as_slice() else { return None };
    let (text, copy) = without_copy(title);
    Some(SubtitleName {
        language: *language,
        tags,
        raw_title: Some(title.to_owned()),
        title: text.map(str::to_owned),
        copy,
        title_first: before.is_empty() && joined.is_none(),
    })
}

/// `de-some-title` is the language and the title: where no other part names a language, the title may begin with it.
fn joined_code(title: &str) -> (Option<&str>, &str) {
    match title.split_once(['-', '_', ' ']) {
        Some((word, rest)) if !rest.is_empty() && tag(word).is_none() && code(word).is_some() => {
            (Some(word), rest)
        }
        Some(_) | None => (None, title),
    }
}

/// `Title - 2` is the second copy of `Title`, `2` the second copy of nothing.
fn without_copy(title: &str) -> (Option<&str>, u32) {
    let number = |text: &str| {
        let digits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    if let Some(copy) = number(title) {
        return (None, copy);
    }
    match title.rsplit_once(" - ").and_then(|(text, copy)| Some((text, number(copy)?))) {
        Some((text, copy)) => (Some(text), copy),
        None => (Some(title), 0),
    }
}

/// Only language and tags, at the end of the name and apart by any separator.
fn untitled(stem: &str) -> SubtitleName {
    let separators = ['-', '_', '.', ' '];
    let mut tags: Vec<String> = Vec::new();
    let mut rest = stem;
    while let Some((before, last)) = rest.rsplit_once(separators) {
        if let Some(tag) = tag(last) {
            tags.insert(0, tag.to_owned());
            rest = before;
            continue;
        }
        // `pt-BR`: the hyphen is no separator there.
        let with_region = before
            .rsplit_once(separators)
            .map(|(_, base)| rest.get(rest.len() - base.len() - last.len() - 1..).unwrap_or_default());
        let language = with_region.filter(|code| code.contains('-')).and_then(code).or_else(|| code(last));
        if last.eq_ignore_ascii_case(HEARING_IMPAIRED)
            && before.rsplit_once(separators).and_then(|(_, base)| code(base)).is_some()
        {
            tags.insert(0, HEARING_IMPAIRED.to_owned());
            rest = before;
            continue;
        }
        if let Some(language) = language {
            return SubtitleName { language, tags, ..SubtitleName::default() };
        }
        break;
    }
    SubtitleName { language: named(rest).unwrap_or_default(), ..SubtitleName::default() }
}

/// The name of a language at the end: `Movie.English`.
fn named(stem: &str) -> Option<Language> {
    let ends_with = |name: &str| {
        let cut = stem.len().checked_sub(name.len())?;
        let (before, tail) = stem.split_at_checked(cut)?;
        (tail.eq_ignore_ascii_case(name) && !before.ends_with(char::is_alphanumeric)).then_some(())
    };
    Language::ALL
        .iter()
        .copied()
        .filter(|language| language.number() > 0)
        .find(|language| ends_with(language.name()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(file: &str, language: Language, tags: &[&str], title: Option<&str>, copy: u32) {
        let mut found = parse_subtitle(file);
        found.tags.sort();
        assert_eq!((found.language, found.title.as_deref(), found.copy), (language, title, copy), "{file}");
        assert_eq!(found.tags, tags, "{file}");
    }

    #[test]
    fn titles_tags_and_languages_stand_in_any_order() {
        check(
            "Name (2020) - [AAC 2.0].testtitle.forced.eng.ass",
            Language::English,
            &["forced"],
            Some("testtitle"),
            0,
        );
        check(
            "Name (2020) - [AAC 2.0].forced.eng.testtitle.ass",
            Language::English,
            &["forced"],
            Some("testtitle"),
            0,
        );
        check(
            "Name (2020) - [AAC 2.0].default.fra.testtitle.forced.ass",
            Language::French,
            &["default", "forced"],
            Some("testtitle"),
            0,
        );
        check("Name (2020) - [AAC 2.0].mytitle - 1.en.ass", Language::English, &[], Some("mytitle"), 1);
        check("Name (2020) - [AAC 2.0].mytitle 1.en.ass", Language::English, &[], Some("mytitle 1"), 0);
        check("Name (2020) - [AAC 2.0].default.forced.ass", Language::Unknown, &[], None, 0);
        check("Name (2020) - [AAC 2.0].testtitle.ass", Language::Unknown, &[], None, 0);
        check("Name (2020).de-night-version.ass", Language::German, &[], Some("night-version"), 0);
        check("Name (2020).forced.fr Title - 2.ass", Language::French, &["forced"], Some("Title"), 2);
        check("Name (2020).de-title.eng.ass", Language::English, &[], Some("de-title"), 0);
        check("Movie-Title-eng-forced.sub", Language::English, &["forced"], None, 0);
        check("Movie.pt-BR.srt", Language::PortugueseBrazil, &[], None, 0);
        check("Movie.en.hi.srt", Language::English, &["hi"], None, 0);
        check("Movie Title - 2022.english.sub", Language::English, &[], None, 0);
        check(".srt", Language::Unknown, &[], None, 0);
    }

    #[test]
    fn words_of_the_movie_are_neither_title_nor_tag() {
        let movie = "Default (2020)/Default (2020) - [AAC 2.0].mkv";
        let found = parse_subtitle_of("Default (2020) - [AAC 2.0].default.eng.forced.ass", movie, None);
        assert_eq!((found.title, found.tags), (None, vec!["forced".to_owned()]));
    }

    proptest! {
        #[test]
        fn any_file_name_is_read_without_panic(file in "(?s).{0,80}", marks in "([. -](eng|forced|hi|pt-BR|1|é)){0,6}") {
            let file = format!("{file}{marks}.srt");
            let _found = (parse_subtitle(&file), parse_subtitle_of(&file, &file, Some(&file)), parse_subtitle_language(&file));
        }
    }
}
