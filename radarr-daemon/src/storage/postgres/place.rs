//! Where the database is by the secrets of now: the URL and the password may lie in mounted files, and change while the
//! daemon runs.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use radarr_proto::model::SecretText;
use tracing::warn;

use super::address::{self, Host};
use crate::security::mounted::Mounted;
use crate::storage::StoreError;

/// The hosts, and the secrets that they were made of.
pub(super) struct Hosts {
    url: SecretText,
    password: SecretText,
    pub(super) list: Vec<Host>,
}

impl Hosts {
    fn read(url: &Mounted, password: &Mounted) -> Result<Self, (StoreError, SecretText)> {
        let (url, password) = (url.current(), password.current());
        match address::parse(&url, &password) {
            Ok(list) => Ok(Self { url, password, list }),
            Err(error) => Err((error, url)),
        }
    }

    /// Whether the library is the same one: only then may a daemon that runs go over to it.
    fn is_same_database(&self, other: &Self) -> bool {
        let of = |hosts: &Self| -> Vec<(String, Option<String>)> {
            let named = |host: &Host| (host.name.clone(), host.options.get_database().map(str::to_owned));
            hosts.list.iter().map(named).collect()
        };
        of(self) == of(other)
    }
}

/// The hosts in force, and where others may come from.
pub(super) struct Place {
    url: Mounted,
    password: Mounted,
    in_force: ArcSwap<Hosts>,
    /// The URL that was said to be of no use; once is enough.
    told: Mutex<SecretText>,
}

impl Place {
    pub(super) fn new(url: Mounted, password: Mounted) -> Result<Self, StoreError> {
        let in_force = Hosts::read(&url, &password).map_err(|(error, _)| error)?;
        Ok(Self { url, password, in_force: ArcSwap::from_pointee(in_force), told: Mutex::default() })
    }

    pub(super) fn in_force(&self) -> Arc<Hosts> {
        self.in_force.load_full()
    }

    /// From now on these count.
    pub(super) fn take(&self, hosts: Arc<Hosts>) {
        self.in_force.store(hosts);
    }

    /// The hosts by other secrets than those in force; `None` = the files say what they said.
    pub(super) fn changed(&self) -> Option<Arc<Hosts>> {
        let before = self.in_force();
        match Hosts::read(&self.url, &self.password) {
            Ok(found) if found.url == before.url && found.password == before.password => None,
            Ok(found) if found.is_same_database(&before) => Some(Arc::new(found)),
            Ok(found) => {
                self.tell(
                    found.url,
                    "it leads to another database: for that the daemon has to be started again",
                );
                None
            }
            Err((error, url)) => {
                self.tell(url, &error.to_string());
                None
            }
        }
    }

    fn tell(&self, url: SecretText, why: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if *told != url {
            warn!(why, "the database's URL was changed and is not used");
            *told = url;
        }
    }

    pub(super) fn names(&self) -> String {
        self.in_force().list.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}
