//! tarpc: who connects ([`accept`]), what they may ([`authorise`]), and what each call does ([`methods`]).
//!
//! A handler decodes nothing and decides nothing: it checks the role, calls one function of the flow or the
//! library, and gives back its answer or its error.

pub mod accept;
pub mod authorise;
pub mod call;
pub mod event_pages;
pub mod large;
pub mod methods;
pub mod refused;
pub mod server;
#[cfg(test)]
mod tests;
