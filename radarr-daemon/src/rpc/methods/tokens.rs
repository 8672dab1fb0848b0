//! Client tokens.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{TokenId, TokenInfo};
use radarr_proto::request::{CreateToken, CreatedToken};

use crate::rpc::call::Call;

/// Client tokens, without their secrets.
pub async fn tokens(_call: Call) -> ApiResult<Vec<TokenInfo>> {
    Err(super::not_built_in_yet())
}

/// Makes a client token; its secret is shown this once.
pub async fn create_token(_call: Call, _request: CreateToken) -> ApiResult<CreatedToken> {
    Err(super::not_built_in_yet())
}

/// Ends a client token.
pub async fn revoke_token(_call: Call, _id: TokenId) -> ApiResult<()> {
    Err(super::not_built_in_yet())
}
