//! Releases: searching, grabbing, explaining, and what a name says.

use radarr_proto::error::{ApiError, ApiResult};
use radarr_proto::model::{Decision, Grab, ParsedRelease, Release};
use radarr_proto::request::{ExplainRelease, Explanation, GrabRelease, SearchReleases};

use crate::flow::{explain, grab, search};
use crate::rpc::call::Call;

/// A longer name is no name of a release; file systems end at 255 bytes.
const NAME_BYTES_MAX: usize = 10 * 1024;

/// What a release is fetched by stays here, sealed or not.
pub(super) fn keep_link(release: &mut Release) {
    release.sealed_link = None;
}

/// Asks all indexers for one movie; every release with every rule's verdict, best first.
pub async fn search_releases(call: Call, request: SearchReleases) -> ApiResult<Vec<Decision>> {
    let mut decisions = search::search_releases(call.flow(), &call.by(), request).await?;
    for decision in &mut decisions {
        keep_link(&mut decision.release);
    }
    Ok(decisions)
}

/// Hands one release of the last search to a download client.
pub async fn grab_release(call: Call, request: GrabRelease) -> ApiResult<Grab> {
    let mut grab = grab::grab_release(call.flow(), &call.by(), request).await?;
    keep_link(&mut grab.release);
    Ok(grab)
}

/// Why a release was or would be taken or refused.
pub async fn explain_release(call: Call, request: ExplainRelease) -> ApiResult<Explanation> {
    let mut explanation = explain::explain_release(call.flow(), request).await?;
    keep_link(&mut explanation.decision.release);
    Ok(explanation)
}

/// What a name says.
pub async fn parse_release(_call: Call, name: String) -> ApiResult<ParsedRelease> {
    if name.len() > NAME_BYTES_MAX {
        return Err(ApiError::invalid(format!(
            "the name has {} bytes, more than {NAME_BYTES_MAX}",
            name.len()
        ))
        .with_hint("give the name of one release"));
    }
    Ok(crate::domain::parse::parse_release(&name))
}
