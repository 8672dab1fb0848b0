//! The rules, one file each, all of one shape: `judge(candidate, situation) -> RuleVerdict`.
//!
//! Their order and their waves are the list in [`super::RULES`].

pub mod acceptable_size;
pub mod already_imported;
pub mod availability;
pub mod blocked_indexer;
pub mod blocklisted;
pub mod custom_format_score;
pub mod delay;
pub mod download_client;
pub mod free_space;
pub mod hardcoded_subs;
pub mod history;
pub mod indexer_tag;
pub mod language;
pub mod maximum_size;
pub mod minimum_age;
pub mod monitored;
pub mod not_sample;
pub mod proper;
pub mod protocol;
pub mod quality_allowed;
pub mod queue;
pub mod raw_disk;
pub mod release_restrictions;
pub mod repack;
pub mod required_flags;
pub mod retention;
pub mod seeders;
pub mod upgrade_allowed;
pub mod upgrade_disk;
pub mod wanted_movie;
