//! The wire, held still: what frames look like, what an older peer makes of a newer one, and what happens when a
//! connection misbehaves. The daemon's own side of it is tested in `tests/end_to_end/wire.rs`.

#![expect(clippy::wildcard_enum_match_arm, reason = "a test answers a few of the many calls")]

#[cfg(test)]
mod client;
#[cfg(test)]
mod enums;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod hello;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod python;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod server;
#[cfg(test)]
mod transport;
