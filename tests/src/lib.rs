//! What the tests share: the conformance runner, the stand-in servers, the harness that starts programs.

pub mod conformance;
pub mod demo;
pub mod harness;
pub mod load;
pub mod measure;
pub mod stand_ins;
