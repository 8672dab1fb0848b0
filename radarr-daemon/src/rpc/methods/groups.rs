//! Release groups: what is known of them.

use radarr_proto::error::ApiResult;
use radarr_proto::request::GroupReputation;

use crate::rpc::call::Call;

/// What is known of release groups, best first.
pub async fn groups(_call: Call) -> ApiResult<Vec<GroupReputation>> {
    Err(super::not_built_in_yet())
}

/// What is known of one release group.
pub async fn group(_call: Call, _name: String) -> ApiResult<GroupReputation> {
    Err(super::not_built_in_yet())
}
