//! radarr's daemon as a library: `domain` holds the rules, `flow` the story, everything else what the story uses.

pub mod backup;
pub mod backup_command;
pub mod clients;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod declared;
pub mod descriptors;
pub mod doctor;
pub mod domain;
pub mod files;
pub mod flow;
pub mod group_view;
pub mod health;
pub mod healthcheck;
pub mod hint;
pub mod http;
pub mod indexers;
pub mod jobs;
pub mod lenient;
pub mod library_view;
pub mod metadata;
pub mod migrate;
pub mod net;
pub mod one_heap;
pub mod outside;
pub mod own_port;
pub mod parse_command;
pub mod presence;
pub mod queue_view;
pub mod reach;
pub mod rpc;
pub mod run_jobs;
pub mod scrape;
pub mod secrets_command;
pub mod security;
pub mod service_manager;
pub mod settings;
pub mod status;
pub mod storage;
pub mod tasks;
pub mod telemetry;
pub mod torrent;
pub mod upkeep;
pub mod verify;
pub mod verify_command;

/// What TMDB's terms ask for.
pub const ATTRIBUTION: &str =
    "This product uses the TMDB API but is not endorsed or certified by TMDB (https://www.themoviedb.org).";
