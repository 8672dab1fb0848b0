//! Release groups: what is known of them.

use radarr_proto::error::ApiResult;
use radarr_proto::model::GroupReputation;

use crate::flow::groups;
use crate::rpc::call::Call;

/// What is known of release groups, best first.
pub async fn groups(call: Call) -> ApiResult<Vec<GroupReputation>> {
    Ok(groups::groups(call.flow()))
}

/// What is known of one release group.
pub async fn group(call: Call, name: String) -> ApiResult<GroupReputation> {
    Ok(groups::group(call.flow(), &name)?)
}
