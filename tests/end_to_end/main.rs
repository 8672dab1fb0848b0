//! End to end: one binary, a module for each story.

mod crash;
#[cfg(test)]
mod crash;
mod demo;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod grab_to_import;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod movie;
#[cfg(test)]
mod qbittorrent;
#[cfg(test)]
mod standins;
#[cfg(test)]
mod trouble;
mod terminal;
#[cfg(test)]
mod tui;
