//! The daemon itself: who calls it, how it is, what it was configured with.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{HealthItem, Principal};
use radarr_proto::request::Status;

use crate::health;
use crate::rpc::call::Call;

/// Who the daemon takes the caller for.
pub async fn whoami(call: Call) -> ApiResult<Principal> {
    Ok((*call.principal).clone())
}

/// Version, uptime, storage, counts.
pub async fn status(call: Call) -> ApiResult<Status> {
    Ok(call.calls.daemon.status(call.flow()).await?)
}

/// What is wrong and what to do.
pub async fn health(call: Call) -> ApiResult<Vec<HealthItem>> {
    Ok(health::current(call.flow()).await?)
}

/// The daemon's configuration, secrets masked, as TOML.
pub async fn config_text(call: Call) -> ApiResult<String> {
    Ok(call.calls.daemon.config_text.clone())
}
