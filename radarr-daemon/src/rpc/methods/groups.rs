//! Release groups: what is known of them.

use radarr_proto::error::ApiResult;
use radarr_proto::model::GroupReputation;
use radarr_proto::request::{GroupPage, ListGroups};

use crate::flow::groups;
use crate::rpc::call::Call;

/// The first page of what is known of release groups, for clients that know no pages.
pub async fn groups(call: Call) -> ApiResult<Vec<GroupReputation>> {
    Ok(list_groups(call, ListGroups::default()).await?.groups)
}

/// A page of what is known of release groups, best first.
pub async fn list_groups(call: Call, request: ListGroups) -> ApiResult<GroupPage> {
    let _turn = call.turn(request.limit).await?;
    Ok(groups::page(call.flow(), &request))
}

/// What is known of one release group.
pub async fn group(call: Call, name: String) -> ApiResult<GroupReputation> {
    Ok(groups::group(call.flow(), &name)?)
}
