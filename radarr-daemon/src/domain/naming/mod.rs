//! What a movie's file and folder are called.
//!
//! A format such as `{Movie Title} ({Release Year})` is read by [`mod@format`] into literal text and tokens; [`tokens`]
//! is the table of every token there is; [`build`] puts a name together; [`clean`] makes it safe for file systems;
//! [`length`] keeps it below the 255 bytes that they allow. [`validate`] says what is wrong with a format before it
//! is saved, [`preview`] shows it on sample movies. The folder of a movie that moves between root folders is told
//! in [`place`]. Nothing here touches a disk. Read next: [`build`].

pub mod build;
pub mod clean;
#[cfg(test)]
mod examples;
pub mod format;
pub mod length;
pub mod place;
pub mod preview;
pub mod rename;
mod source;
mod title;
pub mod tokens;
pub mod validate;

pub use build::{file_name, file_stem, folder, render_file, render_folder};
pub use source::{NamedFile, NamedMovie, NamingSource};
pub use validate::FormatFault;
