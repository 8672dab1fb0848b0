//! What a movie is, asked of TMDB. Read [`tmdb`] next.

pub mod tmdb;
