//! Examples of the forms of a title: compared, sorted, addressed, searched.

use radarr_proto::model::TmdbId;

use super::{SlugStyle, clean_title, search_title, slug, sort_title};

#[test]
fn each_form_of_a_title() {
    for (title, clean, sorted, address, searched) in [
        ("The Tin Lantern", "thetinlantern", "tin lantern", "the-tin-lantern", "Tin+Lantern"),
        ("A Tin Lantern", "atinlantern", "tin lantern", "a-tin-lantern", "A+Tin+Lantern"),
        (
            "An Old Man and the Sea",
            "anoldmansea",
            "old man and the sea",
            "an-old-man-and-the-sea",
            "An+Old+Man+and+the+Sea",
        ),
        ("Salt & Iron", "saltiron", "salt iron", "salt-iron", "Salt+and+Iron"),
        (
            "Night of a Fox: Part 2",
            "nightfoxpart2",
            "night of a fox part 2",
            "night-of-a-fox-part-2",
            "Night+of+a+Fox+Part+2",
        ),
        ("Émile's Café", "emilescafe", "émiles café", "emiles-cafe", "Emiles+Cafe"),
        ("Grün ist Weiß", "gruenistweiss", "grün ist weiß", "grun-ist-wei", "Grun+ist+Weiß"),
        ("Mr. K. (1999)", "mrk1999", "mr k 1999", "mr-k-1999", "Mr+K+1999"),
        ("1917", "1917", "1917", "1917", "1917"),
        ("The", "the", "the", "the", "The"),
        ("Them!", "them", "them", "them", "Them"),
        ("...", "", "", "", ""),
        ("", "", "", "", ""),
    ] {
        assert_eq!(clean_title(title), clean, "clean {title}");
        assert_eq!(sort_title(title, None), sorted, "sorted {title}");
        assert_eq!(slug(title, &SlugStyle::default()), address, "slug {title}");
        assert_eq!(search_title(title), searched, "searched {title}");
    }
}

#[test]
fn common_words_go_from_the_middle_only() {
    for word in ["a", "an", "the", "and", "or", "of"] {
        for separator in [" ", ".", "-", "_"] {
            let join = |words: &[&str]| clean_title(&words.join(separator));
            assert_eq!(join(&["tin", word, "fox"]), "tinfox", "{word}{separator}");
            assert_eq!(join(&[word, "tin", "fox"]), format!("{word}tinfox"), "{word}{separator}");
            assert_eq!(join(&["tin", "fox", word]), format!("tinfox{word}"), "{word}{separator}");
            assert_eq!(join(&["tin", &format!("{word}x"), "fox"]), format!("tin{word}xfox"));
            assert_eq!(clean_title(&join(&["TIN", &word.to_uppercase(), "FOX"])), "tinfox");
        }
    }
}

#[test]
fn a_fixed_sort_title_belongs_to_one_movie() {
    for (id, want) in [
        (387_354, "a to z"),
        (888_700, "a to z the first alphabet"),
        (101_273, "a to zeppelin the story of led zeppelin"),
        (1, "to z"),
    ] {
        assert_eq!(sort_title("A to Z", Some(TmdbId(id))), want, "{id}");
    }
}

#[test]
fn a_slug_is_cut_as_its_style_says() {
    let style = |instead, trimmed: &str, single: &str| SlugStyle {
        instead,
        trimmed: trimmed.to_owned(),
        single: single.to_owned(),
    };
    for (text, style, want) in [
        ("--tin__fox--", style(None, "-_", "-_"), "tin_fox"),
        ("--tin__fox--", style(None, "-", ""), "tin__fox"),
        ("--tin__fox--", style(None, "", "-"), "-tin__fox-"),
        ("tin-_fox_-x", style(None, "", "-_"), "tin_fox-x"),
        ("tin#fox", style(Some('-'), "-_", "-_"), "tin-fox"),
        ("#tin##fox#", style(Some('-'), "-_", "-_"), "tin-fox"),
        ("#tin##fox#", style(Some('-'), "", ""), "-tin--fox-"),
        ("日本", style(None, "-_", "-_"), ""),
    ] {
        assert_eq!(slug(text, &style), want, "{text} {style:?}");
    }
}
