//! What the tests share: the conformance runner.

pub mod conformance;
