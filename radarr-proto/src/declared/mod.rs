//! Settings that are declared in files: how such a file is read, wherever that happens.
//!
//! A client reads a file and the secrets that it refers to and sends both; the daemon reads the same text again and
//! knows what it means. So this knows the form (YAML, of which JSON is a part) and where secrets are, and no setting.

mod from_tree;
mod secret_refs;
mod tree;
mod write;

pub use from_tree::{Typed, read};
pub use secret_refs::{PLACEHOLDER, SecretRef, secret_refs};
pub use tree::{DEPTH_MAX, Fault, NODES_MAX, Node, TEXT_BYTES_MAX, Tree, parse};
pub use write::to_yaml;
