//! Client tokens.

use radarr_proto::error::ApiResult;
use radarr_proto::model::{TokenId, TokenInfo};
use radarr_proto::request::{CreateToken, CreatedToken};

use tracing::warn;

use crate::rpc::call::Call;
use crate::settings::tokens as settings;

/// Client tokens, without their secrets.
pub async fn tokens(call: Call) -> ApiResult<Vec<TokenInfo>> {
    Ok(settings::tokens(call.flow()).await?)
}

/// Makes a client token; its secret is shown this once.
pub async fn create_token(call: Call, request: CreateToken) -> ApiResult<CreatedToken> {
    let created = settings::create_token(call.flow(), &call.by(), request).await?;
    tell_doorkeeper(&call).await;
    Ok(created)
}

/// Ends a client token.
pub async fn revoke_token(call: Call, id: TokenId) -> ApiResult<()> {
    settings::revoke_token(call.flow(), &call.by(), id).await?;
    tell_doorkeeper(&call).await;
    Ok(())
}

/// Whoever has the answer may rely on it: the new token is let in, the revoked one is not.
async fn tell_doorkeeper(call: &Call) {
    if let Err(error) = call.calls.doorkeeper.read_tokens(&call.flow().store).await {
        // It follows the log as well, and hears of it there.
        warn!(%error, "the tokens can't be read again");
    }
}
