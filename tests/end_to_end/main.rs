//! End to end: one binary, a module for each story.

#[cfg(test)]
mod audit;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod compaction;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
mod first_look;
#[cfg(test)]
mod from_radarr;
#[cfg(test)]
mod grab_to_import;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod key_rotation;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod library;
#[cfg(test)]
mod load;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod monitoring;
#[cfg(test)]
mod movie;
#[cfg(test)]
mod network_disk;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod postgres_crash;
#[cfg(test)]
mod postgres_many;
#[cfg(test)]
mod postgres_outage;
#[cfg(test)]
mod postgres_shared;
#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod qbittorrent;
#[cfg(test)]
mod rename;
#[cfg(test)]
mod root_full;
#[cfg(test)]
mod runbook;
#[cfg(test)]
mod scored;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod service;
#[cfg(test)]
mod standins;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod torznab;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod tui;
#[cfg(test)]
mod wire;
#[cfg(test)]
mod writers;
