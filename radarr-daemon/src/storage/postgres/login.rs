//! A password of the database that is changed while the daemon runs.
//!
//! The server asks for it only when a connection is made, so connections that are open go on. A new password is tried
//! beside them as soon as its file says it, and counts from when the server takes it; until then the one before does.
//! So it does not matter whether the file or the server has it first.

use std::sync::Arc;

use sqlx::{ConnectOptions as _, Connection as _};
use tracing::{debug, info};

use super::fault::Fault;
use super::link::{Connected, Link};

impl Link {
    /// Goes over to what the files of secrets say by now, if the server takes it. Whether another log-in counts than
    /// when this was called.
    pub(super) async fn renew_login(&self, connected: &Connected) -> bool {
        let before = self.place.in_force();
        let _turn = self.renewing.lock().await;
        if !Arc::ptr_eq(&before, &self.place.in_force()) {
            // Whoever had the turn before has done it.
            return true;
        }
        let Some(changed) = self.place.changed() else { return false };
        let Some(host) = changed.list.iter().find(|host| host.name == connected.host) else { return false };
        match tokio::time::timeout(self.limits.connect, host.options.connect()).await {
            Ok(Ok(db)) => {
                connected.pool.set_connect_options(host.options.clone());
                self.place.take(Arc::clone(&changed));
                info!(host = host.name, "the database's new password is in use");
                if let Err(error) = db.close().await {
                    debug!(%error, "a connection did not say good-bye");
                }
                true
            }
            Ok(Err(error)) => {
                debug!(fault = ?Fault::of(&error), "the database does not take the new password yet");
                false
            }
            Err(_) => false,
        }
    }

    /// Whether it is worth a second try after that fault.
    pub(super) async fn is_mended(&self, connected: &Connected, fault: &Fault) -> bool {
        match fault {
            Fault::Lost(_) => true,
            Fault::Login(_) => self.renew_login(connected).await,
            Fault::Busy(_) | Fault::Full(_) | Fault::Refused(_) | Fault::Data(_) => false,
        }
    }
}
