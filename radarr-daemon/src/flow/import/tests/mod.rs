//! Imports on a real disk and a real storage, cut off before each of their steps in turn.

mod crash;
mod scene;
mod trouble;
