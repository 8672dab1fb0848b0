//! Client tokens.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{TokenId, TokenInfo};
use radarr_proto::request::{CreateToken, CreatedToken};

use crate::rpc::call::Call;
use crate::settings::tokens as settings;

/// Client tokens, without their secrets.
pub async fn tokens(call: Call) -> ApiResult<Vec<TokenInfo>> {
    Ok(settings::tokens(call.flow()).await?)
}

/// Makes a client token; its secret is shown this once.
pub async fn create_token(call: Call, request: CreateToken) -> ApiResult<CreatedToken> {
    Ok(settings::create_token(call.flow(), &call.by(), request).await?)
}

/// Ends a client token.
pub async fn revoke_token(call: Call, id: TokenId) -> ApiResult<()> {
    Ok(settings::revoke_token(call.flow(), &call.by(), id).await?)
}
