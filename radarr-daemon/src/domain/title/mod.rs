//! Titles of movies in the forms that they are compared, sorted, searched and addressed in.
//!
//! [`clean`] is the form two titles are compared in; [`crate::domain::match_movie`] builds on it.

mod accents;
mod clean;
#[cfg(test)]
mod examples;
mod roman;
mod search;
mod slug;
mod sort;

pub use clean::{clean_title, clean_title_with_arabic_numerals};
pub use roman::{ROMAN_MAX, from_roman, to_roman};
pub use search::search_title;
pub use slug::{SlugStyle, slug};
pub use sort::sort_title;
