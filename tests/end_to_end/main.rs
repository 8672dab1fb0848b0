//! End to end: one binary, a module for each story.

#[cfg(test)]
mod demo;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod qbittorrent;
#[cfg(test)]
mod standins;
