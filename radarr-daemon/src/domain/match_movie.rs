//! match_movie
